"""The demo's staff. Their one-time codes come from `answerable demo code NAME`; the password is for the demo only."""

from __future__ import annotations

import datetime as dt

import pyotp

from answerable.parties.actions import add_staff, totp_secret
from answerable.parties.models import Counter, Operator, Staff
from answerable.trail.actors import system

PASSWORD = "demo-specimen-400"  # noqa: S105 (the demo world refuses to exist beside real data)
STAFF: tuple[tuple[str, str, list[str]], ...] = (
    ("chen", "陈受理", ["counter"]),
    ("lin", "林审核", ["reviewer"]),
    ("zhou", "周复审", ["carrier_reviewer"]),
    ("qian", "钱出纳", ["cashier"]),
    ("sun", "孙风控", ["risk"]),
    ("feng", "冯风控", ["risk"]),
    ("gong", "龚运维", ["operations", "auditor"]),
    ("zheng", "郑合规", ["compliance"]),
    ("wang", "王合规", ["compliance"]),
)
MOBILES = {"hua": "13900000001", "zhao": "13900000002", "operator": "13900000003"}


def load(at: dt.datetime) -> None:
    """Add the demo's staff."""
    for username, name, roles in STAFF:
        counter = Counter.objects.get(pk="BJ-01") if "counter" in roles else None
        add_staff(username, name=name, roles=roles, password=PASSWORD, by=system("demo"), at=at, counter=counter)


def one_time_code(username: str, at: dt.datetime) -> str | None:
    """Return a demo person's current code; None outside the demo world or for an unknown name."""
    staff = Staff.objects.filter(username=username).first()
    if staff is None or not Operator.objects.filter(is_demo=True).exists():
        return None
    return pyotp.TOTP(totp_secret(staff)).at(int(at.timestamp()))
