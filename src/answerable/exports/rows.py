"""The rows of a copy, list by list. Staff appear by role and pseudonym; nothing here names who reported a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Model, Q

from answerable.billing.models import Refund, Transfer
from answerable.complaints.models import Disavowal, Report
from answerable.exports.owned import windows_of, within
from answerable.lib import envelope, keystore
from answerable.numbers.models import Destination, Number, Tenure
from answerable.orders.models import Order, Registration, TestCall
from answerable.parties.models import Enterprise, FormerName, Notice, Person, Staff
from answerable.parties.notices import TEXTS
from answerable.parties.roles import NAMES
from answerable.trail.models import Fact
from answerable.verification import evaluation
from answerable.verification.actions.retention import BY_LAW
from answerable.verification.licence import reading_of
from answerable.verification.models import (
    Appointment,
    CallBack,
    Document,
    DocumentView,
    Dossier,
    Erasure,
    PhotoConsent,
    Recheck,
    Review,
)
from answerable.verification.queries import open_message
from answerable.verification.reasons import REASONS

Row = dict[str, Any]


class Names:
    """Call each member of staff by role and a number that means something in one copy alone."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._staff = {one.username: one for one in Staff.objects.all()}

    def of(self, staff: Staff | None) -> str:
        """Return what a member of staff is called in this copy; empty for nobody."""
        return self.of_username(staff.username) if staff else ""

    def of_username(self, username: str) -> str:
        if username not in self._known:
            found = self._staff.get(username)
            roles = "、".join(NAMES[role][0] for role in found.roles) if found else "工作人员"
            self._known[username] = f"{roles} {len(self._known) + 1}"
        return self._known[username]


class Holding:
    """Everything held about one organisation, for whoever asked."""

    def __init__(self, enterprise: Enterprise, asker: Person | None) -> None:
        self.enterprise, self.asker = enterprise, asker
        self.names, self.windows = Names(), windows_of(enterprise)
        self.members = {m.person_id: m.person for m in enterprise.memberships.select_related("person")}
        self.orders = list(Order.objects.filter(enterprise=enterprise).values_list("pk", flat=True))

    def documents(self) -> Any:
        """List every document that still lies here, locked and replaced ones too."""
        return Document.objects.filter(enterprise=self.enterprise, erased_at=None).order_by("uploaded_at", "pk")

    def who(self, kind: str, key: str) -> str:
        """Name an actor: staff by pseudonym, a member by name, anybody else by kind alone."""
        if kind == "staff":
            return self.names.of_username(key)
        member = self.members.get(int(key)) if kind == "person" and key.isdigit() else None
        return f"{kind} {member.name}".strip() if member else kind

    def person(self, person: Person | None) -> str:
        return person.name if person and person.pk in self.members else ""


def _fields(row: Model, *left_out: str) -> Row:
    """Return a row's plain columns; bytes are sealed and are opened one by one, links to persons and staff are named."""
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in left_out and field.get_internal_type() != "BinaryField"
        and (field.related_model not in {Person, Staff})
    }  # fmt: skip


def _plain(rows: Iterable[Model], *left_out: str) -> Iterator[Row]:
    return (_fields(row, *left_out) for row in rows)


def organisation(holding: Holding) -> Iterator[Row]:
    yield _fields(holding.enterprise)


def former_names(holding: Holding) -> Iterator[Row]:
    return _plain(FormerName.objects.filter(enterprise=holding.enterprise).order_by("pk"))


def memberships(holding: Holding) -> Iterator[Row]:
    """Name who acts for the organisation; a mobile is the asker's own or none."""
    for one in holding.enterprise.memberships.select_related("person").order_by("pk"):
        own = {"mobile": one.person.mobile} if one.person == holding.asker else {}
        yield _fields(one, "id") | {"name": one.person.name} | own


def numbers(holding: Holding) -> Iterator[Row]:
    return _plain(Number.objects.filter(holder=holding.enterprise).order_by("pk"), "patterns")


def tenures(holding: Holding) -> Iterator[Row]:
    return _plain(Tenure.objects.filter(holder=holding.enterprise).order_by("pk"))


def lines(holding: Holding) -> Iterator[Row]:
    return _plain(Destination.objects.filter(within(holding.windows, at="added_at")).order_by("pk"))


def orders(holding: Holding) -> Iterator[Row]:
    """List the orders with what was registered and tested for each; whoever handled or recorded is left out."""
    for order in Order.objects.filter(pk__in=holding.orders).select_related("person").order_by("created_at"):
        sent = Registration.objects.filter(order=order).first()
        yield _fields(order) | {
            "applicant": holding.person(order.person), "registration": _registration(sent) if sent else None,
            "test_calls": list(_plain(TestCall.objects.filter(order=order).order_by("pk"))),
        }  # fmt: skip


def _registration(sent: Registration) -> Row:
    opened = _open(sent.record, keystore.order_key(sent.order_id), f"registration:{sent.order_id}")
    kept = {key: value for key, value in opened.items() if not key.endswith("_by")}
    return _fields(sent, "receipt") | {"record": kept}


