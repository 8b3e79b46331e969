"""Which lines a 400 number may ring (carriers' requirement 2017): a real, real-named line, never a virtual one."""

from __future__ import annotations

from django.conf import settings

from answerable.lib.lines import Line, classify
from answerable.numbers import errors
from answerable.numbers.queries import range_kinds

REFUSED: dict[str, tuple[str, str]] = {
    "virtual_170": (
        "170 是虚拟运营商号段，不能绑定（原因 D06）。",
        "170 is a virtual operator's range and cannot be bound (reason D06).",
    ),
    "virtual_171": (
        "171 是虚拟运营商号段，不能绑定（原因 D06）。",
        "171 is a virtual operator's range and cannot be bound (reason D06).",
    ),
    "virtual_other": (
        "这是虚拟运营商号段，不能绑定（原因 D06）。",
        "This is a virtual operator's range and cannot be bound (reason D06).",
    ),
    "voip": ("网络电话不能绑定（原因 D07）。", "An internet-telephony line cannot be bound (reason D07)."),
    "foreign": ("境外号码不能绑定（原因 D14）。", "A foreign line cannot be bound (reason D14)."),
    "service_400": (
        "400/800 号码不能作为目的码（原因 D14）。",
        "A 400 or 800 number cannot be a destination (reason D14).",
    ),
    "service_95": ("95/96 特服号不能绑定（原因 D14）。", "A 95 or 96 service number cannot be bound (reason D14)."),
    "short": ("短号码不能绑定（原因 D14）。", "A short code cannot be bound (reason D14)."),
}
WRITE_IT = (
    "请填写完整的固定电话：区号加号码，例如 010-62345678。",
    "Give the whole fixed line with its area code, for example 010-62345678.",
)
FIRST_IS_FIXED = (
    "第一条线路必须是本单位的固定电话。",
    "The first line must be a fixed line of the organisation itself.",
)
NO_MOBILES = (
    "按本运营商政策暂不接受手机号作为目的码（原因 D16），并非法律规定；请改用固定电话。",
    "By this operator's policy, not by law, mobiles are not accepted as lines (reason D16). Use a fixed line.",
)


def refuse_line(text: str, *, is_first: bool, mobiles: bool | None = None) -> Line:
    """Return the line a person typed if a number may ring it, else raise LineRefused with the reason.

    `mobiles`: what the carrier's requirement set says of mobile lines; None where the operator's standing policy holds.
    """
    takes_mobiles = settings.MOBILE_DESTINATIONS_ALLOWED if mobiles is None else mobiles
    line = classify(text)
    line = classify(text, ranges=range_kinds(line.digits))
    why = REFUSED.get(line.kind) or (WRITE_IT if line.kind == "invalid" else None)
    if why is None and line.kind == "mobile":
        why = NO_MOBILES if not takes_mobiles else FIRST_IS_FIXED if is_first else None
    if why:
        raise errors.LineRefused(why_zh=why[0], why_en=why[1])
    return line
