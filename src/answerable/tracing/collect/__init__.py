"""Collect what a trace tells: one file a part, each a function from the case to its shape."""
