"""Before applying: the materials for one's own case, and why applications come back."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from answerable.figures.reviewing import Returns, returns
from answerable.figures.scope import Scope
from answerable.orders.eligibility import INDUSTRIES
from answerable.orders.models import Order
from answerable.parties.models import Carrier, Membership, SubjectType
from answerable.parties.queries import counters
from answerable.verification.checks.finding import HIDDEN
from answerable.verification.errors import NoRequirementSet
from answerable.verification.queries import requirement_set
from answerable.verification.reasons import EXAMPLES, REASONS, Reason
from answerable.verification.slots import SLOTS, Situation, Slot
from answerable.verification.slots import asked as asked_for
from answerable.web.doors import public, say
from answerable.web.middleware import Request

SUBJECTS: dict[str, tuple[str, str]] = {
    "company": ("企业", "Company"),
    "sole_trader": ("个体工商户", "Sole trader"),
    "public_institution": ("事业单位", "Public institution"),
    "social_organisation": ("社会组织", "Social organisation"),
    "government": ("党政机关", "Government body"),
}
ROLES: dict[str, tuple[str, str]] = {
    "legal_representative": ("法定代表人（负责人）本人办理", "The legal representative in person"),
    "handler": ("经办人办理", "A handler"),
}
USES: dict[str, tuple[str, str]] = {
    "own": ("自用：接听本单位客户来电", "Own use: answering the organisation's own callers"),
    "call_centre": ("经营呼叫中心", "Running a call centre"),
    "platform_agency": ("平台代理", "Agency for a platform"),
    "outsourced": ("经营外包呼叫中心", "Running an outsourced call centre"),
}
GROUPS: dict[str, tuple[str, str]] = {
    "subject": ("单位资格", "The organisation"),
    "licence": ("证照", "The licence"),
    "id": ("身份证件", "ID documents"),
    "letter": ("公函与盖章", "Letters and seals"),
    "usage": ("用途与话术", "Use and script"),
    "destination": ("接听线路", "Lines"),
    "timing": ("期限", "Time limits"),
    "technical": ("文件", "Files"),
}
ENOUGH = 20
"""Shares are shown from twenty applications on: fewer would tell about single applicants, and nothing about the rest."""
KEPT_SECONDS = 3600


@public
def materials(request: Request) -> HttpResponse:
    """Ask five questions and answer with the checklist of the requirement set in force, to be printed."""
    asked = {
        "subject_type": _one_of(request, "subject_type", SubjectType.values), "role": _one_of(request, "role", Membership.Role.values),
        "use": _one_of(request, "use", Order.Use.values), "industry": _one_of(request, "industry", list(INDUSTRIES)),
        "carrier": _one_of(request, "carrier", list(Carrier.objects.values_list("pk", flat=True))),
    }  # fmt: skip
    context = {
        "section": "materials", "asked": asked, "subjects": SUBJECTS, "roles": ROLES, "uses": USES, "industries": INDUSTRIES,
        "carriers": Carrier.objects.order_by("code"), "is_asked": all(asked.values()), "counters": counters(timezone.localdate()), "day": timezone.localdate(),
    }  # fmt: skip
    if all(asked.values()):
        context |= _checklist(asked)
    return render(request, "web/site/materials.html", context)


def _one_of(request: Request, name: str, known: list[str]) -> str:
    value = request.GET.get(name, "")
    return value if value in known else ""


def _checklist(asked: dict[str, str]) -> dict[str, object]:
    """Return the slots to fill, or why such an application is not taken."""
    if INDUSTRIES[asked["industry"]][2]:
        return {"refused": REASONS["E05"]}
    try:
        found = requirement_set(
            carrier=asked["carrier"],
            subject_type=asked["subject_type"],
            use=asked["use"],
            industry=asked["industry"],
            channel="web",
            day=timezone.localdate(),
        )
    except NoRequirementSet as problem:
        return {"not_taken": say(problem)}
    name = INDUSTRIES[asked["industry"]][0]
    situation = Situation(use=asked["use"], role=asked["role"], industry=asked["industry"], industry_name=name)
    wanted: list[Slot] = [SLOTS[one.slot] for one in asked_for(found.slots, situation)]
    chosen = {
        "subject": SUBJECTS[asked["subject_type"]], "role": ROLES[asked["role"]], "use": USES[asked["use"]],
        "industry": INDUSTRIES[asked["industry"]][:2], "carrier": Carrier.objects.get(pk=asked["carrier"]),
    }  # fmt: skip
    return {"slots": wanted, "version": found.version, "since": found.effective_from, "chosen": chosen}


@dataclass(frozen=True)
class Row:
    """One reason as the public is shown it; `percent` is None where too few applications came back to say."""

    reason: Reason
    example: tuple[str, str]
    percent: int | None

    @property
    def share(self) -> str:
        """Write the share."""
        return f"{self.percent}%"


@public
def returned(request: Request) -> HttpResponse:
    """Say why applications come back, with the way out and an example of each; how often, where there are enough cases."""
    found = _returns()
    groups = [(words, _rows(group, found)) for group, words in GROUPS.items()]
    common = sorted((row for _, rows in groups for row in rows if row.percent), key=lambda row: -(row.percent or 0))[:5]
    context = {
        "section": "materials",
        "groups": groups,
        "common": common,
        "is_enough": found.total >= ENOUGH,
        "enough": ENOUGH,
    }
    return render(request, "web/site/returned.html", context)


def _returns() -> Returns:
    """Count at most once an hour: the page is public."""
    kept = cache.get("returns")
    if isinstance(kept, Returns):
        return kept
    found = returns(Scope.of(timezone.now()))
    cache.set("returns", found, KEPT_SECONDS)
    return found


def _rows(group: str, found: Returns) -> list[Row]:
    """List a group's reasons; what would teach a forger, or tell about others, is left out."""
    shares = {one.code: one.share for one in found.reasons} if found.total >= ENOUGH else {}
    return [
        Row(reason, EXAMPLES[code], round(100 * shares[code]) if code in shares else None)
        for code, reason in REASONS.items()
        if reason.group == group and code not in HIDDEN and code in EXAMPLES
    ]
