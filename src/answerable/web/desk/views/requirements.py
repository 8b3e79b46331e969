"""材料要求: what each carrier asks for, version by version; one compliance officer proposes, another decides."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.lib.errors import Problem
from answerable.orders.eligibility import INDUSTRIES
from answerable.parties.models import Carrier, Counter, SubjectType
from answerable.verification import actions, queries
from answerable.verification.actions.requirements import Invalid
from answerable.verification.models import RequirementSet
from answerable.verification.requirements.compare import REQUIRED, changes, describe
from answerable.verification.slots import OWNERS, SLOTS, USES
from answerable.web.doors import conflict, found, say, staff_of, staff_only
from answerable.web.middleware import Request

PURPOSES: dict[str, tuple[str, str]] = {
    "open": ("新开", "Opening"), "reverify": ("重新核验", "Verifying again"), "change_handler": ("变更经办人", "Change of handler"),
    "change_name": ("变更单位名称", "Change of name"), "change_representative": ("变更法定代表人", "Change of representative"),
    "transfer": ("过户", "Transfer of holder"), "pause": ("停机保号", "Pause by the holder"), "release": ("销号", "Release"),
}  # fmt: skip
SUBJECTS: dict[str, tuple[str, str]] = {
    code: (str(label), code.replace("_", " ").capitalize()) for code, label in SubjectType.choices
}
CHANNELS: dict[str, tuple[str, str]] = {"web": ("线上预办理", "Prepared online")} | {
    code: (str(label), code.replace("_", " ").capitalize()) for code, label in Counter.Kind.choices
}
WHEN: dict[str, tuple[tuple[str, str], dict[str, tuple[str, ...]]]] = {
    "use": (("仅限用途", "Only for the use"), dict(USES)),
    "industry": (("仅限行业", "Only for the industry"), dict(INDUSTRIES)),
    "owner": (("仅限线路户主", "Only where the line belongs to"), dict(OWNERS)),
}


@staff_only("edit_requirements")
def home(request: Request) -> HttpResponse:
    """List what waits for a second officer, and what is in force, by carrier and purpose."""
    carrier, purpose = request.GET.get("carrier", ""), request.GET.get("purpose", "open")
    purpose = purpose if purpose in PURPOSES else "open"
    rows: list[RequirementSet] = []
    seen: set[tuple[str, ...]] = set()
    for rules in queries.requirement_sets(carrier=carrier, purpose=purpose):
        key = tuple(rules.key.values())
        if key not in seen and rules.effective_from <= timezone.localdate():
            seen.add(key)
            rows.append(rules)
    context = {
        "section": "requirements", "rows": [(rules, name(rules)) for rules in rows], "carrier": carrier, "purpose": purpose,
        "carriers": Carrier.objects.order_by("pk"), "purposes": PURPOSES,
        "proposals": [(rules, name(rules)) for rules in queries.requirement_proposals()],
    }  # fmt: skip
    return render(request, "web/desk/requirements.html", context)


def name(rules: RequirementSet) -> dict[str, str]:
    """Name what a set is for, in both languages."""
    parts = [
        PURPOSES[rules.purpose], SUBJECTS.get(rules.subject_type, ("各类单位", "Any organisation")), USES.get(rules.use, ("各种用途", "any use")),
        INDUSTRIES.get(rules.industry, ("", ""))[:2], CHANNELS.get(rules.channel, ("", "")),
    ]  # fmt: skip
    carrier = Carrier.objects.filter(pk=rules.carrier).first()
    names = [(carrier.name_zh, carrier.name_en) if carrier else (rules.carrier,) * 2, *parts]
    return {"zh": " · ".join(n[0] for n in names if n[0]), "en": " · ".join(n[1] for n in names if n[1])}


@staff_only("edit_requirements")
def version(request: Request, set_id: int) -> HttpResponse:
    """Show one version: what it asks for, how it differs from the one before, and every version there was."""
    return _show(request, found(_one(set_id)))


def _one(set_id: int) -> RequirementSet | None:
    return RequirementSet.objects.select_related("proposed_by", "decided_by").filter(pk=set_id).first()


def _show(request: Request, rules: RequirementSet, problem: Problem | None = None) -> HttpResponse:
    before = queries.set_before(rules) if rules.state == "proposed" else None
    context: dict[str, Any] = {
        "section": "requirements", "rules": rules, "name": name(rules), "history": queries.requirement_history(rules),
        "slots": [(SLOTS[row["slot"]], describe(row, INDUSTRIES)) for row in rules.slots if row["required"] != "never"],
        "policy": json.dumps(rules.policy, ensure_ascii=False, indent=1) if rules.policy else "", "before": before,
        "changes": changes(before, rules, INDUSTRIES) if rules.state == "proposed" else [],
        "is_mine": rules.proposed_by_id == staff_of(request).pk, "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/requirement.html", context)
    return conflict(response) if problem else response


@staff_only("edit_requirements")
def propose(request: Request, set_id: int) -> HttpResponse:
    """Propose the next version, beginning from the one shown."""
    base = found(_one(set_id))
    if request.method != "POST":
        return _form(request, base, base)
    draft, policy_problem = from_form(request.POST, base)
    why = request.POST.get("why", "")
    if policy_problem:
        return _form(request, base, draft, wrong={"policy": policy_problem})
    try:
        proposed = actions.propose(draft, why=why, staff=staff_of(request), at=timezone.now())
    except Invalid as problem:
        wrong = {
            mistake.field.split(".")[0]: mistake
            for mistake in problem.mistakes
            if not mistake.field.startswith("slots.")
        }
        rows = {m.field.removeprefix("slots."): m for m in problem.mistakes if m.field.startswith("slots.")}
        return _form(request, base, draft, problem, wrong=wrong, wrong_slots=rows)
    except Problem as problem:
        return _form(request, base, draft, problem)
    messages.success(request, _("已提出，等待另一位合规专员核准。"))
    return redirect("desk:requirement", proposed.pk)


def from_form(form: QueryDict, base: RequirementSet) -> tuple[RequirementSet, Any]:
    """Build the draft a form describes; return it with what is wrong with the policy's JSON, if anything is."""
    problem = None
    try:
        policy = json.loads(form.get("policy", "").strip() or "{}")
    except ValueError as error:
        policy, problem = {}, {"zh": f"不是有效的 JSON：{error}", "en": f"It is not valid JSON: {error}"}
    draft = RequirementSet(
        carrier=base.carrier, purpose=base.purpose, subject_type=form.get("subject_type", ""), use=form.get("use", ""),
        industry=form.get("industry", ""), channel=form.get("channel", ""), slots=_slots(form), policy=policy,
        needs_handling=base.needs_handling, verification_days=_number(form.get("verification_days", "")),
        line_proof_days=_number(form.get("line_proof_days", "")), effective_from=_day(form.get("effective_from", "")),
    )  # fmt: skip
    return draft, problem


