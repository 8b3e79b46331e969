"""The cast: who signs in, how, and the papers they bring. Everything goes over HTTP as a browser would."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from answerable.cli.world import people
from answerable.cli.world.reference import credit_code
from answerable.orders.models import Order
from answerable.parties.models import RegisterEntry, Staff
from answerable.parties.sms import gateway
from answerable.verification.actions import begin_callback, end_callback, read_document
from answerable.verification.consent import CURRENT
from answerable.verification.models import CallBack, Document, Dossier
from answerable.verification.slots import required
from answerable.verification.specimens.make import make
from answerable.verification.specimens.papers import legal_person, papers

CHROME = {"HTTP_USER_AGENT": "Mozilla/5.0"}


def upload(raw: bytes, name: str = "photo.jpg") -> io.BytesIO:
    """Wrap bytes as a browser's file."""
    file = io.BytesIO(raw)
    file.name = name
    return file


def sign_in(mobile: str) -> Client:
    """Sign a person in by the code in the SMS outbox."""
    client = Client(**CHROME)
    client.post("/sign-in/", {"mobile": mobile})
    code = re.search(r"\d{6}", gateway().newest(mobile) or "")
    assert code is not None
    answer = client.post("/sign-in/code/", {"code": code[0]})
    assert answer.status_code == 302, answer.content.decode()
    return client


def staff(username: str) -> Client:
    """Sign a member of staff in with password and one-time code."""
    # Tests sign in faster than a person: a code is used once, so the last used step is forgotten first.
    Staff.objects.filter(username=username).update(totp_last_step=0)
    client = Client(**CHROME)
    code = people.one_time_code(username, timezone.now())
    answer = client.post("/desk/sign-in/", {"username": username, "password": people.PASSWORD, "code": code})
    assert answer.status_code == 302, answer.content.decode()
    return client


