"""What makes a number easy to remember, and the grade that follows from it. Pure."""

from __future__ import annotations

from itertools import pairwise

GRADES: dict[str, tuple[str, str]] = {
    "normal": ("普通号", "Normal"),
    "good": ("优选号", "Good"),
    "fine": ("精品号", "Fine"),
    "premium": ("靓号", "Premium"),
}

PATTERNS = ("AAAA", "ABCD", "AABB", "ABAB", "AAA", "AA", "NO4")


def patterns(number: str) -> list[str]:
    """Name the patterns of the last four digits (and NO4: no 4 after the 400 prefix).

    AAAA four equal; ABCD a run up or down; AABB; ABAB; AAA three equal at the end; AA two equal at the end.
    """
    tail = number[-4:]
    a, b, c, d = tuple(tail)
    steps = {int(y) - int(x) for x, y in pairwise(tail)}
    found = {
        "AAAA": a == b == c == d,
        "ABCD": steps in ({1}, {-1}),
        "AABB": a == b != c == d,
        "ABAB": a == c != b == d,
        "AAA": b == c == d != a,
        "AA": c == d != b,
        "NO4": "4" not in number[3:],
    }
    return [name for name in PATTERNS if found[name]]


def grade(number: str) -> str:
    """Grade a number by its patterns: the price follows from the grade, and the pattern is the reason shown."""
    has = set(patterns(number))
    if "AAAA" in has:
        return "premium"
    if has & {"ABCD", "AAA"}:
        return "fine"
    if has & {"AABB", "ABAB"}:
        return "good"
    return "normal"
