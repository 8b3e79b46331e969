"""Opening hours between a form and the call plan: one span a weekday, or always open."""

from __future__ import annotations

from django.http import QueryDict

from answerable.routing.errors import HoursInvalid

WEEKDAYS = (
    ("周一", "Monday"),
    ("周二", "Tuesday"),
    ("周三", "Wednesday"),
    ("周四", "Thursday"),
    ("周五", "Friday"),
    ("周六", "Saturday"),
    ("周日", "Sunday"),
)


def to_rows(hours: list[list[int]] | None) -> list[dict[str, object]]:
    """Return a row a weekday: its names, whether it is open, from and until as HH:MM."""
    spans = {span[0]: span for span in hours or []}
    return [
        {
            "day": day, "names": names, "is_open": day in spans or (hours is None and day < 5),
            "from": _clock(spans[day][1]) if day in spans else "09:00", "until": _clock(spans[day][2]) if day in spans else "18:00",
        }
        for day, names in enumerate(WEEKDAYS)
    ]  # fmt: skip


def from_form(form: QueryDict) -> list[list[int]] | None:
    """Read the form's rows; null where the number is always open. Raise HoursInvalid."""
    if form.get("always") == "1":
        return None
    return [
        [day, _minutes(form.get(f"from-{day}", "")), _minutes(form.get(f"until-{day}", ""), is_end=True)]
        for day in range(7)
        if f"open-{day}" in form
    ]


def _clock(minutes: int) -> str:
    return "00:00" if minutes == 1440 else f"{minutes // 60:02d}:{minutes % 60:02d}"


def _minutes(text: str, *, is_end: bool = False) -> int:
    hour, _, minute = text.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise HoursInvalid
    total = int(hour) * 60 + int(minute)
    return 1440 if is_end and total == 0 else total
