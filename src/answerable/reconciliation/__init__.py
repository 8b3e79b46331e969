"""核对: the carrier's register, imported daily and compared with ours; every difference has a clock."""
