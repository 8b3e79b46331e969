"""The evaluation of a dossier: what is missing or contradicts, field by field. Observations; a person decides."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count

from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.parties.models import Enterprise
from answerable.verification import licence, lookups, marks
from answerable.verification.account import account_of, clocks_of, earliest_expiry
from answerable.verification.checks import (
    Claims,
    Clocks,
    DestinationClaim,
    DossierFacts,
    Finding,
    RegisterRow,
    Required,
    Upload,
    run_all,
)  # fmt: skip
from answerable.verification.checks.finding import flagged, unsure
from answerable.verification.consent import without_declined
from answerable.verification.licence import reading_of
from answerable.verification.models import Document, Dossier
from answerable.verification.policy import policy_of
from answerable.verification.queries import claims, documents
from answerable.verification.slots import required

BARRING_CHECKS = {"required_set"}
BARRING_CODES = {"I04", "B11", "D06", "D07", "D14", "D15", "D16", "E01", "E04", "E05", "E09"}
"""Hard facts that the applicant can put right without anybody's judgement; all other flags go along to the reviewer."""
READ_ONLY_FIELDS = {"legal_representative"}
"""Known from a picture alone: an engine's misreading bars nobody from submitting, the reviewer judges it."""


def evaluate(dossier: Dossier, *, at: dt.datetime) -> list[Finding]:
    """Run every check over a dossier as it stands, in a stable order."""
    return _unstated(dossier) + _unrelated(dossier) + run_all(facts(dossier, at=at))


def _unrelated(dossier: Dossier) -> list[Finding]:
    """Have the reviewer look at a number that passes to an organisation the register does not connect with its holder.

    It may be right (a business sold), or a number let or sold on (Telecom Regulations art. 28, Anti-Telecom-Fraud Law
    art. 31): a person judges, nothing is barred.
    """
    number = Number.objects.filter(pk=dossier.number).select_related("holder").first() if dossier.is_transfer else None
    giver, taker = number.holder if number else None, dossier.enterprise
    if giver is None or giver == taker or giver.legal_representative == taker.legal_representative:
        return []
    return [
        unsure(
            "transfer_relation",
            f"登记信息中看不出与原机主{giver.name}的关联（法定代表人不同）：请核实过户原因，排除出租、出借、倒卖号码。",
            f"The register shows no relation to the present holder {giver.name} (another legal representative): find out why"
            " the number passes on; it must not be let, lent or sold on.",
        )
    ]


def _unstated(dossier: Dossier) -> list[Finding]:
    """Flag what no picture can tell: a line or a handler that nobody stated yet, a licence that nobody confirmed."""
    stated, found = claims(dossier), list[Finding]()
    if dossier.kind == "change":
        pass  # it concerns no line
    elif not dossier.line:
        zh, en = "还没有填写接听线路。", "No line to ring is given yet."
        found.append(flagged("required_set", "D01", zh, en, field="line"))
    if dossier.visits_counter and dossier.role == "handler" and not stated.get("handler_name"):
        zh, en = "还没有确认到营业厅办理的经办人。", "The handler who comes to the counter is not confirmed yet."
        found.append(flagged("required_set", "I13", zh, en, field="handler_name"))
    filled = licence.filled(dossier) if dossier.kind == "holder" else None
    if filled and not licence.confirmed(stated, filled.document_id):
        zh, en = "请核对并确认证照上识别到的内容。", "Compare what was read from the certificate, and confirm it."
        found.append(unsure("required_set", zh, en, slot=licence.SLOT, field="licence"))
    return found


def bars(findings: list[Finding]) -> list[Finding]:
    """Pick what must be dealt with before submission: what is missing or not read yet, and hard contradictions."""
    return [f for f in findings if f.check in BARRING_CHECKS and f.outcome != "pass" and f.code != "X01"] + [
        f
        for f in findings
        if f.outcome == "flag"
        and f.code in BARRING_CODES
        and f.check not in BARRING_CHECKS
        and f.field not in READ_ONLY_FIELDS
    ]


