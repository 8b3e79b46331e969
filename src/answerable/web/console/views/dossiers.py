"""One dossier: photograph, confirm what was read, see what is missing, submit, book a counter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from answerable.exits.actions import bring_papers
from answerable.exits.queries import arrival_of
from answerable.lib.errors import Problem
from answerable.lib.identifiers import mask_but_tail, mask_id
from answerable.lib.workdays import add_workdays
from answerable.orders import actions as orders
from answerable.parties.actions import actor_of
from answerable.parties.queries import counters
from answerable.verification import actions, consent, evaluation, licence, queries
from answerable.verification.actions.callback import MOST_TRIES
from answerable.verification.actions.changes import PURPOSES
from answerable.verification.actions.thread import ENDED
from answerable.verification.checks import Finding
from answerable.verification.checks.compare import same
from answerable.verification.checks.licence_confirmed import FIELDS
from answerable.verification.forms import PAPERS_TO_PRINT
from answerable.verification.forms import paper as printed
from answerable.verification.models import Document, Dossier
from answerable.verification.policy import policy_of
from answerable.verification.reasons import REASONS
from answerable.verification.slots import OWNERS, SLOTS, required
from answerable.web.console.views.agent_papers import said_to_customer
from answerable.web.doors import conflict, found, person_of, person_only, say
from answerable.web.findings import boxes
from answerable.web.middleware import Request
from answerable.web.templatetags.words import words
from answerable.web.uploads import uploaded

FIRST = licence.SLOT
"""The item that is photographed first: it names the organisation."""


@person_only
def dossier(request: Request, dossier_id: int) -> HttpResponse:
    """Show a dossier; HTMX polls the part that changes while documents are read."""
    found_one = found(queries.dossier_of(person_of(request), dossier_id))
    return _show(request, found_one)


def _show(request: Request, dossier: Dossier, problem: Problem | None = None, slot: str = "") -> HttpResponse:
    """Show it; to HTMX only what may have changed. A problem about one slot is said at that slot."""
    documents = {d.slot: d for d in queries.documents(dossier)}
    # Evidence of forgery and of what others do stays with the staff.
    findings = [f.for_applicant() for f in evaluation.evaluate(dossier, at=timezone.now())]
    asked = sorted(required(dossier), key=lambda one: one.slot != FIRST)
    wanted = [one.slot for one in asked]
    is_partial, said = bool(request.headers.get("HX-Request")), say(problem) if problem else ""
    is_open = dossier.state in {"draft", "more_information_needed"}
    context: dict[str, Any] = {
        "section": "home",
        "dossier": dossier,
        "slots": [
            _row(one.slot, documents.get(one.slot), findings, dossier)
            | {"asked": one, "problem": said if one.slot == slot else ""}
            for one in asked
        ],
        "general": [f for f in findings if f.outcome == "flag" and f.slot not in wanted],
        "bars": evaluation.bars(findings),
        "is_open": is_open,
        "is_reading": is_open and any(d.reading_state in {"waiting", "reading"} for d in documents.values()),
        "person_claims": _person(dossier, documents),
        "asked": _asked(dossier),
        "callback": _callback(dossier),
        "line_said": _line_said(dossier),
        "purposes": PURPOSES,
        "change_said": queries.claims(dossier) | {"now": evaluation.register_words(dossier)},
        "may_cancel": is_open or (dossier.state == "submitted" and not hasattr(dossier, "handling")),
        "thread": queries.thread(dossier),
        "may_write": dossier.state not in ENDED,
        "appointment": dossier.appointments.filter(cancelled_at=None).select_related("counter").first(),
        "handling": getattr(dossier, "handling", None),
        "counters": counters(timezone.localdate()),
        "next_day": add_workdays(timezone.now(), 1).date(),
        "problem": "" if slot in wanted else said,
        "is_partial": is_partial,
        "agent_papers": said_to_customer(dossier),
        "arrival": arrival_of(dossier) if is_open else None,
    }
    response = render(request, f"web/console/dossier{'_reading' if is_partial else ''}.html", context)
    return conflict(response) if problem else response


def _row(slot: str, document: Document | None, findings: list[Finding], dossier: Dossier) -> dict[str, Any]:
    """Put together what one slot shows: its document, what was read, what is wrong and how to put it right."""
    row: dict[str, Any] = {
        "slot": SLOTS[slot],
        "name": words(SLOTS[slot]),
        "document": document,
        "version": "-",
        "may_upload": True,
    }
    if slot == consent.SLOT:
        row |= _consent(dossier, document)
    if document is None:
        return row
    reading = licence.reading_of(document)
    flags = [f for f in findings if f.slot == slot and f.outcome == "flag"]
    return (
        row
        | {
            "version": f"{document.pk}:{document.reading_state}:{document.reading_stage}:{len(flags)}",
            "read": [(name, _masked(name, field.text)) for name, field in reading.fields.items()] if reading else [],
            "findings": flags,
            "boxes": boxes([f for f in flags if f.page == 0]),
        }
        | (_licence(dossier) if reading and slot == FIRST else {})
    )


def _consent(dossier: Dossier, document: Document | None) -> dict[str, Any]:
    """Say what was answered to the consent of its own that the photo needs, with its text, and whether a file is taken."""
    answer, is_given = consent.answer_of(dossier), consent.is_given(dossier)
    return {
        "consent": {
            "version": consent.CURRENT, "texts": consent.TEXTS[consent.CURRENT], "answer": answer, "is_given": is_given,
            "is_declined": answer is not None and answer.answer == "declined", "is_kept": consent.is_kept(dossier),
            "may_end": is_given or document is not None,
        },
        "may_upload": is_given,
    }  # fmt: skip


def _licence(dossier: Dossier) -> dict[str, Any]:
    """Set what the licence says beside what the register says, for the person to put right and confirm."""
    filled = licence.filled(dossier)
    if filled is None:
        return {}
    done, firm = licence.confirmed(queries.claims(dossier), filled.document_id), dossier.enterprise
    known = {"code": firm.credit_code, "name": firm.name, "person": firm.legal_representative, "address": firm.address}
    lines = []
    for name, (read, source) in filled.fields.items():
        text = done[name]["text"] if done else read
        lines.append(
            {"name": name, "text": text, "known": known[name], "is_same": same(text, known[name]), "source": source}
        )
    return {"against": lines, "is_confirmed": bool(done)}


def _masked(name: str, text: str) -> str:
    return mask_id(text) if "id_number" in name else text


def _person(dossier: Dossier, documents: dict[str, Document]) -> dict[str, str]:
    """Give who comes to the counter: as confirmed, else as the picture says, for the person to confirm."""
    stated = queries.claims(dossier)
    if stated.get("handler_name"):
        masked = mask_id(stated["handler_id_number"])
        return {"name": stated["handler_name"], "id_number": "", "masked": masked, "is_confirmed": "yes"}
    slot = "handler_id_portrait" if dossier.role == "handler" else "rep_id_portrait"
    reading = licence.reading_of(documents[slot]) if slot in documents else None
    if reading is None:
        return {}
    number = reading.value("id_number")
    return {
        "name": reading.value("name"),
        "id_number": number,
        "masked": mask_but_tail(number),
        "picture": str(documents[slot].pk),
        "is_confirmed": "",
    }


def _callback(dossier: Dossier) -> dict[str, Any]:
    """Say where the call-back to the line stands: the newest call, whether its code is awaited, whether it is proven."""
    now = timezone.now()
    newest = dossier.callbacks.filter(line=dossier.line).order_by("-pk").first()
    waiting = queries.callback_waiting_for_code(dossier, at=now, most_tries=MOST_TRIES)
    is_calling = newest is not None and newest.state != "done"
    return {
        "newest": newest, "is_calling": is_calling, "is_waiting": waiting is not None, "is_proven": queries.is_called_back(dossier),
    }  # fmt: skip


def _line_said(dossier: Dossier) -> dict[str, Any]:
    """Give whose the line is and where, as stated, and what may be chosen: the first line is the holder's own."""
    stated = queries.claims(dossier)
    allowed = policy_of(dossier.requirement_set).first_line_owners if dossier.kind == "holder" else OWNERS
    return {
        "owner": stated.get("line_owner", "holder"), "off_site": bool(stated.get("off_site")),
        "owners": {code: OWNERS[code] for code in allowed if code in OWNERS},
    }  # fmt: skip


