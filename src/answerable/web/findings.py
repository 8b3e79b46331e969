"""Where on a picture a finding points."""

from __future__ import annotations

from typing import Any

from answerable.verification.checks import Finding


def boxes(findings: list[Finding]) -> list[dict[str, Any]]:
    """Return the boxes of all findings but those that agree, in percent of the page; `n` is the finding's place."""
    return [
        {
            "finding": f, "n": n, "page": f.box.page, "x": f.box.left * 100, "y": f.box.top * 100,
            "w": (f.box.right - f.box.left) * 100, "h": (f.box.bottom - f.box.top) * 100,
        }
        for n, f in enumerate(findings)
        if f.box is not None and f.outcome != "pass"
    ]  # fmt: skip
