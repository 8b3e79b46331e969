"""The steps, in the order a person takes them. Each returns its evidence, or raises StepFailed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from answerable.cli.journey.browser import Browser, one
from answerable.cli.journey.errors import StepFailed
from answerable.cli.journey.heard import heard_code
from answerable.cli.journey.leaving import give_up
from answerable.cli.journey.lifting import lift
from answerable.cli.journey.proof import prove
from answerable.cli.world import people, reference, signing
from answerable.lib.identifiers import mask_but_tail
from answerable.lib.workdays import CHINA, add_workdays
from answerable.media.dial import Dialled, dial
from answerable.parties.sms import gateway
from answerable.verification.consent import CURRENT
from answerable.verification.specimens.make import make
from answerable.verification.specimens.papers import legal_person, papers

JPEG, JSON_TYPE = "image/jpeg", "application/json"
READING_SECONDS, OPENING_SECONDS, RECORD_SECONDS, CALLBACK_SECONDS = 180, 40, 5, 60


@dataclass(frozen=True)
class Step:
    """One step of the walk."""

    step: str
    ok: bool
    evidence: str

    def to_json(self) -> str:
        """Return it as one JSON line."""
        return json.dumps(asdict(self), ensure_ascii=False)


class Walk:
    """One new enterprise and the staff it meets."""

    def __init__(self, base: str, gate: str, trunk_port: int) -> None:
        self.base, self.gate, self.trunk_port = base, gate, trunk_port
        self.hua, self.desks = Browser(base), dict[str, Browser]()
        self.number = self.order = self.dossier = self.booking = ""
        self.rung_at = 0.0
        self.mobile = f"139{secrets.randbelow(10**8):08d}"
        self.line = (
            f"0216{secrets.randbelow(10**6):06d}1"  # another one each time: a line is called back three times a day
        )
        self.firm = reference.applicant(secrets.randbelow(reference.APPLICANTS))

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        """Name every step in order."""
        return [
            ("choose", self.choose), ("sign in", self.sign_in), ("eligibility and hold", self.apply), ("contract", self.sign),
            ("payment", self.pay), ("materials", self.bring_papers), ("call-back", self.answer_line), ("evaluation and submission", self.submit),
            ("counter", self.come_to_counter), ("first review", lambda: self.review("lin")), ("second review", lambda: self.review("zhou")),
            ("register", self.register), ("test call", self.await_opening), ("first call", self.call), ("call record", self.see_record),
            ("unknown number refused", self.call_unknown), ("spoofed caller refused", self.call_spoofed),
            ("unauthenticated source refused", self.call_as_stranger), ("stop", self.stop), ("lift", lambda: lift(self)),
            ("who answers", self.look_up), ("report", self.report), ("release", lambda: give_up(self)), ("public log", lambda: prove(self.base, self.number)),
        ]  # fmt: skip

    def choose(self) -> str:
        """Search the pool by pattern and take a number."""
        page = self.hua.get("/numbers/?pattern=AABB&carrier=telecom&no_4=1&package=standard").text
        found = re.findall(r"/numbers/(\d{10})/", page)
        if not found:
            raise StepFailed("no number matches AABB without 4 at China Telecom")
        self.number = secrets.choice(found)
        price = one(r"price.>(¥[0-9.]+)", self.hua.get(f"/numbers/{self.number}/").text, "a price")
        return f"{self.number}, full price {price} and up"

    def sign_in(self) -> str:
        """Sign in by SMS code."""
        self.hua.send("/sign-in/", {"mobile": self.mobile, "next": f"/apply/{self.number}/"})
        code = re.search(r"\d{6}", gateway().newest(self.mobile) or "")
        if code is None:
            raise StepFailed("no code in the SMS outbox")
        page = self.hua.send("/sign-in/code/", {"code": code[0]})
        return f"code accepted, now at {page.url.path}"

    def apply(self) -> str:
        """Say who one is, which organisation; be eligible; hold the number."""
        self.hua.send(f"/apply/{self.number}/", {"role": "legal_representative"})
        page = self.hua.send(f"/apply/{self.number}/organisation/", {"credit_code": self.firm.credit_code}).text
        if self.firm.name not in page:
            raise StepFailed("the register did not fill the name")
        form = {"industry": "manufacturing", "use": "own", "package": "standard"}
        page_after = self.hua.send(f"/apply/{self.number}/confirm/", form)
        self.order = one(r"/orders/([A-Z0-9]+)/", str(page_after.url), "an order")
        until = one(r'data-until="([^"]+)"', page_after.text, "the hold's clock")
        return f"order {self.order}, {self.firm.name}, held until {until}"

    def sign(self) -> str:
        """Upload every sealed page of the contract."""
        path = f"/console/orders/{self.order}/"
        page = self.hua.get(path).text
        digest = one(r'id="contract-sha256">([0-9a-f]{64})', page, "the contract's SHA-256")
        if hashlib.sha256(self.hua.get(f"{path}contract.pdf").content).hexdigest() != digest:
            raise StepFailed("the contract's bytes are not those that were hashed")
        positions = sorted({int(n) for n in re.findall(r"/pages/(\d+)/", page)})
        for n in positions:
            made = make("contract", {"name": self.firm.name, "number_400": self.number}, seed=n)
            self.hua.send(f"{path}pages/{n}/", files={"file": (f"page-{n}.jpg", made.jpeg, JPEG)})
        page = self.hua.send(f"{path}sign/").text
        return f"{len(positions)} sealed pages, SHA-256 {digest[:16]}…, to pay {one(r'class=.price.>(¥[0-9.]+)', page, 'the amount')}"

    def pay(self) -> str:
        """Have the cashier match the bank transfer."""
        page = self.hua.get(f"/console/orders/{self.order}/").text
        amount = one(r"class=.price.>¥([0-9.]+)", page, "the amount")
        cashier = self.desk("qian")
        form = {
            "bank_reference": f"DEMO-{self.order}", "amount": amount, "payer_name": self.firm.name, "payer_account": "0200-DEMO",
            "reference": self.order, "received_at": "",
        }  # fmt: skip
        shown = cashier.send("/desk/cashier/receive/", form, page="/desk/cashier/").text
        transfer = one(rf'id="transfer-(\d+)"(?:(?!id="transfer).)*?{self.order}', shown, "the transfer")
        cashier.send(f"/desk/cashier/{transfer}/match/", {"order_no": self.order})
        self.dossier = one(
            r"/console/dossiers/(\d+)/", self.hua.get(f"/console/orders/{self.order}/").text, "the dossier"
        )
        return f"transfer {transfer} of ¥{amount} booked, number locked, dossier {self.dossier}"

    def bring_papers(self) -> str:
        """Set the line and have it rung, upload all papers, and wait until they are read."""
        base, day = f"/console/dossiers/{self.dossier}/", self.today()
        self.hua.send(f"{base}line/", {"line": self.line})
        self.rung_at = time.time()
        self.hua.send(f"{base}callback/")
        made = papers(self.firm, role="legal_representative", line=self.line, number=self.number, day=day)
        started = time.monotonic()
        self.hua.send(f"{base}photo-consent/", {"answer": "given", "consent": CURRENT})
        for slot, jpeg in made.items():
            self.hua.send(f"{base}upload/{slot}/", files={"file": (f"{slot}.jpg", jpeg, JPEG)})
        page = self.until(
            lambda: self.hua.get(base).text, lambda text: "hx-trigger" not in text, READING_SECONDS, "all papers read"
        )
        if self.firm.credit_code not in page:
            raise StepFailed("the credit code was not read from the licence")
        return f"{len(made)} papers sealed and read in {time.monotonic() - started:.0f} s; credit code read from the licence"

    def answer_line(self) -> str:
        """Listen at the line, which the platform rings while the papers are read, and enter the code that was heard."""
        base = f"/console/dossiers/{self.dossier}/"
        self.until(
            lambda: self.hua.get(base).text,
            lambda text: 'id="callback-code"' in text,
            CALLBACK_SECONDS,
            "the line answered",
        )
        code = heard_code(self.line, since=self.rung_at)
        page = self.hua.send(f"{base}callback/code/", {"code": code}).text
        if "callback-code" in page:
            raise StepFailed(f"the code {code} that was heard is not the one")
        return f"line {self.line} rung through the gate and answered; the code heard at it was entered"

    def submit(self) -> str:
        """Confirm what was read from the licence and who comes to the counter, submit, book a counter."""
        base = f"/console/dossiers/{self.dossier}/"
        page = self.hua.get(base).text
        read = self._confirm_licence(base, page)
        who = legal_person(self.firm.legal_representative)
        name = one(r'id="name"[^>]*value="([^"]*)"', page, "a name")
        picture = re.search(r'name="picture" value="([^"]*)"', page)
        is_as_read = name == who["name"] and picture is not None and mask_but_tail(who["id_number"]) in page
        filled = "filled from the picture" if is_as_read else "typed"
        said = {"id_number": "", "picture": picture[1]} if is_as_read and picture else {"id_number": who["id_number"]}
        self.hua.send(f"{base}person/", {"name": who["name"]} | said)
        page = self.hua.send(f"{base}submit/").text
        day = add_workdays(dt.datetime.now(CHINA), 1).date()
        page = self.hua.send(f"{base}book/", {"counter": "BJ-01", "day": day.isoformat()}).text
        self.booking = one(r'id="booking-code">([A-Z0-9]+)<', page, "the booking code")
        return f"{read} of 4 licence fields as read, person {filled}; dossier {self.dossier} submitted, counter {day}, code {self.booking}"

    def _confirm_licence(self, base: str, page: str) -> int:
        """Put right by hand what was misread, confirm; return how many fields stood as they were filled."""
        firm = self.firm
        right = {
            "code": firm.credit_code,
            "name": firm.name,
            "person": firm.legal_representative,
            "address": firm.address,
        }
        filled = {
            name: one(rf'id="licence-{name}"[^>]*value="([^"]*)"', page, f"the licence's {name}") for name in right
        }
        self.hua.send(f"{base}licence/", right)
        return sum(filled[name] == text for name, text in right.items())

    def come_to_counter(self) -> str:
        """Be handled at the counter with originals, card and sealed form."""
        chen, path = self.desk("chen"), f"/desk/counter/{self.booking}/"
        page = chen.get(path).text
        who = legal_person(self.firm.legal_representative)
        card = json.dumps({"name": who["name"], "id_number": who["id_number"], "serial": "DEMO-READER"}).encode()
        form = make("acceptance_form", {"name": self.firm.name, "seal": self.firm.name}, seed=1)
        originals = re.findall(r'name="originals" value="([a-z_]+)"', page)
        if not chen.get(f"{path}form.pdf").content.startswith(b"%PDF-"):
            raise StepFailed("the acceptance form is no PDF")
        files = {
            "id_reader": ("card.json", card, JSON_TYPE), "site_photo": ("photo.jpg", make("id_portrait", who, seed=2).jpeg, JPEG),
            "acceptance_form": ("form.jpg", form.jpeg, JPEG),
        }  # fmt: skip
        chen.send(path, {"originals": originals}, files=files)
        return f"handled by 陈受理: {len(originals)} originals seen, card read, form sealed"

    def review(self, username: str) -> str:
        """Have one reviewer claim and approve."""
        reviewer, path = self.desk(username), f"/desk/review/{self.dossier}/"
        if f"/desk/review/{self.dossier}/" not in reviewer.get("/desk/review/").text:
            raise StepFailed("the dossier is not in the queue")
        page = reviewer.send(f"{path}claim/", page="/desk/review/").text
        flags = len(re.findall(r'<li class="flag">', page))
        code = signing.signing_code(username, timezone.now()) if 'name="permit_code"' in page else None
        form = {"decision": "approve", "note": "demo", "message": ""} | ({"permit_code": code} if code else {})
        page = reviewer.send(f"{path}decide/", form).text
        if code and 'id="permit-waits"' in page:
            raise StepFailed(f"{username}'s signing code was not taken")
        return f"{username} approved{', signing code taken' if code else ''}, {flags} machine findings shown"

    def register(self) -> str:
        """Give the record to the carrier's register and bring its receipt back."""
        gong = self.desk("gong")
        page = self.until(
            lambda: gong.get("/desk/operations/").text,
            lambda text: f"{self.order}.json" in text,
            20,
            "the registration record",
        )
        digest = one(rf"{self.order}\.json.*?code small muted.>([0-9a-f]{{64}})", page, "the record's SHA-256")
        if gong.get(f"/desk/operations/records/{self.order}.json").json()["number"] != self.number:
            raise StepFailed("the record is another number's")
        receipt = {
            "order_no": self.order, "number": self.number, "record_sha256": digest, "receipt_no": f"REG-{self.order}", "accepted": True,
        }  # fmt: skip
        gong.send(
            "/desk/operations/receipt/", files={"receipt": ("receipt.json", json.dumps(receipt).encode(), JSON_TYPE)}
        )
        return f"record {digest[:16]}… registered, receipt REG-{self.order}"

    def await_opening(self) -> str:
        """Press "test now" and wait until the platform's own caller has rung the line through the gate."""
        before = self.dial()
        if before.code != "NOT_YET_OPEN":
            raise StepFailed(f"before the test call a caller heard {before.status_line} {before.code}")
        path = f"/console/orders/{self.order}/"
        try:
            self.hua.send(f"{path}test-call/")
        except StepFailed as refused:
            if "已有一次拨测" not in str(refused):  # within business hours it may be ringing by itself already
                raise
        page = self.until(
            lambda: self.hua.get(path).text,
            lambda text: "已完成" in text and "已接通线路" in text,
            OPENING_SECONDS,
            "the test call's result",
        )
        outcome = one(r'data-outcome="([a-z]+)"', page, "the outcome")
        return f"others hear {before.status_line}; test call {outcome}, {one(r'(SIP/2.0 [^<]+)', page, 'a SIP status')}"

    def call(self) -> str:
        """Call as a carrier would."""
        found = self.until(self.dial, lambda d: d.status == 200, 3, "SIP 200")
        if not found.packets_received:
            raise StepFailed("no audio came back")
        return f"{found.status_line}, ringing after {found.rang_after_ms or 0:.0f} ms, {found.talked_ms:.0f} ms of talk, {found.packets_received} audio packets back"

    def see_record(self) -> str:
        """See the call in the console within 5 s of its end."""
        ended = time.monotonic()
        page = self.until(
            lambda: self.hua.get(f"/console/numbers/{self.number}/calls/?end=answered").text,
            lambda text: self.line in text,
            RECORD_SECONDS,
            "the call record",
        )
        return f"record shown {1000 * (time.monotonic() - ended):.0f} ms after the end: {one(r'<td class=.nowrap.>([0-9-]+ [0-9:]+)', page, 'its time')}, line {self.line}"

    def call_unknown(self) -> str:
        """Call a number that is not ours."""
        return self._refused(self.dial("4008999999"), "NUMBER_UNKNOWN")

    def call_spoofed(self) -> str:
        """Call with a 400 number as the caller."""
        return self._refused(self.dial(caller="4006123456"), "CALLER_IS_400")

    def call_as_stranger(self) -> str:
        """Call from an address that is no trunk."""
        return self._refused(self.dial(port=0), "SOURCE_UNKNOWN")

    def stop(self) -> str:
        """Have the risk officer stop the number; the next call is refused within a second."""
        sun, path = self.desk("sun"), f"/desk/risk/numbers/{self.number}/"
        sun.get(path)
        sun.send(f"{path}stop/", {"reason": "FRAUD_ORDER"})
        stopped_at = time.time()
        found = self.until(self.dial, lambda d: d.code == "STOPPED", 3, "STOPPED")
        delay = 1000 * (found.invited_at - stopped_at)
        said = self._refused(found, "STOPPED")
        if delay > 1000:
            raise StepFailed(f"a call {delay:.0f} ms after the stop was still connected")
        page = self.hua.get(f"/console/numbers/{self.number}/").text
        for words in ("涉诈紧急停机", "申诉渠道", "所需材料"):
            if words not in page:
                raise StepFailed(f"the holder does not see {words}")
        return f"{said}, by a call {delay:.0f} ms after the officer's page; the holder sees reason, channel, documents"

    def look_up(self) -> str:
        """Ask who answers, as anybody may, in a strange spelling."""
        stranger = Browser(self.base)
        spelled = f"+86 ４００-{self.number[3:6]} {self.number[6:]}"
        page = stranger.client.get("/who/", params={"number": spelled})
        if self.firm.name not in page.text or self.firm.credit_code not in page.text:
            raise StepFailed("the look-up does not name who answers")
        kinds = [
            stranger.client.get(f"/who/{n}/?format=json").json()["kind"]
            for n in (self.number, self._spare(), "4008999999", "4002000000")
        ]
        stranger.close()
        if kinds != ["answered", "nobody", "not_ours", "not_open"]:
            raise StepFailed(f"the four answers are {kinds}")
        return f"{spelled} → {self.firm.name}; four answers: {', '.join(kinds)}"

    def report(self) -> str:
        """Report the number without an account."""
        (wu := Browser(self.base)).send(f"/report/{self.number}/", {"report_class": "fraud", "money_paid": "yes"})
        page = wu.send(f"/report/{self.number}/details/", {"text": "示例举报", "contact": "", "called_on": ""}).text
        wu.close()
        return f"reference {one(r'id=.reference.>([A-Z0-9]+)<', page, 'a reference')}"

    def today(self) -> dt.date:
        """Return the day in China."""
        return dt.datetime.now(CHINA).date()

    def desk(self, username: str) -> Browser:
        """Sign a member of staff in once."""
        if username not in self.desks:
            browser = self.desks[username] = Browser(self.base)
            code = people.one_time_code(username, timezone.now())
            browser.send("/desk/sign-in/", {"username": username, "password": people.PASSWORD, "code": code})
        return self.desks[username]

    def close(self) -> None:
        """Close every browser."""
        for browser in (self.hua, *self.desks.values()):
            browser.close()

    def dial(self, number: str = "", *, caller: str = "", port: int | None = None) -> Dialled:
        more: dict[str, Any] = {"caller": caller} if caller else {}
        return dial(number or self.number, self.gate, from_port=port if port is not None else self.trunk_port, **more)

    def _refused(self, found: Dialled, code: str) -> str:
        if found.code != code or found.status < 400:
            raise StepFailed(f"{found.status_line} with {found.code}, not {code}")
        return f"{found.status_line}, {code}"

    def _spare(self) -> str:
        return one(r"/numbers/(\d{10})/", self.hua.get("/numbers/").text, "a spare number")

    def until(self, look: Callable[[], Any], holds: Callable[[Any], bool], seconds: float, what: str) -> Any:
        deadline = time.monotonic() + seconds
        while True:
            seen = look()
            if holds(seen):
                return seen
            if time.monotonic() > deadline:
                raise StepFailed(f"{what} did not come within {seconds} s")
            time.sleep(0.2)


def walk(base: str, gate: str, trunk_port: int) -> Iterator[Step]:
    """Walk all steps, stopping at the first that does not hold."""
    person = Walk(base, gate, trunk_port)
    try:
        for name, act in person.steps():
            try:
                yield Step(name, True, act())
            except (StepFailed, OSError, ValueError) as wrong:
                yield Step(name, False, f"{type(wrong).__name__}: {wrong}")
                return
    finally:
        person.close()