def _asked(dossier: Dossier) -> list[dict[str, Any]]:
    """List what reviewers asked for or declined, each reason with what to do. Notes for staff are not among it."""
    if dossier.state not in {"more_information_needed", "declined"}:
        return []
    reviews = dossier.reviews.filter(round=dossier.round, decision__in=["ask", "decline"])
    return [{"message": r.message, "reasons": [REASONS[code] for code in r.reasons]} for r in reviews]


@person_only
@require_POST
def line(request: Request, dossier_id: int) -> HttpResponse:
    """Set the first line, whose it is and where; of a further line the last two only."""
    said: dict[str, Any] = {
        "owner": request.POST.get("owner", "holder"), "off_site": request.POST.get("off_site") == "yes",
    }  # fmt: skip

    def act(d: Dossier, p: Any, at: dt.datetime) -> None:
        if d.names_its_line:
            actions.set_line(d, request.POST.get("line", ""), person=p, at=at, **said)
        else:
            actions.set_line_owner(d, person=p, at=at, **said)

    return _do(request, dossier_id, act, anchor="first-line")


@person_only
@require_POST
def callback(request: Request, dossier_id: int) -> HttpResponse:
    """Have the platform ring the line."""
    return _do(request, dossier_id, lambda d, p, at: actions.request_callback(d, person=p, at=at), anchor="callback")


@person_only
@require_POST
def callback_code(request: Request, dossier_id: int) -> HttpResponse:
    """Take the code that was heard at the line."""
    code = request.POST.get("code", "")
    return _do(
        request, dossier_id, lambda d, p, at: actions.confirm_callback(d, code, person=p, at=at), anchor="callback"
    )


