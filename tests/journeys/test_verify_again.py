"""A number in service is verified again, and its term renewed: the first number does not die with its first year."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from answerable.lib.workdays import add_workdays
from answerable.numbers.models import Number
from answerable.orders.actions import begin_test_call, end_test_call
from answerable.orders.actions.opening import Outcome
from answerable.orders.models import Order, TestCall
from answerable.routing.compile import compile_numbers
from answerable.verification.actions.counter import originals
from answerable.verification.models import Document, Dossier
from answerable.verification.specimens.make import make
from answerable.verification.specimens.papers import legal_person, papers
from tests.cast import Applicant, staff, upload

pytestmark = pytest.mark.journey


@pytest.fixture
def hua(world):
    """华 Hua with a number in service."""
    number = Number.objects.filter(business_state="spare", carrier="telecom").first().pk
    hua = Applicant(number)
    hua.apply()
    hua.sign()
    hua.pay(staff("qian"))
    hua.bring_papers()
    hua.submit()
    hua.come_to_counter(staff("chen"), hua.book())
    hua.review(staff("lin"))
    hua.review(staff("zhou"))
    hua.follow()
    hua.register(staff("gong"))
    call = TestCall.objects.get(number=number)
    begin_test_call(call, at=timezone.now())
    end_test_call(call, Outcome("answered", "SIP/2.0 200 OK", "", 80), at=timezone.now())
    assert Number.objects.get(pk=number).business_state == "working"
    return hua


def test_number_works_on_while_it_is_verified_again_and_then_for_another_year(hua):
    Number.objects.filter(pk=hua.number).update(verified_until=timezone.now() + timedelta(days=20))
    answer = hua.client.post(f"/console/numbers/{hua.number}/verify-again/")
    dossier = Dossier.objects.latest("pk")
    assert answer.headers["Location"] == f"/console/dossiers/{dossier.pk}/"
    assert hua.client.post(f"/console/numbers/{hua.number}/verify-again/").status_code == 422
    base = f"/console/dossiers/{dossier.pk}"
    hua.consent(base)
    for slot, jpeg in papers(
        hua.entry, role=hua.role, line=hua.line, number=hua.number, day=timezone.localdate()
    ).items():
        assert hua.client.post(f"{base}/upload/{slot}/", {"file": upload(jpeg)}).status_code == 302
    Document.objects.filter(dossier=dossier).update(reading_state="done")
    hua.answer_line(dossier)
    who = legal_person(hua.entry.legal_representative)
    hua.client.post(f"{base}/person/", {"name": who["name"], "id_number": who["id_number"]})
    assert hua.client.post(f"{base}/submit/").status_code == 302
    day = add_workdays(timezone.now(), 1).date()
    hua.client.post(f"{base}/book/", {"counter": "BJ-01", "day": day.isoformat()})
    card = json.dumps({"name": who["name"], "id_number": who["id_number"]}).encode()
    handled = staff("chen").post(
        f"/desk/counter/{dossier.appointments.get(cancelled_at=None).code}/",
        {"originals": originals(dossier), "id_reader": upload(card), "site_photo": upload(make("id_portrait", seed=1).jpeg),
         "acceptance_form": upload(make("acceptance_form", seed=1).jpeg)},
    )  # fmt: skip
    assert handled.status_code == 302, handled.content.decode()
    assert Number.objects.get(pk=hua.number).business_state == "working"
    for reviewer in (staff("lin"), staff("zhou")):
        reviewer.post(f"/desk/review/{dossier.pk}/claim/")
        assert reviewer.post(f"/desk/review/{dossier.pk}/decide/", {"decision": "approve"}).status_code == 302
    number = Number.objects.get(pk=hua.number)
    assert number.business_state == "working"
    assert number.verified_until > timezone.now() + timedelta(days=300)
    assert compile_numbers([number.pk])[number.pk]["verified_until"] == int(number.verified_until.timestamp())


def test_renewal_begins_where_the_paid_term_ends(hua):
    before = Number.objects.get(pk=hua.number).paid_until
    answer = hua.client.post(f"/console/numbers/{hua.number}/renew/", {"package": "basic"})
    hua.order_no = answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1]
    assert Order.objects.get(pk=hua.order_no).price_fen == 4_000 * 12
    hua.sign()
    assert hua.pay(staff("qian")).status_code == 302
    after = Number.objects.get(pk=hua.number).paid_until
    assert (after.year, after.month, after.day) == (before.year + 1, before.month, before.day)


def test_second_line_rings_only_after_its_own_proof_is_approved(hua):
    answer = hua.client.post(f"/console/numbers/{hua.number}/lines/add/", {"text": "021-6123 4568"})
    dossier = Dossier.objects.latest("pk")
    assert answer.headers["Location"] == f"/console/dossiers/{dossier.pk}/"
    record = compile_numbers([hua.number])[hua.number]
    assert [d["proven_until"] > 0 for d in record["destinations"]] == [True, False]
    bill = make("bill", {"holder": hua.entry.name, "line": "02161234568"}, seed=3).jpeg
    hua.client.post(f"/console/dossiers/{dossier.pk}/upload/destination_proof/", {"file": upload(bill)})
    Document.objects.filter(dossier=dossier).update(reading_state="done")
    hua.answer_line(dossier)
    assert hua.client.post(f"/console/dossiers/{dossier.pk}/submit/").status_code == 302
    for reviewer in (staff("lin"), staff("zhou")):
        reviewer.post(f"/desk/review/{dossier.pk}/claim/")
        reviewer.post(f"/desk/review/{dossier.pk}/decide/", {"decision": "approve"})
    record = compile_numbers([hua.number])[hua.number]
    assert [d["proven_until"] > 0 for d in record["destinations"]] == [True, True]
