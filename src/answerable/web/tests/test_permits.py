"""The page where permits wait: two people confirm, and a decision never hangs on a code."""

import pytest

from answerable.permits.models import PermitRequest
from answerable.verification.actions import claim


@pytest.fixture
def dossier(world):
    dossier = world.dossier(world.order("handled"))
    claim(dossier, staff=world.staff("lin"), at=world.at)
    return dossier


def test_review_stands_and_its_permit_waits_while_the_signer_is_away(world, browser, dossier):
    lin = browser(world.staff("lin"))
    answer = lin.post(
        f"/desk/review/{dossier.pk}/decide/", {"decision": "approve", "permit_code": "123456"}, follow=True
    )
    assert dossier.reviews.filter(decision="approve").count() == 1
    assert 'id="permit-waits"' in answer.content.decode()
    page = lin.get("/desk/permits/").content.decode()
    assert dossier.enterprise.name in page
    assert dossier.line in page
    refused = lin.post(f"/desk/permits/{PermitRequest.objects.get().pk}/confirm/", {"permit_code": "123456"})
    assert refused.status_code == 422
    assert "签发机没有应答" in refused.content.decode()


def test_risk_officer_does_not_see_what_reviewers_confirm(world, browser, dossier):
    browser(world.staff("lin")).post(f"/desk/review/{dossier.pk}/decide/", {"decision": "approve"})
    sun = browser(world.staff("sun"))
    assert "没有待签发的许可" in sun.get("/desk/permits/").content.decode()
    assert sun.post(f"/desk/permits/{PermitRequest.objects.get().pk}/confirm/").status_code == 404


def test_declined_application_asks_for_no_permit(world, browser, dossier):
    form = {"decision": "decline", "reasons": ["A01"]}
    browser(world.staff("lin")).post(f"/desk/review/{dossier.pk}/decide/", form)
    assert not PermitRequest.objects.exists()


def test_lift_by_one_officer_says_that_another_must_confirm(world, browser):
    number = world.order("working").number_id
    sun = browser(world.staff("sun"))
    sun.post(f"/desk/risk/numbers/{number}/stop/", {"reason": "FRAUD_ORDER"})
    page = sun.post(f"/desk/risk/numbers/{number}/lift/", {"permit_code": ""}, follow=True).content.decode()
    assert world.state(number) == "working"
    assert "许可待签发" in page
