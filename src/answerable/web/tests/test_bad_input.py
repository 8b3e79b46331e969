"""Nonsense in any field gets an answer that says so, never a fault of ours, and changes nothing."""

import datetime as dt
from uuid import UUID

import pytest

from answerable.billing.models import Transfer
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Destination
from answerable.trail.models import Fact

BAD = [
    "",
    "\x00",
    "²",
    "-1",
    "9" * 40,
    "x" * 5000,
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "\ud7ff\u202e",
    "NaN",
    "1e999",
]
FIELDS = (
    "mobile", "code", "number", "contains", "ends_with", "pattern", "carrier", "grade", "package", "page", "role", "credit_code", "industry", "use",
    "reference", "report_class", "text", "called_on", "contact", "line", "name", "id_number", "counter", "day", "closed_dates", "username", "password",
    "order_no", "reason", "decision", "reasons", "note", "message", "bank_reference", "amount", "payer_name", "payer_account", "received_at", "answer",
    "moment", "since", "until", "caller", "why", "basis", "report", "agency_kind", "agency", "document_no", "officer_1", "card_1", "scope",
    "deadline", "hold_until", "refusal", "originals", "end", "confirm", "kind", "agent", "how", "successor", "last_day", "numbers", "choice", "consent", "from-0", "until-0", "open-0", "next", "language",
)  # fmt: skip


@pytest.fixture
def clients(world, browser):
    """One browser for each door."""
    visitors = {"public": None, "program": None, "person": world.hua, "staff": world.staff("gong")}
    for name, permission in (
        ("chen", "handle"),
        ("lin", "review"),
        ("qian", "match_payments"),
        ("sun", "stop_numbers"),
        ("sun", "open_traces"),
        ("zheng", "answer_authorities"),
        ("zheng", "manage_agents"),
    ):
        visitors[f"staff:{permission}"] = world.staff(name)
    return {door: browser(who, raise_request_exception=False) for door, who in visitors.items()}


@pytest.mark.parametrize("shift", [0, 4])
def test_nonsense_in_every_field_is_never_our_fault(routes, ids, clients, shift):
    form = {field: BAD[(index + shift) % len(BAD)] for index, field in enumerate(FIELDS)}
    wrong = {}
    for route in (r for r in routes if not r.name.endswith("sign_out")):
        client, path = clients.get(route.door, clients[route.door.split(":")[0]]), route.path(ids)
        for method, answer in (("GET", client.get(path, form)), ("POST", client.post(path, form))):
            if answer.status_code >= 500 or b"<script>alert" in answer.content:
                wrong[method, route.name] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("bad", ["%00", "%FF", "x" * 300, "..%2F..%2Fetc", "%F0%9F%98%80"])
def test_nonsense_in_an_address_finds_nothing(routes, clients, bad):
    texts = dict.fromkeys(("number", "order_no", "code", "reference", "name", "slot", "trace_no", "request_no"), bad)
    ids = {
        "dossier_id": 0,
        "document_id": UUID(int=0),
        "page": 0,
        "position": 1,
        "destination_id": 0,
        "transfer_id": 0,
        "refund_id": 0,
        "reservation_id": 0,
    }
    for route in routes:
        if route.fields & texts.keys():
            client = clients.get(route.door, clients[route.door.split(":")[0]])
            assert client.get(route.path(texts | ids)).status_code in {302, 400, 401, 404, 405}, route.name


@pytest.mark.parametrize("amount", ["", "abc", "0", "-5", "1.001", "1e99", "NaN", "Infinity", "99999999999"])
def test_amount_that_is_none_enters_nothing(world, browser, amount):
    form = {"bank_reference": "B1", "amount": amount, "payer_name": "甲", "payer_account": "1", "reference": ""}
    answer = browser(world.staff("qian")).post("/desk/cashier/receive/", form)
    assert (answer.status_code, Transfer.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    "received_at", ["yesterday", "2026-02-30 10:00", "10.03.2026", "25:00", "0001-01-01 00:00", "²"]
)
def test_time_that_cannot_be_read_enters_nothing_and_is_told_at_its_field(world, browser, received_at):
    form = {"bank_reference": "B1", "amount": "1", "payer_name": "甲", "payer_account": "1", "received_at": received_at}
    answer = browser(world.staff("qian")).post("/desk/cashier/receive/", form)
    assert (answer.status_code, Transfer.objects.count(), Fact.objects.count()) == (422, 0, 0)
    assert (answer.context["wrong"], answer.context["typed"]["received_at"]) == ("received_at", received_at)
    assert f"看不懂到账时间“{received_at}”" in answer.content.decode()


@pytest.mark.parametrize(
    "typed", ["2026-03-10 09:30", "2026-03-10T09:30", " 2026-03-10 09:30:00 ", "2026-03-10T01:30Z"]
)
def test_time_of_a_transfer_is_china_time_unless_it_says_otherwise(world, browser, typed):
    form = {"bank_reference": "B1", "amount": "1", "payer_name": "甲", "payer_account": "1", "received_at": typed}
    browser(world.staff("qian")).post("/desk/cashier/receive/", form)
    assert Transfer.objects.get().received_at == dt.datetime(2026, 3, 10, 9, 30, tzinfo=CHINA)


@pytest.mark.parametrize("blank", ["", "   "])
def test_blank_bank_reference_is_told_at_its_field(world, browser, blank):
    form = {"bank_reference": blank, "amount": "1", "payer_name": "甲", "payer_account": "1"}
    answer = browser(world.staff("qian")).post("/desk/cashier/receive/", form)
    assert (answer.status_code, answer.context["wrong"], Transfer.objects.count()) == (422, "bank_reference", 0)


@pytest.mark.parametrize(
    ("amount", "fen"), [("1200", 120_000), ("1,200.50", 120_050), (" ¥1200.00 ", 120_000), ("0.01", 1)]
)
def test_amount_is_read_as_a_person_writes_it(world, browser, amount, fen):
    form = {"bank_reference": "B1", "amount": amount, "payer_name": "甲", "payer_account": "1", "reference": ""}
    browser(world.staff("qian")).post("/desk/cashier/receive/", form)
    assert Transfer.objects.get().amount_fen == fen


@pytest.mark.parametrize("bad", ["x", "", "²", "-3", "9" * 30])
def test_order_and_ring_time_that_are_no_numbers_change_nothing(world, browser, bad):
    order = world.order("working")
    line = order.number.destinations.get()
    facts = Fact.objects.count()
    form = {"line": [str(line.pk), bad], f"position-{line.pk}": bad, f"ring-{line.pk}": bad}
    answer = browser(world.hua, raise_request_exception=False).post(f"/console/numbers/{world.plain}/lines/", form)
    assert answer.status_code in {302, 422}
    kept = Destination.objects.get(pk=line.pk)
    assert (kept.position, 5 <= kept.ring_seconds <= 60) == (1, True)
    assert answer.status_code == 302 or Fact.objects.count() == facts


@pytest.mark.parametrize("text", ["17012345678", "+1 212 555 0100", "4008001357", "95588", "13800138000", ""])
def test_line_that_no_number_may_ring_is_told(world, browser, text):
    world.order("working")
    answer = browser(world.hua).post(f"/console/numbers/{world.plain}/lines/add/", {"text": text})
    assert (answer.status_code, Destination.objects.count()) == (422, 1)
