"""A copy of everything held about a holder, on request (PIPL art. 45)."""
