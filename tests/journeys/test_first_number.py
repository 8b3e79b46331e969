"""A number is applied for, verified, opened: over HTTP, with real pictures and the real OCR engine."""

from datetime import timedelta

import pytest
from django.utils import timezone

from answerable.numbers.models import Number
from answerable.orders.actions import begin_test_call, end_test_call
from answerable.orders.actions.opening import Outcome
from answerable.orders.models import TestCall
from answerable.routing.compile import compile_numbers
from tests.cast import Applicant, staff

pytestmark = pytest.mark.journey


def state(number):
    return Number.objects.get(pk=number).business_state


@pytest.mark.parametrize("role", ["legal_representative", "handler"])
def test_number_is_opened_by_every_step_of_the_journey(world, role):
    number = Number.objects.filter(business_state="spare", carrier="telecom").first().pk
    hua = Applicant(number, role=role)
    assert hua.apply().status_code == 302
    assert state(number) == "held"
    page = hua.client.get(f"/console/orders/{hua.order_no}/").content.decode()
    assert hua.order.contract_sha256 in page
    assert hua.client.get(f"/console/orders/{hua.order_no}/contract.pdf").content[:5] == b"%PDF-"
    assert hua.sign().status_code == 302
    assert state(number) == "awaiting_payment"
    assert hua.pay(staff("qian")).status_code == 302
    assert state(number) == "locked"
    hua.bring_papers(read=True)
    page = hua.client.get(f"/console/dossiers/{hua.dossier.pk}/").content.decode()
    assert hua.entry.credit_code in page
    assert hua.submit().status_code == 302, page
    assert state(number) == "pre_checked"
    chen, code = staff("chen"), hua.book()
    assert chen.get(f"/desk/counter/{code}/form.pdf").content[:5] == b"%PDF-"
    assert hua.come_to_counter(chen, code).status_code == 302
    assert state(number) == "handled"
    lin, zhou = staff("lin"), staff("zhou")
    assert hua.entry.name in lin.get("/desk/review/").content.decode()
    assert lin.get(f"/desk/review/{hua.dossier.pk}/").status_code == 200
    assert hua.review(lin).status_code == 302
    assert state(number) == "under_review"
    assert hua.review(zhou).status_code == 302
    assert state(number) == "approved"
    hua.follow()
    gong = staff("gong")
    assert gong.get(f"/desk/operations/records/{hua.order_no}.json").json()["holder"] == hua.entry.name
    assert hua.register(gong).status_code == 302
    assert state(number) == "opening"
    assert hua.client.post(f"/console/orders/{hua.order_no}/test-call/").status_code == 302
    call = TestCall.objects.get(number=number)
    assert begin_test_call(call, at=timezone.now())
    end_test_call(call, Outcome("answered", "SIP/2.0 200 OK", "", 80), at=timezone.now())
    assert state(number) == "working"
    record = compile_numbers([number])[number]
    assert record["verified_until"] > timezone.now().timestamp() + timedelta(days=30).total_seconds()
    assert [d["line"] for d in record["destinations"]] == ["02161234567"]
    for tab in ("", "calls/", "plan/", "lines/", "renew/"):
        assert hua.client.get(f"/console/numbers/{number}/{tab}").status_code == 200
    assert hua.client.get("/console/").status_code == hua.client.get("/console/notices/").status_code == 200
    assert hua.entry.name in hua.client.get(f"/who/{number}/").content.decode()
    sun = staff("sun")
    assert sun.get(f"/desk/risk/numbers/{number}/").status_code == 200
    assert sun.post(f"/desk/risk/numbers/{number}/stop/", {"reason": "FRAUD_ORDER"}).status_code == 302
    assert compile_numbers([number])[number]["stop"] == "FRAUD_ORDER"
    page = hua.client.get(f"/console/numbers/{number}/").content.decode()
    assert "涉诈紧急停机" in page
    assert "营业厅" in page
    assert sun.post(f"/desk/risk/numbers/{number}/lift/").status_code == 302
    assert state(number) == "working"
    hua.give_up(lin, zhou)
    assert state(number) == "aging"
    assert compile_numbers([number])[number]["verified_until"] == 0