def _open(sealed: bytes | memoryview, owner: str, context: str) -> Row:
    """Open what is sealed; what was erased or cannot be opened says so instead of failing the whole copy."""
    try:
        return dict(keystore.open_json(sealed, owner, context)) if sealed else {}
    except envelope.EnvelopeError as problem:
        return {"unreadable": problem.code}


def dossiers(holding: Holding) -> Iterator[Row]:
    """List each dossier: what was stated, said, found, decided and done at the counter."""
    found = Dossier.objects.filter(enterprise=holding.enterprise).select_related("requirement_set", "enterprise")
    for one in found.order_by("pk"):
        key, handling = keystore.dossier_key(one.pk), getattr(one, "handling", None)
        yield _fields(one, "claimed_until") | {
            "stated": _open(one.claims, key, f"claims:{one.pk}"),
            "requirement_set": f"{one.requirement_set.carrier} {one.requirement_set.version}",
            "findings": _findings(one),
            "decisions": [_decision(review, holding) for review in one.reviews.order_by("pk")],
            "messages": [_said(message, holding) for message in one.messages.filter(is_internal=False).order_by("pk")],
            "bookings": list(_plain(Appointment.objects.filter(dossier=one).order_by("pk"))),
            "photo_consents": [
                _fields(answer) | {"person": holding.person(answer.person)}
                for answer in PhotoConsent.objects.filter(dossier=one).select_related("person").order_by("pk")
            ],
            "handling": handling and {
                "at": handling.at, "counter": handling.counter_id, "by": holding.names.of(handling.staff),
                "originals_seen": handling.originals_seen, "card": _open(handling.id_reader, key, f"id_reader:{one.pk}"),
            },
        }  # fmt: skip


def _findings(dossier: Dossier) -> list[Row]:
    """List what the checks say of a dossier that is still open, as its applicant sees it."""
    if dossier.keep_until or dossier.state in {"approved", "declined", "lapsed", "revoked"}:
        return []
    found = [f.for_applicant() for f in evaluation.evaluate(dossier, at=dossier.submitted_at or dossier.opened_at)]
    return [{"outcome": f.outcome, "code": f.code, "slot": f.slot, "zh": f.text_zh, "en": f.text_en} for f in found]


def _decision(review: Review, holding: Holding) -> Row:
    return {
        "round": review.round, "stage": review.stage, "decision": review.decision, "at": review.at, "message": review.message,
        "by": holding.names.of(review.reviewer),
        "reasons": [
            {"code": code, "zh": REASONS[code].title_zh, "en": REASONS[code].title_en, "fix_zh": REASONS[code].fix_zh,
             "fix_en": REASONS[code].fix_en}
            for code in review.reasons
        ],
    }  # fmt: skip


def _said(message: Any, holding: Holding) -> Row:
    by = holding.names.of(message.staff) if message.staff else holding.person(message.person)
    try:
        text = open_message(message)
    except envelope.EnvelopeError as problem:
        text = f"({problem.code})"
    return {"at": message.at, "by": by, "text": text}


def documents(holding: Holding) -> Iterator[Row]:
    """List every document ever filed, erased ones too, with what the engine read."""
    for one in Document.objects.filter(enterprise=holding.enterprise).order_by("uploaded_at", "pk"):
        yield _fields(one, "reading_stage", "reading_error") | {
            "uploaded_by": holding.person(one.uploaded_by), "uploaded_by_staff": holding.names.of(one.uploaded_by_staff),
            "filed_by_agent": one.filed_by_agent.organisation.name if one.filed_by_agent else "", "read": _read(one),
        }  # fmt: skip


def _read(document: Document) -> Row:
    try:
        reading = None if document.erased_at else reading_of(document)
    except envelope.EnvelopeError as problem:
        return {"unreadable": problem.code}
    return {name: field.text for name, field in reading.fields.items()} if reading else {}


def call_backs(holding: Holding) -> Iterator[Row]:
    return _plain(CallBack.objects.filter(dossier__enterprise=holding.enterprise).order_by("pk"), "code_hash")


def rechecks(holding: Holding) -> Iterator[Row]:
    """List what was asked again; not what staff noted, nor which report gave rise to it."""
    for one in Recheck.objects.filter(enterprise=holding.enterprise).order_by("pk"):
        yield _fields(one, "note", "about", "sms_code", "withdrawn_why") | {
            "asked_by": holding.names.of(one.asked_by), "withdrawn_by": holding.names.of(one.withdrawn_by)
        }  # fmt: skip


def transfers(holding: Holding) -> Iterator[Row]:
    return _plain(Transfer.objects.filter(order_no__in=holding.orders).order_by("pk"), "note")


def refunds(holding: Holding) -> Iterator[Row]:
    return _plain(Refund.objects.filter(order_no__in=holding.orders).order_by("pk"))


def complaints(holding: Holding) -> Iterator[Row]:
    """List what was reported about its numbers by class and day: words, reference, and times could tell who reported."""
    for one in Report.objects.filter(within(holding.windows, at="received_at")).order_by("received_at"):
        yield {
            "number": one.number, "class": one.report_class, "received_on": one.received_at.date(), "state": one.state,
        }  # fmt: skip


