"""Requirement sets: what may stand in one, how two versions differ, and the sets that are shipped."""
