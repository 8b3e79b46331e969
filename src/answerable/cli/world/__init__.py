"""The demo world: made-up carriers' offices, people, firms and 100,000 numbers. It refuses to exist beside real data."""

from answerable.cli.world.build import WorldRefused, build, is_empty

__all__ = ["WorldRefused", "build", "is_empty"]
