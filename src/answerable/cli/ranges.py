"""Figures on the command line: a whole number in its range, or a sentence that names the range."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable


def between(least: int, most: int) -> Callable[[str], int]:
    """Return what reads such a number for argparse."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}.")
        return int(text)

    return read
