"""退出、移交: what a holder takes to a successor, and how the successor takes it over."""
