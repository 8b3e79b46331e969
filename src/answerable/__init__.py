"""Answerable: every 400 number has someone who answers it, and someone who answers for it."""
