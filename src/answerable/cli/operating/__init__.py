"""What a real operator loads before its first day, and again whenever it changes: one TOML file, whole or not at all."""

from answerable.cli.operating.load import load_operator
from answerable.cli.operating.read import Plan, read_plan

__all__ = ["Plan", "load_operator", "read_plan"]
