"""Made documents: pictures of papers that never existed, with the truth about what is written on them.

For tests and the demo world only. Every one carries a visible 样本 SPECIMEN; no detail is a real person's or firm's.
"""

from answerable.verification.specimens.make import KINDS, Specimen, make

__all__ = ["KINDS", "Specimen", "make"]