def facts(dossier: Dossier, *, at: dt.datetime) -> DossierFacts:
    """Collect what the checks look at."""
    is_holder = dossier.kind != "destination"
    return DossierFacts(
        claims=_claims(dossier),
        judged_on=at.astimezone(CHINA).date(),
        required=tuple(Required(one.slot, one.pages) for one in without_declined(dossier, required(dossier))),
        uploads=_uploads(dossier),
        register=lookups.in_register(dossier.enterprise.credit_code) if is_holder else None,
        policy=policy_of(dossier.requirement_set),
        ranges=lookups.line_ranges([dossier.line] if dossier.line else []),
        account=account_of(dossier),
        clocks=clocks_of(dossier) if is_holder else Clocks(),
        other_seals=marks.seals_elsewhere(dossier),
        corrected=_corrected(dossier) if is_holder else {},
    )


def _corrected(dossier: Dossier) -> dict[str, str]:
    filled = licence.filled(dossier)
    return licence.corrected(claims(dossier), filled.document_id) if filled else {}


def _claims(dossier: Dossier) -> Claims:
    """Put the register's words and what the applicant stated together; the applicant never types a holder's name."""
    stated, holder = claims(dossier), register_words(dossier)
    lines = (DestinationClaim(dossier.line, stated.get("line_owner", "holder")),) if dossier.line else ()
    if dossier.kind == "destination":
        return Claims(
            name=holder.name, legal_representative=holder.legal_representative, destinations=lines,
            provenance={"name": "register", "legal_representative": "register"},
        )  # fmt: skip
    return Claims(
        credit_code=holder.credit_code, name=holder.name, legal_representative=holder.legal_representative, address=holder.address,
        role="handler" if dossier.role == "handler" else "legal_representative",
        handler_name=str(stated.get("handler_name", "")), handler_id_number=str(stated.get("handler_id_number", "")),
        use=str(stated.get("use_text", "")), industry=str(stated.get("industry", "")), destinations=lines,
        provenance={
            "name": "register", "legal_representative": "register", "address": "register",
            "handler_name": stated.get("handler_provenance", "typed"), "handler_id_number": stated.get("handler_provenance", "typed"),
        },
    )  # fmt: skip


def register_words(dossier: Dossier) -> Enterprise | RegisterRow:
    """Return whose words an application is judged by: a change by the register's newest, all else by those filed under."""
    newest = lookups.in_register(dossier.enterprise.credit_code) if dossier.kind == "change" else None
    return newest or dossier.enterprise


def _uploads(dossier: Dossier) -> tuple[Upload, ...]:
    """List the documents in force, each with how many other applicants uploaded the same bytes or the same paper."""
    found = list(documents(dossier))
    files = dict(
        Document.objects.filter(sha256__in=[d.sha256 for d in found])
        .exclude(enterprise=dossier.enterprise)
        .values_list("sha256")
        .annotate(Count("enterprise", distinct=True))
    )
    papers = marks.papers_elsewhere(dossier)
    return tuple(_upload(d, files.get(d.sha256, 0), papers.get(d.pk, 0)) for d in found)


def _upload(document: Document, files: int, papers: int) -> Upload:
    state = {"done": "done", "failed": "failed"}.get(document.reading_state, "waiting")
    return Upload(
        slot=document.slot, reading=reading_of(document), state=state, sha256=document.sha256,  # type: ignore[arg-type]
        also_used_by=files, also_documents_of=papers, document_id=str(document.pk), sealed_by=document.sealed_by,
    )  # fmt: skip


def verified_until(dossier: Dossier, *, at: dt.datetime) -> dt.datetime:
    """Return the end an approval at `at` would have: the requirement set's term, or the first document to expire."""
    until, ends = at + dt.timedelta(days=dossier.requirement_set.verification_days), earliest_expiry(dossier)
    return min(until, dt.datetime.combine(ends, dt.time(0), CHINA)) if ends else until