@person_only
@require_POST
def person(request: Request, dossier_id: int) -> HttpResponse:
    """Confirm who comes to the counter; what was filled from the picture and left as it was is marked so.

    The number read from the picture is shown masked and never sent to the browser: left empty, it is taken as read
    from the picture it was shown beside.
    """
    name, id_number = request.POST.get("name", ""), request.POST.get("id_number", "")

    def confirm(d: Dossier, p: Any, at: dt.datetime) -> None:
        filled = _person(d, {x.slot: x for x in queries.documents(d)})
        is_same_picture = request.POST.get("picture", "") == filled.get("picture")
        number = id_number.strip() or (filled.get("id_number", "") if is_same_picture else "")
        was_filled = (filled.get("name"), filled.get("id_number")) == (name.strip(), number)
        actions.confirm_handler(d, name=name, id_number=number, was_filled=was_filled, person=p, at=at)

    return _do(request, dossier_id, confirm)


@person_only
@require_POST
def confirm_licence(request: Request, dossier_id: int) -> HttpResponse:
    """Confirm what was read from the licence, with what the person put right."""
    said = {name: request.POST.get(name, "") for name in FIELDS}
    return _do(
        request,
        dossier_id,
        lambda d, p, at: actions.confirm_licence(d, said, person=p, at=at),
        slot=FIRST,
    )


@person_only
@require_POST
def upload(request: Request, dossier_id: int, slot: str) -> HttpResponse:
    """Take a file for a slot."""
    return _do(
        request,
        dossier_id,
        lambda d, p, at: actions.upload(d, slot, uploaded(request), person=p, at=at),
        slot=slot,
    )


@person_only
@require_POST
def bring(request: Request, dossier_id: int) -> HttpResponse:
    """Take the papers from the archive with which the holder came from another operator."""

    def brought(d: Dossier, p: Any, at: dt.datetime) -> None:
        bring_papers(found(arrival_of(d)), d, person=p, at=at)

    return _do(request, dossier_id, brought)


@person_only
@require_POST
def photo_consent(request: Request, dossier_id: int) -> HttpResponse:
    """Take the answer about the hand-held photo: given to the text that was shown, or declined, which destroys it."""

    def answer(d: Dossier, p: Any, at: dt.datetime) -> None:
        if request.POST.get("answer") == "declined":
            actions.decline_photo(d, person=p, at=at)
        else:
            actions.give_photo_consent(d, version=request.POST.get("consent", ""), person=p, at=at)

    return _do(request, dossier_id, answer, slot=consent.SLOT)


@person_only
@require_POST
def agent_papers(request: Request, dossier_id: int) -> HttpResponse:
    """Let the order's agent file papers of the organisation, by the text that was shown; or withdraw that."""

    def answer(d: Dossier, p: Any, at: dt.datetime) -> None:
        if request.POST.get("answer") == "ended":
            orders.end_agent_papers(d, person=p, at=at)
        else:
            orders.allow_agent_papers(d, version=request.POST.get("consent", ""), person=p, at=at)

    return _do(request, dossier_id, answer, anchor="agent-papers")


@person_only
@require_POST
def submit(request: Request, dossier_id: int) -> HttpResponse:
    """Submit the dossier."""
    return _do(request, dossier_id, lambda d, p, at: actions.submit(d, person=p, at=at))


@person_only
@require_POST
def write(request: Request, dossier_id: int) -> HttpResponse:
    """Write to the reviewers."""
    return _do(
        request, dossier_id, lambda d, p, at: actions.ask_reviewer(d, request.POST.get("text", ""), person=p, at=at)
    )


@person_only
@require_POST
def book(request: Request, dossier_id: int) -> HttpResponse:
    """Book a counter."""

    def act(d: Dossier, p: Any, at: dt.datetime) -> None:
        counter = found(counters(timezone.localdate()).filter(pk=request.POST.get("counter", "")).first())
        actions.book(d, counter=counter, day=_day(request.POST.get("day", "")), person=p, at=at)

    return _do(request, dossier_id, act)


@person_only
def paper(request: Request, dossier_id: int, name: str) -> HttpResponse:
    """Serve a filled paper to print and seal."""
    person = person_of(request)
    one = found(queries.dossier_of(person, dossier_id))
    if name not in PAPERS_TO_PRINT:
        found(None)
    by, now = actor_of(person), timezone.now()
    pdf = printed(one, name, by=by, at=now)
    actions.write_down_print(one, name, by=by, at=now)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}-{one.number}.pdf"'},
    )


def _do(request: Request, dossier_id: int, act: Any, slot: str = "", anchor: str = "") -> HttpResponse:
    who = person_of(request)
    one = found(queries.dossier_of(who, dossier_id))
    try:
        act(one, who, timezone.now())
    except Problem as problem:
        one.refresh_from_db()
        return _show(request, one, problem, slot)
    response = redirect("console:dossier", one.pk)
    anchor = f"slot-{slot}" if slot else anchor
    if anchor and not request.headers.get("HX-Request"):
        response["Location"] += f"#{anchor}"
    return response


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return dt.date.min
