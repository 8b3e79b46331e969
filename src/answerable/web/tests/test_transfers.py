"""A transfer of holder over the pages: 华 begins and consents, 赵 enters the code and files, the desk decides."""

import io

import pytest

from answerable.orders.models import HolderTransfer, Order
from answerable.verification.actions.counter import originals

ASKED = {"role": "legal_representative", "use": "own", "industry": "logistics"}


@pytest.fixture
def begun(world, browser, jpeg):
    """Have 华 begin a transfer to 赵's firm and upload her consent."""
    world.order("working")
    client, base = browser(world.hua), f"/console/numbers/{world.plain}/transfer/"
    assert client.post(base, {"credit_code": world.credit_code("zhao")}).status_code == 302
    assert client.get(f"{base}consent.pdf").content.startswith(b"%PDF")
    assert client.post(f"{base}consent/", {"file": io.BytesIO(jpeg)}).status_code == 302
    return HolderTransfer.objects.get()


def test_whole_way_over_the_pages(world, browser, begun):
    shown = browser(world.hua).get(f"/console/numbers/{world.plain}/transfer/").content.decode()
    assert begun.code in shown
    zhao = browser(world.zhao)
    assert "接收过户" in zhao.get("/console/").content.decode()
    page = zhao.post("/console/transfers/receive/", {"code": begun.code.lower()}).content.decode()
    assert world.firm("hua").name in page
    assert world.firm("zhao").name in page
    done = zhao.post("/console/transfers/receive/", {"code": begun.code} | ASKED)
    order = Order.objects.get(kind="transfer")
    assert done.headers["Location"] == f"/console/orders/{order.pk}/"
    assert order.contract_sha256
    for page_no in range(1, order.contract_pages + 1):
        zhao.post(f"/console/orders/{order.pk}/pages/{page_no}/", {"file": io.BytesIO(world.jpeg)})
    assert zhao.post(f"/console/orders/{order.pk}/sign/").status_code == 302
    dossier = world.dossier(order)
    assert zhao.post(f"/console/dossiers/{dossier.pk}/line/", {"line": "021-62345678"}).status_code == 302
    world.submit(order, "02162345678")
    steps = zhao.get(f"/console/orders/{order.pk}/").context["steps"]
    assert [step.state for step in steps] == ["done", "done", "current", "to_come", "to_come"]
    code = world.book(order).code
    assert "过户同意书" in browser(world.staff("chen")).get(f"/desk/counter/{code}/").content.decode()
    assert "transfer_consent" in originals(dossier)
    world.handle(order)
    lin = browser(world.staff("lin"))
    review = lin.get(f"/desk/review/{dossier.pk}/").content.decode()
    assert world.firm("hua").name in review
    assert f"/desk/review/documents/{begun.consent_id}/0.jpg" in review
    assert lin.get(f"/desk/review/documents/{begun.consent_id}/0.jpg").status_code == 200
    assert zhao.get(f"/console/documents/{begun.consent_id}/0.jpg").status_code == 404
    world.review(order, "lin")
    world.review(order, "zhou")
    world.follow(order)
    number = f"/console/numbers/{world.plain}/"
    assert (browser(world.hua).get(number).status_code, zhao.get(number).status_code) == (404, 200)
    assert "发起过户" not in zhao.get(number).content.decode()
    assert world.firm("zhao").name in browser().get(f"/who/{world.plain}/").content.decode()


@pytest.mark.parametrize("code", ["", "ABC", "AAAAAAAA", "０" * 8])
def test_wrong_code_is_refused(world, browser, begun, code):
    answer = browser(world.zhao).post("/console/transfers/receive/", {"code": code} | ASKED)
    assert answer.status_code == 422
    assert not Order.objects.filter(kind="transfer").exists()


def test_holder_cancels_and_the_code_is_dead(world, browser, begun):
    assert browser(world.hua).post(f"/console/numbers/{world.plain}/transfer/cancel/").status_code == 302
    assert browser(world.zhao).post("/console/transfers/receive/", {"code": begun.code}).status_code == 422


def test_receiver_who_may_not_is_told_why(world, browser, begun):
    answer = browser(world.zhao).post(
        "/console/transfers/receive/", {"code": begun.code} | ASKED | {"industry": "loans"}
    )
    assert answer.status_code == 422
    assert "该行业不予接入" in answer.content.decode()


def test_stranger_sees_no_transfer_of_huas_number(world, browser, begun):
    client, base = browser(world.zhao), f"/console/numbers/{world.plain}/transfer/"
    assert [client.get(base).status_code, client.get(f"{base}consent.pdf").status_code] == [404, 404]
    assert client.post(f"{base}cancel/").status_code == 404
    assert HolderTransfer.objects.get().state == "open"
