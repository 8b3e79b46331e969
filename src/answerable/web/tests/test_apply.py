"""Apply for a number: three screens, at most sixty characters typed, and everything said before any money."""

import io
import re

import pytest

from answerable.lib import keystore
from answerable.numbers.models import Number
from answerable.orders.models import Order
from answerable.parties.models import RegisterEntry
from answerable.parties.sms import gateway
from answerable.verification.models import Document
from answerable.verification.reading.model import Field, Quality, Reading
from answerable.web.middleware import POLICY

CHOICE = {"industry": "manufacturing", "use": "own", "package": "standard"}


def begin(world, client, firm="hua", number=None, role="legal_representative"):
    number = number or world.plain
    client.post(f"/apply/{number}/", {"role": role})
    return client.post(f"/apply/{number}/organisation/", {"credit_code": world.credit_code(firm)})


def confirm(world, client, number=None, **changes):
    return client.post(f"/apply/{number or world.plain}/confirm/", CHOICE | changes)


def test_number_is_held_after_three_screens(world, browser):
    client = browser(world.hua)
    assert begin(world, client).headers["Location"] == f"/apply/{world.plain}/confirm/"
    answer = confirm(world, client)
    order = Order.objects.get()
    assert answer.headers["Location"] == f"/console/orders/{order.pk}/"
    assert (world.state(world.plain), order.person, order.price_fen) == ("held", world.hua, 120_000)


def test_register_fills_what_nobody_types(world, browser):
    client = browser(world.hua)
    begin(world, client)
    page = client.get(f"/apply/{world.plain}/confirm/").content.decode()
    entry = world.firm("hua")
    for text in (entry.name, entry.legal_representative, entry.address, entry.status):
        assert text in page


def test_applicant_types_sixty_characters_at_most(world, browser, read, jpeg, django_capture_on_commit_callbacks):
    """Collect every text field from signing in to booking the counter; what a page fills in nobody types."""
    client, typed = browser(), {}

    def look(path):
        answer = client.get(path)
        page = read(answer.content.decode())
        assert (answer.status_code, answer.headers["Content-Security-Policy"], page.inline) == (200, POLICY, []), path
        typed.update({name: "" for name, value in page.typed.items() if not value and name not in page.described})

    with django_capture_on_commit_callbacks(execute=True):
        look("/sign-in/")
        client.post("/sign-in/", {"mobile": world.hua.mobile})
    look("/sign-in/code/")
    client.post("/sign-in/code/", {"code": re.search(r"\d{6}", gateway().newest(world.hua.mobile))[0]})
    look(f"/apply/{world.plain}/")
    client.post(f"/apply/{world.plain}/", {"role": "legal_representative"})
    look(f"/apply/{world.plain}/organisation/")
    client.post(f"/apply/{world.plain}/organisation/", {"credit_code": world.credit_code("hua")})
    look(f"/apply/{world.plain}/confirm/")
    assert confirm(world, client).status_code == 302
    order = Order.objects.get()
    look(f"/console/orders/{order.pk}/")
    for page in range(1, order.contract_pages + 1):
        client.post(f"/console/orders/{order.pk}/pages/{page}/", {"file": io.BytesIO(jpeg)})
    assert client.post(f"/console/orders/{order.pk}/sign/").status_code == 302
    look(f"/console/orders/{order.pk}/")
    world.pay(order)
    dossier = world.fill(order)
    photographed(world, dossier)
    dossier.refresh_from_db()
    dossier.claims, dossier.line = keystore.seal_json({}, keystore.dossier_key(dossier.pk), f"claims:{dossier.pk}"), ""
    dossier.save()
    look(f"/console/dossiers/{dossier.pk}/")
    lengths = {"mobile": 11, "code": 6, "credit_code": 18, "line": len(world.line)}
    optional = {"text"}  # a message to the reviewers: who has nothing to ask writes none
    assert typed.keys() - optional == lengths.keys()
    assert sum(lengths.values()) <= 60


def photographed(world, dossier):
    """Let the engine have read the ID card."""
    document = Document.objects.get(dossier=dossier, slot="rep_id_portrait")
    fields = {
        "name": Field("华建国", "华建国", 1.0, None),
        "id_number": Field(world.id_number(), world.id_number(), 1.0, None),
    }
    reading = Reading("id_portrait", fields, (), (), (), Quality(1.0, 100, 1.0, 1.0, is_colour=True))
    Document.objects.filter(pk=document.pk).update(
        reading=keystore.seal_json(reading.to_dict(), keystore.document_key(document.pk), f"reading:{document.pk}")
    )


