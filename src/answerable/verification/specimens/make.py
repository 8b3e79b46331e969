"""Make one specimen: a kind, what must be true on it, and a seed for everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from PIL import Image

from answerable.verification.specimens import card, letter, licence
from answerable.verification.specimens.invent import Truth, firm, person
from answerable.verification.specimens.photograph import encode, photograph, spoil

KINDS = (
    "business_licence", "organisation_code_certificate", "id_portrait", "id_emblem", "id_temporary", "hand_held",
    "authorisation_letter", "acceptance_form", "contract", "commitment", "use_statement", "bill", "statement",
)  # fmt: skip
_CARDS = {"id_portrait", "id_emblem", "id_temporary", "hand_held"}
_DRAW: dict[str, Callable[[Truth, Random], Image.Image]] = {
    "business_licence": licence.draw,
    "organisation_code_certificate": letter.draw_code_certificate,
    "statement": letter.draw_statement,
    "id_portrait": lambda truth, _: card.draw_portrait(truth),
    "id_temporary": lambda truth, _: card.draw_temporary(truth),
    "hand_held": lambda truth, _: card.draw_hand_held(truth),
    "id_emblem": lambda truth, _: card.draw_emblem(truth),
    "authorisation_letter": letter.draw_authorisation,
    "acceptance_form": letter.draw_acceptance,
    "contract": letter.draw_contract,
    "commitment": letter.draw_commitment,
    "use_statement": letter.draw_use_statement,
    "bill": letter.draw_bill,
}
_ALIASES = {"credit_code": "code", "legal_representative": "person"}
"""The register's words for what a paper's truth calls otherwise."""
_DAY = date(2026, 6, 1)
"""Papers are dated around this day unless facts say otherwise: a specimen must not depend on the clock."""


@dataclass(frozen=True)
class Specimen:
    """A made picture (`jpeg`), the page as drawn (`image`), and what is written on it (`truth`)."""

    kind: str
    jpeg: bytes = field(repr=False)
    image: Image.Image = field(repr=False)
    truth: dict[str, Any]


def make(kind: str, facts: Mapping[str, Any] | None = None, seed: int = 0, *, photographed: bool = True) -> Specimen:
    """Make a specimen; `facts` override what is invented, and the same arguments give the same bytes.

    Facts a caller may fix: those of `invent.firm` or `invent.person`, `layout` and `subject` of a licence, `qr`, `seal`
    (its text, empty for none), `seal_colour`, `signed`, `signature`, `handler`, `line`, `holder`, `carrier`, `billed`,
    `template`, `source`, `keys` (how a licence prints them), `seal_at`, `watermark` and `watermark_ink`,
    `black_and_white`, `rough` (a hasty photograph: more tilt, noise, shadow; any resolution), `blur` (pixels), and the
    faults of photograph.spoil. Where an empty text is given the paper leaves a blank.
    """
    if kind not in KINDS:
        raise ValueError(f"No specimen of kind {kind!r}; there are {', '.join(KINDS)}.")
    dice = Random(f"{kind}/{seed}")
    truth = _invent(kind, dice)
    given = {_ALIASES.get(name, name): value for name, value in (facts or {}).items()}
    truth.update(given)
    if "script" in truth and "script" not in given:
        truth["script"] = f"您好，这里是{truth['name']}客服中心，请问有什么可以帮您？"
    truth["given"] = tuple(given)
    page = _DRAW[kind](truth, dice)
    del truth["given"]
    if kind != "business_licence" and truth.get("black_and_white"):
        page = page.convert("L").convert("RGB")
    blur, rough = truth.pop("blur", None), bool(truth.pop("rough", False))
    shot = spoil(photograph(page, dice, blur=blur, rough=rough), truth) if photographed else page
    return Specimen(kind, encode(shot, dice.randint(75, 92)), shot, truth)


def _invent(kind: str, dice: Random) -> Truth:
    if kind in _CARDS:
        return person(dice)
    truth = firm(dice)
    if kind in {"business_licence", "organisation_code_certificate"}:
        return truth
    handler = person(dice)
    truth.update(
        operator="示例通信有限公司", handler=handler["name"], handler_id=handler["id_number"],
        handler_mobile=f"139{dice.randrange(10**8):08d}", signed=_DAY, number_400=f"400812{dice.randrange(10**4):04d}",
        use="自用：产品售后服务热线", script="",
        carrier=dice.choice(["中国电信股份有限公司", "中国联合网络通信有限公司", "中国移动通信集团有限公司"]),
        billed=_DAY - timedelta(days=dice.randrange(60)),
    )  # fmt: skip
    return truth