def _slots(form: QueryDict) -> list[dict[str, Any]]:
    rows = []
    for code in SLOTS:
        required = form.get(f"required-{code}", "never")
        if required == "never":
            continue
        row: dict[str, Any] = {"slot": code, "required": required}
        pages = _number(form.get(f"pages-{code}", "1"))
        row |= {"pages": pages} if pages != 1 else {}
        when: dict[str, Any] = {kind: form.getlist(f"{kind}-{code}") for kind in WHEN if form.getlist(f"{kind}-{code}")}
        when |= {"off_site": True} if form.get(f"off_site-{code}") else {}
        rows.append(row | ({"when": when} if when else {}))
    return rows


def _number(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 9 else 0


def _day(text: str) -> Any:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def _form(
    request: Request,
    base: RequirementSet,
    shown: RequirementSet,
    problem: Problem | None = None,
    *,
    wrong: dict[str, Any] | None = None,
    wrong_slots: dict[str, Any] | None = None,
) -> HttpResponse:
    asked, faults = {row["slot"]: row for row in shown.slots}, wrong_slots or {}
    day = shown.effective_from if request.method == "POST" else timezone.localdate() + dt.timedelta(days=1)
    context: dict[str, Any] = {
        "section": "requirements", "base": base, "shown": shown, "name": name(base), "required": REQUIRED, "when": WHEN, "wrong": wrong or {},
        "rows": [_row(code, asked.get(code, {}), faults.get(code)) for code in SLOTS], "day": day.isoformat() if isinstance(day, dt.date) else day,
        "policy": request.POST.get("policy") or (json.dumps(shown.policy, ensure_ascii=False, indent=1) if shown.policy else "{}"),
        "why": request.POST.get("why", ""), "subjects": SUBJECTS, "uses": USES, "industries": INDUSTRIES, "channels": CHANNELS,
        "problem": say(problem) if problem else "",
    }  # fmt: skip
    response = render(request, "web/desk/requirement_form.html", context)
    return conflict(response) if problem or wrong else response


def _row(code: str, row: dict[str, Any], fault: Any) -> dict[str, Any]:
    """Give one line of the table of slots: what is chosen, and each condition with its box ticked or not."""
    when = row.get("when", {})
    conditions = [
        (kind, said, [(value, names, value in when.get(kind, [])) for value, names in values.items()])
        for kind, (said, values) in WHEN.items()
    ]
    return {
        "slot": SLOTS[code], "required": row.get("required", "never"), "pages": row.get("pages", 1), "conditions": conditions,
        "off_site": bool(when.get("off_site")), "is_conditional": bool(when), "said": describe(row, INDUSTRIES) if row else None, "fault": fault,
    }  # fmt: skip


@staff_only("edit_requirements")
@require_POST
def decide(request: Request, set_id: int) -> HttpResponse:
    """Approve or reject another officer's proposal."""
    rules, staff, now = found(_one(set_id)), staff_of(request), timezone.now()
    try:
        if request.POST.get("decision") == "approve":
            actions.approve(rules, staff=staff, at=now)
            messages.success(request, _("已核准，自生效日起按这一版受理新申请。"))
        else:
            actions.reject(rules, why=request.POST.get("why", ""), staff=staff, at=now)
            messages.success(request, _("已记下：这一版不采用。"))
    except Problem as problem:
        return _show(request, rules, problem)
    return redirect("desk:requirement", rules.pk)