@dataclass
class Applicant:
    """华 Hua, or another person who applies for one number."""

    number: str
    firm: str = "hua"
    mobile: str = people.MOBILES["hua"]
    line: str = "02161234567"
    role: str = "legal_representative"
    client: Client = field(init=False)
    order_no: str = ""

    def __post_init__(self) -> None:
        self.client = sign_in(self.mobile)

    @property
    def entry(self) -> RegisterEntry:
        return RegisterEntry.objects.get(pk=credit_code(self.firm))

    @property
    def order(self) -> Order:
        return Order.objects.select_related("number", "enterprise").get(pk=self.order_no)

    @property
    def dossier(self) -> Dossier:
        return Dossier.objects.get(order_no=self.order_no)

    def apply(self, **changes: str) -> Any:
        """Choose, say who one is, which organisation; returns the last response."""
        self.client.post(f"/apply/{self.number}/", {"role": self.role})
        first = self.client.post(f"/apply/{self.number}/organisation/", {"credit_code": credit_code(self.firm)})
        assert first.status_code == 302, first.content.decode()
        form = {"industry": "manufacturing", "use": "own", "package": "standard"} | changes
        answer = self.client.post(f"/apply/{self.number}/confirm/", form)
        if answer.status_code == 302:
            self.order_no = answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1]
        return answer

    def sign(self) -> Any:
        for page in range(1, self.order.contract_pages + 1):
            made = make("contract", {"name": self.entry.name, "number_400": self.number}, seed=page)
            self.client.post(f"/console/orders/{self.order_no}/pages/{page}/", {"file": upload(made.jpeg)})
        return self.client.post(f"/console/orders/{self.order_no}/sign/")

    def pay(self, cashier: Client, **changes: str) -> Any:
        yuan = f"{self.order.price_fen / 100:.2f}"
        form = {
            "bank_reference": f"BANK-{self.order_no}", "amount": yuan, "payer_name": self.entry.name, "payer_account": "0200-1",
            "reference": self.order_no, "received_at": "",
        }  # fmt: skip
        cashier.post("/desk/cashier/receive/", form | changes)
        from answerable.billing.models import Transfer

        transfer = Transfer.objects.get(bank_reference=(form | changes)["bank_reference"])
        return cashier.post(f"/desk/cashier/{transfer.pk}/match/", {"order_no": self.order_no})

    def bring_papers(self, *, read: bool = False) -> None:
        """Upload every paper; `read` runs the real OCR engine, else they count as read with nothing found."""
        dossier = self.dossier
        base = f"/console/dossiers/{dossier.pk}"
        assert self.client.post(f"{base}/line/", {"line": self.line}).status_code == 302
        self.consent(base)
        made = papers(
            self.entry, role=self.role, line=self.line, number=self.number, day=timezone.localdate(), handler="华小样"
        )
        for slot, jpeg in made.items():
            answer = self.client.post(f"{base}/upload/{slot}/", {"file": upload(jpeg)})
            assert answer.status_code == 302, (slot, answer.content.decode())
        for document in Document.objects.filter(dossier=dossier, reading_state="waiting"):
            if read:
                read_document(str(document.pk), at=timezone.now())
            else:
                Document.objects.filter(pk=document.pk).update(reading_state="done")
        if read:
            said = {
                "code": self.entry.credit_code, "name": self.entry.name, "person": self.entry.legal_representative,
                "address": self.entry.address,
            }  # fmt: skip
            assert self.client.post(f"{base}/licence/", said).status_code == 302
        self.answer_line(dossier)
        who = legal_person("华小样" if self.role == "handler" else self.entry.legal_representative)
        answer = self.client.post(f"{base}/person/", {"name": who["name"], "id_number": who["id_number"]})
        assert answer.status_code == 302, answer.content.decode()

    def consent(self, base: str) -> None:
        """Tick the consent that the hand-held photo needs."""
        answer = self.client.post(f"{base}/photo-consent/", {"answer": "given", "consent": CURRENT})
        assert answer.status_code == 302, answer.content.decode()

    def answer_line(self, dossier: Any) -> None:
        """Ask for the call-back; the caller's part is played here, the code is entered on the page."""
        assert self.client.post(f"/console/dossiers/{dossier.pk}/callback/").status_code == 302
        callback = CallBack.objects.filter(dossier=dossier).latest("pk")
        code = begin_callback(callback, at=timezone.now())
        end_callback(callback, "answered", at=timezone.now())
        answer = self.client.post(f"/console/dossiers/{dossier.pk}/callback/code/", {"code": code})
        assert answer.status_code == 302, answer.content.decode()

    def submit(self) -> Any:
        return self.client.post(f"/console/dossiers/{self.dossier.pk}/submit/")

    def book(self) -> str:
        from answerable.lib.workdays import add_workdays

        day = add_workdays(timezone.now(), 1).date()
        self.client.post(f"/console/dossiers/{self.dossier.pk}/book/", {"counter": "BJ-01", "day": day.isoformat()})
        return self.dossier.appointments.get(cancelled_at=None).code

    def come_to_counter(self, counter: Client, code: str, **changes: Any) -> Any:
        from answerable.verification.actions.counter import originals

        who = legal_person("华小样" if self.role == "handler" else self.entry.legal_representative)
        card = json.dumps({"name": who["name"], "id_number": who["id_number"], "serial": "READER-1"})
        form: dict[str, Any] = {
            "originals": originals(self.dossier), "id_reader": upload(card.encode(), "card.json"),
            "site_photo": upload(make("id_portrait", seed=5).jpeg), "acceptance_form": upload(make("acceptance_form", {"name": self.entry.name}, seed=5).jpeg),
        }  # fmt: skip
        return counter.post(f"/desk/counter/{code}/", form | changes)

    def review(self, reviewer: Client, decision: str = "approve", **more: Any) -> Any:
        base = f"/desk/review/{self.dossier.pk}"
        reviewer.post(f"{base}/claim/")
        return reviewer.post(f"{base}/decide/", {"decision": decision, **more})

    def give_up(self, *reviewers: Client) -> None:
        """Ask for the release, file what it takes, read by the engine, and have it approved."""
        from answerable.orders.actions import follow_dossier

        self.client.post(f"/console/numbers/{self.number}/release/", {"confirm": self.number[-4:]})
        dossier = Dossier.objects.get(number=self.number, kind="change")
        made = papers(
            self.entry, role=self.role, line=self.line, number=self.number, day=timezone.localdate(), handler="华小样"
        )
        for asked in required(dossier):
            file = {"file": upload(made[asked.slot])}
            assert self.client.post(f"/console/dossiers/{dossier.pk}/upload/{asked.slot}/", file).status_code == 302
        for document in Document.objects.filter(dossier=dossier, reading_state="waiting"):
            read_document(str(document.pk), at=timezone.now())
        assert self.client.post(f"/console/dossiers/{dossier.pk}/submit/").status_code == 302
        for reviewer in reviewers:
            reviewer.post(f"/desk/review/{dossier.pk}/claim/")
            assert reviewer.post(f"/desk/review/{dossier.pk}/decide/", {"decision": "approve"}).status_code == 302
        follow_dossier(dossier.pk, at=timezone.now())

    def follow(self) -> None:
        """Do what the worker does after a decision."""
        from answerable.orders.actions import follow_dossier

        follow_dossier(self.dossier.pk, at=timezone.now())

    def register(self, operations: Client) -> Any:
        made = {
            "order_no": self.order_no, "number": self.number, "record_sha256": self.order.registration.record_sha256,
            "receipt_no": f"REG-{self.order_no}", "accepted": True,
        }  # fmt: skip
        return operations.post(
            "/desk/operations/receipt/", {"receipt": upload(json.dumps(made).encode(), "receipt.json")}
        )