@pytest.mark.parametrize(
    ("firm", "changes", "word"),
    [
        ("trader", {}, "个体工商户"), ("gone", {}, "注销"), ("listed", {}, "黑名单"), ("hua", {"industry": "loans"}, "行业"),
        ("hua", {"use": "no such"}, "用途"), ("hua", {"package": "free"}, "套餐"), ("hua", {"industry": ""}, "行业"),
    ],
)  # fmt: skip
def test_whoever_cannot_pass_is_told_why_and_holds_nothing(world, browser, firm, changes, word):
    client = browser(world.hua)
    begin(world, client, firm)
    answer = confirm(world, client, **changes)
    assert (answer.status_code, word in answer.content.decode()) == (422, True)
    assert (Order.objects.count(), world.state(world.plain)) == (0, "spare")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "CREDIT_CODE_INVALID"),
        ("310115198001010017", "CREDIT_CODE_INVALID"),
        ("华建国", "CREDIT_CODE_INVALID"),
        ("known", "NOT_IN_REGISTER"),
    ],
)
def test_person_or_unknown_code_gets_no_further(world, browser, typed, code):
    if typed == "known":
        typed = world.credit_code("hua")
        RegisterEntry.objects.filter(pk=typed).delete()
    client = browser(world.hua)
    client.post(f"/apply/{world.plain}/", {"role": "handler"})
    answer = client.post(f"/apply/{world.plain}/organisation/", {"credit_code": typed})
    assert (answer.status_code, answer.context["code"]) == (422, code)


def test_there_is_no_field_for_a_person_as_holder(world, browser, read):
    client = browser(world.hua)
    begin(world, client)
    names = set()
    for screen in ("", "organisation/", "confirm/"):
        html = client.get(f"/apply/{world.plain}/{screen}").content.decode()
        names |= set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', html))
    assert names - {"csrfmiddlewaretoken", "language", "next"} == {"role", "credit_code", "use", "industry", "package"}


@pytest.mark.parametrize(
    "extra",
    [{"subject_type": "person"}, {"name": "甲"}, {"enterprise": "1"}, {"price_fen": "1"}, {"state": "paid"}],
    ids=str,
)
def test_field_that_nobody_asked_for_changes_nothing(world, browser, extra):
    client = browser(world.hua)
    begin(world, client)
    confirm(world, client, **extra)
    order = Order.objects.get()
    assert (order.enterprise.subject_type, order.enterprise.name, order.price_fen, order.state) == (
        "company",
        world.firm("hua").name,
        120_000,
        "held",
    )


@pytest.mark.parametrize("role", ["", "king", "agent"])
def test_role_that_does_not_exist_asks_again(world, browser, role):
    client = browser(world.hua)
    assert client.post(f"/apply/{world.plain}/", {"role": role}).status_code == 200
    assert client.get(f"/apply/{world.plain}/organisation/").headers["Location"] == f"/apply/{world.plain}/"


def test_screens_cannot_be_skipped(world, browser):
    client = browser(world.hua)
    for screen in ("organisation/", "confirm/"):
        assert client.post(f"/apply/{world.plain}/{screen}", CHOICE).headers["Location"] == f"/apply/{world.plain}/"
    assert not Order.objects.exists()


def test_second_applicant_is_told_at_once_that_the_number_is_taken(world, browser):
    client = browser(world.zhao)
    begin(world, client, "zhao")
    world.order("held")
    answer = confirm(world, client)
    assert (answer.status_code, answer.context["code"]) == (422, "NUMBER_TAKEN")
    assert Order.objects.count() == 1


def test_form_posted_twice_is_one_order(world, browser):
    client = browser(world.hua)
    begin(world, client)
    first, second = confirm(world, client), confirm(world, client)
    assert (first.status_code, second.status_code, second.headers["Location"]) == (302, 302, f"/apply/{world.plain}/")
    assert (Order.objects.count(), Number.objects.filter(business_state="held").count()) == (1, 1)


@pytest.mark.parametrize("number", ["4008999999", "110", "x"])
def test_number_that_is_not_ours_cannot_be_applied_for(world, browser, number):
    client = browser(world.hua)
    for screen in ("", "organisation/", "confirm/"):
        assert client.get(f"/apply/{number}/{screen}").status_code == 404
