"""Every form posted twice: the second post does nothing again, and says so."""

import io

import pytest
from django.utils import timezone

from answerable.billing.models import Refund, Transfer
from answerable.complaints.models import Report
from answerable.lib.workdays import add_workdays
from answerable.numbers.actions import stop
from answerable.orders.models import Order, Registration, TestCall
from answerable.verification.actions.counter import originals
from answerable.verification.models import Appointment, Document, Dossier, Handling, Review


@pytest.fixture
def twice():
    """Post a form twice; return both statuses."""

    def post(client, path, form=None):
        return tuple(client.post(path, form() if callable(form) else form or {}).status_code for _ in range(2))

    return post


DONE, REPEATED = (302, 422), (302, 302)


def test_signing(world, browser, twice, jpeg):
    order = world.order("held")
    client, base = browser(world.hua), f"/console/orders/{order.pk}"
    assert twice(client, f"{base}/pages/1/", lambda: {"file": io.BytesIO(jpeg)}) == REPEATED
    assert Document.objects.filter(order_no=order.pk, replaced_at=None).count() == 1
    assert twice(client, f"{base}/sign/") == DONE


@pytest.mark.parametrize(("stage", "refunds"), [("held", 0), ("paid", 1)])
def test_cancelling(world, browser, twice, stage, refunds):
    order = world.order(stage)
    assert twice(browser(world.hua), f"/console/orders/{order.pk}/cancel/") == DONE
    assert (Order.objects.get().state, Refund.objects.count()) == ("cancelled", refunds)


def test_filling_and_submitting(world, browser, twice, jpeg):
    order = world.order("paid")
    client, base = browser(world.hua), f"/console/dossiers/{world.dossier(order).pk}"
    assert twice(client, f"{base}/line/", {"line": world.line}) == REPEATED
    assert twice(client, f"{base}/person/", {"name": "华建国", "id_number": world.id_number()}) == REPEATED
    assert twice(client, f"{base}/upload/licence/", lambda: {"file": io.BytesIO(jpeg)}) == REPEATED
    assert order.number.destinations.filter(removed_at=None).count() == 1
    assert Document.objects.filter(slot="licence", replaced_at=None).count() == 1
    world.fill(order)
    Document.objects.update(reading_state="done")
    assert twice(client, f"{base}/submit/") == DONE
    day = add_workdays(timezone.now(), 1).date().isoformat()
    assert twice(client, f"{base}/book/", {"counter": "BJ-01", "day": day}) == REPEATED
    assert Appointment.objects.filter(cancelled_at=None).count() == 1


def test_handling(world, browser, twice, jpeg):
    order = world.order("submitted")
    code = world.book(order).code

    def form():
        files = {
            name: io.BytesIO(raw)
            for name, raw in (("id_reader", world.card(order)), ("site_photo", jpeg), ("acceptance_form", jpeg))
        }
        return files | {"originals": originals(world.dossier(order))}

    assert twice(browser(world.staff("chen")), f"/desk/counter/{code}/", form) == DONE
    assert (Handling.objects.count(), Document.objects.filter(slot="site_photo").count()) == (1, 1)


def test_reviewing(world, browser, twice):
    order = world.order("handled")
    client, base = browser(world.staff("lin")), f"/desk/review/{world.dossier(order).pk}"
    assert twice(client, f"{base}/claim/") == REPEATED
    assert twice(client, f"{base}/decide/", {"decision": "approve"}) == DONE
    assert twice(client, f"{base}/unclaim/") == REPEATED
    assert (Review.objects.count(), Dossier.objects.get().state) == (1, "submitted")


def test_money(world, browser, twice):
    order, qian = world.order("awaiting_payment"), browser(world.staff("qian"))
    form = {
        "bank_reference": "B1",
        "amount": "1200.00",
        "payer_name": order.enterprise.name,
        "payer_account": "6222",
        "reference": order.pk,
        "received_at": "",
    }
    assert twice(qian, "/desk/cashier/receive/", form) == DONE
    assert twice(qian, "/desk/cashier/receive/", form | {"bank_reference": "B2"}) == DONE
    first, second = Transfer.objects.order_by("bank_reference")
    assert twice(qian, f"/desk/cashier/{first.pk}/match/", {"order_no": order.pk}) == DONE
    assert twice(qian, f"/desk/cashier/{second.pk}/return/", {"reason": "PAID_TWICE"}) == DONE
    assert twice(qian, f"/desk/cashier/refunds/{Refund.objects.get().pk}/paid/", {"bank_reference": "OUT"}) == DONE
    assert (Dossier.objects.count(), Refund.objects.count()) == (1, 1)


def test_opening(world, browser, twice):
    order = world.order("approved")
    world.follow(order)
    raw = world.receipt(order)
    assert (
        twice(browser(world.staff("gong")), "/desk/operations/receipt/", lambda: {"receipt": io.BytesIO(raw)}) == DONE
    )
    assert twice(browser(world.hua), f"/console/orders/{order.pk}/test-call/") == REPEATED
    assert (Registration.objects.count(), TestCall.objects.count()) == (1, 1)


def test_stopping_and_lifting(world, browser, twice):
    world.order("working")
    client, base = browser(world.staff("sun")), f"/desk/risk/numbers/{world.plain}"
    assert twice(client, f"{base}/stop/", {"reason": "FRAUD_ORDER"}) == DONE
    assert twice(client, f"{base}/lift/") == DONE
    assert world.state(world.plain) == "working"


def test_answering_a_report(world, browser, twice, ids):
    sun, path = browser(world.staff("sun")), f"/desk/risk/reports/{ids['reference']}/"
    assert sun.post(path, {"answer": " "}).status_code == 422
    assert sun.post(path, {"answer": "已停机"}).status_code == 302
    second = sun.post(path, {"answer": "没有问题"})
    assert (second.status_code, Report.objects.get(pk=ids["reference"]).answer) == (422, "已停机")
    assert "没有保存" in second.content.decode()
    assert "没有问题" in second.content.decode()


def test_keeping(world, browser, twice):
    order = world.order("working")
    client, base = browser(world.hua), f"/console/numbers/{world.plain}"
    assert twice(client, f"{base}/lines/add/", {"text": "02161234568"}) == DONE
    assert twice(client, f"{base}/plan/", {"always": "1"}) == REPEATED
    assert twice(client, f"{base}/renew/", {"package": "standard"}) == DONE
    other = order.number.destinations.get(line="02161234568")
    assert twice(client, f"{base}/lines/{other.pk}/remove/") == (302, 404)
    assert Order.objects.filter(kind="renewal").count() == 1


def test_releasing(world, browser, twice):
    world.order("working")
    path = f"/console/numbers/{world.plain}/release/"
    assert browser(world.hua).post(path, {"confirm": "0000"}).headers["Location"] == f"/console/numbers/{world.plain}/"
    assert world.state(world.plain) == "working"
    assert twice(browser(world.hua), path, {"confirm": "1357"}) == DONE
    assert (world.state(world.plain), Dossier.objects.filter(kind="change").count()) == ("working", 1)


def test_releasing_a_number_stopped_for_cause_is_refused_with_the_way_out(world, browser):
    world.order("working")
    stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    client = browser(world.hua)
    assert "现在不能销号" in client.get(f"/console/numbers/{world.plain}/").content.decode()
    answer = client.post(f"/console/numbers/{world.plain}/release/", {"confirm": "1357"})
    assert (answer.status_code, world.state(world.plain)) == (422, "suspended")
    assert "不能以销号了结" in answer.content.decode()