def disavowals(holding: Holding) -> Iterator[Row]:
    """List what it said of others' numbers and others of its own, without the person who said it."""
    theirs = Q(holder=holding.enterprise) | Q(credit_code=holding.enterprise.credit_code)
    for one in (
        Disavowal.objects.filter(theirs).select_related("entered_by", "decided_by").defer("letter").order_by("pk")
    ):
        yield _fields(one, "id") | {
            "entered_by": holding.names.of(one.entered_by), "decided_by": holding.names.of(one.decided_by)
        }  # fmt: skip


def notices(holding: Holding) -> Iterator[Row]:
    """List what its people were told about it; what they were told about another organisation they act for is not here."""
    for one in Notice.objects.filter(person__in=holding.members).select_related("person").order_by("pk"):
        if not _is_about(one, holding):
            continue
        zh, en = TEXTS.get(one.code, ("", ""))
        yield {
            "at": one.at, "to": one.person.name, "code": one.code, "zh": _filled(zh, one.params), "en": _filled(en, one.params),
            "read_at": one.read_at,
        }  # fmt: skip


def _is_about(notice: Notice, holding: Holding) -> bool:
    order, number = notice.params.get("order"), notice.params.get("number")
    if order:
        return order in holding.orders
    return any(
        window.number == number and window.since <= notice.at and (window.until is None or notice.at < window.until)
        for window in holding.windows
    )


def _filled(text: str, params: dict[str, Any]) -> str:
    try:
        return text.format(**params)
    except (KeyError, IndexError):
        return text


def accesses(holding: Holding) -> Iterator[Row]:
    """List who was shown which document and what for (PIPL art. 51); not an authority's look (PIPL art. 18, 35)."""
    seen = DocumentView.objects.filter(document__enterprise=holding.enterprise).exclude(purpose=BY_LAW)
    for one in seen.order_by("pk").iterator():
        yield {
            "document": one.document_id, "at": one.at, "by": holding.who(one.who_kind, one.who_id), "purpose": one.purpose,
        }  # fmt: skip


def facts(holding: Holding) -> Iterator[Row]:
    """List what was done; of each change the names of what changed, whose values stand in the other lists."""
    dossier_ids = Dossier.objects.filter(enterprise=holding.enterprise).values_list("pk", flat=True)
    document_ids = Document.objects.filter(enterprise=holding.enterprise).values_list("pk", flat=True)
    asked = (
        within(holding.windows)
        | _about("enterprise", [holding.enterprise.pk])
        | _about("dossier", dossier_ids)
        | _about("document", document_ids)
        | _about("order", holding.orders)
    )
    untold = Q(what="document.unlocked") | Q(what__startswith="privacy.hold_") | Q(what__startswith="report.")
    for one in Fact.objects.filter(asked).exclude(untold | Q(after__purpose=BY_LAW)).order_by("pk").iterator():
        yield {
            "at": one.at, "what": one.what, "by": holding.who(one.who_kind, one.who_id), "subject": f"{one.subject_kind} {one.subject_id}",
            "number": one.number, "fields": sorted({*one.before, *one.after}),
        }  # fmt: skip


def _about(kind: str, keys: Iterable[Any]) -> Q:
    return Q(subject_kind=kind, subject_id__in=[str(key) for key in keys])


def erasures(holding: Holding) -> Iterator[Row]:
    return _plain(Erasure.objects.filter(enterprise=holding.enterprise).order_by("pk"))


LISTS: dict[str, tuple[Callable[[Holding], Iterator[Row]], str, str]] = {
    "organisation": (organisation, "单位", "organisation"),
    "former_names": (former_names, "曾用名与曾任法定代表人", "former names and representatives"),
    "memberships": (memberships, "经办人与法定代表人", "handlers and legal representative"),
    "numbers": (numbers, "400 号码", "numbers"),
    "tenures": (tenures, "负责期", "tenures"),
    "lines": (lines, "目的码、线路", "destinations, lines"),
    "orders": (orders, "订单、登记、拨测", "orders, registration, test calls"),
    "dossiers": (dossiers, "材料、发现、审核、受理", "dossiers, findings, reviews, handling"),
    "documents": (documents, "材料文件与识别结果", "documents and readings"),
    "call_backs": (call_backs, "回拨核验", "call-backs"),
    "rechecks": (rechecks, "重新核验", "re-verifications"),
    "transfers": (transfers, "对公转账", "transfers"),
    "refunds": (refunds, "退款", "refunds"),
    "complaints": (complaints, "举报（不含举报人）", "reports, without who reported"),
    "disavowals": (disavowals, "冒用声明（不含提出人）", "hotlines disowned, without the person who did it"),
    "notices": (notices, "通知", "notices"),
    "accesses": (accesses, "材料查看记录", "who was shown which document"),
    "facts": (facts, "留痕", "trail"),
    "erasures": (erasures, "删除记录", "erasures"),
}
"""Each list of a copy: how its rows are found, and its name in the words of CONTEXT.md."""
