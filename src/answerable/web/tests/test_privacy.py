"""The pages about what is kept: locked papers, legal holds, and the holder's request that all be erased."""

import datetime as dt
import json
import logging

import pypdfium2
import pytest
from django.utils import timezone

from answerable.lib import keystore
from answerable.lib.identifiers import mask_id
from answerable.orders.actions import release
from answerable.orders.models import Order
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.verification.actions import store
from answerable.verification.forms import PAPERS_TO_PRINT
from answerable.verification.models import Document, Dossier, Erasure, LegalHold
from answerable.verification.queries import claims
from answerable.verification.reading.model import Field, Quality, Reading

STAFF = ("chen", "lin", "qian", "sun", "gong", "zheng")


def text_of(pdf):
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def released(world):
    """Release a number with a paper that is really sealed."""
    order = world.order("working")
    paper = store(
        world.jpeg, enterprise=order.enterprise, slot="site_photo", dossier=world.dossier(order), by=system("test"),
        at=world.at,
    )  # fmt: skip
    release(world.number(world.plain), person=world.hua, at=world.at)
    return paper


def end_period():
    for model in (Document, Dossier):
        model.objects.update(keep_until=timezone.now() - dt.timedelta(days=1))


def test_id_number_is_shown_in_full_on_the_review_page_alone(routes, ids, world, browser):
    """The reviewer compares form, card and picture; everybody else sees a mask (PIPL art. 28, 51)."""
    number, found = world.id_number().encode(), set()
    for who in (world.hua, *map(world.staff, STAFF)):
        client = browser(who)
        for route in routes:
            if route.name.startswith("desk:") is (who != world.hua):
                answer = client.get(route.path(ids))
                content = b"".join(answer) if answer.streaming else answer.content
                found |= {route.name} if number in content else set()
    assert found == {"desk:review"}


def test_confirmed_person_is_shown_masked_to_the_applicant(world, browser):
    order = world.order("submitted")
    dossier = world.dossier(order)
    Dossier.objects.filter(pk=dossier.pk).update(state="more_information_needed")
    page = browser(world.hua).get(f"/console/dossiers/{dossier.pk}/").content.decode()
    assert world.id_number() not in page
    assert mask_id(world.id_number()) in page


def test_neither_facts_nor_logs_hold_an_id_number_or_a_mobile(world, caplog):
    """The whole way of a number through the actions: a fact names the field, never its value."""
    caplog.set_level(logging.DEBUG)
    world.walk("working", role="handler")
    release(world.number(world.plain), person=world.hua, at=world.at)
    facts = list(Fact.objects.values())
    text = json.dumps(facts, default=str, ensure_ascii=False) + "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    )
    assert len(facts) > 15
    for secret in (world.id_number(), world.hua.mobile, world.zhao.mobile):
        assert secret not in text


def test_console_says_until_when_papers_are_kept(world, browser):
    client = browser(world.hua)
    assert "这里没有您的材料" in client.get("/console/papers/").content.decode()
    paper = released(world)
    paper.refresh_from_db()
    assert f"{paper.keep_until.year}" in client.get("/console/papers/").content.decode()
    assert client.get(f"/console/documents/{paper.pk}/0.jpg").status_code == 404
    assert "材料已锁定" in client.get(f"/console/dossiers/{paper.dossier_id}/").content.decode()


def test_button_before_the_period_is_over_says_when_it_is(world, browser):
    released(world)
    answer = browser(world.hua).post("/console/papers/delete/")
    assert (answer.status_code, Erasure.objects.count()) == (422, 0)
    assert f"{world.at.year + 2}" in answer.content.decode()


def test_button_erases_what_is_past_its_period(world, browser):
    released(world)
    end_period()
    client = browser(world.hua)
    assert client.post("/console/papers/delete/").status_code == 302
    assert "已删除" in client.get("/console/papers/").content.decode()
    assert Erasure.objects.get().asked_by == world.hua


def test_paper_with_an_id_number_is_written_down_when_it_is_printed(world, browser):
    appointment = world.book(world.order("submitted"))
    dossier = appointment.dossier
    assert browser(world.hua).get(f"/console/dossiers/{dossier.pk}/papers/commitment.pdf").status_code == 200
    assert browser(world.staff("chen")).get(f"/desk/counter/{appointment.code}/form.pdf").status_code == 200
    printed = Fact.objects.filter(what="paper.printed").order_by("id").values_list("who_kind", "after__paper")
    assert list(printed) == [("person", "commitment"), ("staff", "acceptance_form")]


@pytest.mark.parametrize("name", sorted(PAPERS_TO_PRINT))
def test_foot_of_each_print_says_who_printed_it_when_and_what_for(world, browser, name):
    """PIPL art. 51: whoever holds a paper with an ID number on it is named on it."""
    dossier = world.dossier(world.order("submitted"))
    text = text_of(browser(world.hua).get(f"/console/dossiers/{dossier.pk}/papers/{name}.pdf").content)
    world.hua.refresh_from_db()
    assert f"打印 {world.hua.name} {timezone.localdate()}" in text
    assert f"仅用于办理 {dossier.number} 的实名核验" in text
    assert browser(world.hua).get(f"/console/dossiers/{dossier.pk}/papers/nothing.pdf").status_code == 404


def test_foot_of_the_acceptance_form_names_the_counter_staff(world, browser):
    code = world.book(world.order("submitted")).code
    text = text_of(browser(world.staff("chen")).get(f"/desk/counter/{code}/form.pdf").content)
    assert f"打印 {world.staff('chen').name} {timezone.localdate()}" in text


def test_contract_is_handed_out_as_it_was_hashed_and_each_time_is_a_fact(world, browser):
    order = world.order("awaiting_payment")
    assert browser(world.zhao).get(f"/console/orders/{order.pk}/contract.pdf").status_code == 404
    assert browser(world.hua).get(f"/console/orders/{order.pk}/contract.pdf").content == bytes(order.contract_pdf)
    fact = Fact.objects.get(what="contract.downloaded")
    assert (fact.subject_id, fact.who_id, fact.after) == (
        order.pk,
        str(world.hua.pk),
        {"sha256": order.contract_sha256},
    )


@pytest.fixture
def read_card(world):
    """A dossier whose ID picture reads a number that nobody confirmed yet."""
    dossier = world.dossier(world.order("paid"))
    found = {"name": "华建国", "id_number": world.id_number()}
    reading = Reading(
        kind="id_portrait", fields={name: Field(text, text, 0.99, None) for name, text in found.items()}, qr=(), seals=(),
        lines=(), quality=Quality(confidence=0.99, characters=200, sharpness=400.0, brightness=0.6, is_colour=True),
    )  # fmt: skip
    card = world.paper(Order.objects.get(pk=dossier.order_no), "rep_id_portrait", dossier)
    sealed = keystore.seal_json(reading.to_dict(), keystore.document_key(card.pk), f"reading:{card.pk}")
    Document.objects.filter(pk=card.pk).update(reading=sealed)
    return card


def test_number_read_from_the_picture_is_shown_by_its_last_four_digits(world, browser, read_card):
    """The number goes to no browser before it is confirmed (PIPL art. 6, 28); left empty it is taken as read."""
    client, base = browser(world.hua), f"/console/dossiers/{read_card.dossier_id}/"
    page = client.get(base).content.decode()
    assert world.id_number() not in page
    assert "*" * 14 + world.id_number()[-4:] in page
    said = {"name": "华建国", "id_number": "", "picture": str(read_card.pk)}
    assert client.post(f"{base}person/", said).status_code == 302
    stated = claims(Dossier.objects.get(pk=read_card.dossier_id))
    assert (stated["handler_id_number"], stated["handler_provenance"]) == (world.id_number(), "filled_from_picture")


def test_number_left_empty_counts_for_the_picture_it_was_shown_beside_only(world, browser, read_card):
    client, base = browser(world.hua), f"/console/dossiers/{read_card.dossier_id}/"
    assert client.post(f"{base}person/", {"name": "华建国", "id_number": "", "picture": "another"}).status_code == 422
    assert client.post(f"{base}person/", {"name": "华建国", "id_number": world.id_number(2)}).status_code == 302
    stated = claims(Dossier.objects.get(pk=read_card.dossier_id))
    assert (stated["handler_id_number"], stated["handler_provenance"]) == (world.id_number(2), "typed")


def test_locked_paper_opens_at_the_desk_with_a_basis_only(world, browser):
    paper = released(world)
    client = browser(world.staff("zheng"))
    assert paper.dossier.number in client.get(f"/desk/privacy/{paper.enterprise_id}/").content.decode().replace("-", "")
    address = f"/desk/privacy/documents/{paper.pk}/"
    assert client.post(address, {"page": "1", "basis": ""}).status_code == 422
    assert client.post(address, {"page": "9", "basis": "样公调字1号"}).status_code == 404
    assert client.post(address, {"page": "x", "basis": "样公调字1号"}).status_code == 404
    shown = client.post(address, {"page": "1", "basis": "样公调字1号"})
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert Fact.objects.filter(what="document.unlocked").count() == 1


def test_paper_in_use_is_not_opened_here(world, browser):
    order = world.order("submitted")
    paper = Document.objects.filter(dossier=world.dossier(order)).first()
    answer = browser(world.staff("zheng")).post(f"/desk/privacy/documents/{paper.pk}/", {"basis": "样公调字1号"})
    assert answer.status_code == 404


def test_hold_is_placed_and_ended_by_two_at_the_desk(world, browser):
    paper = released(world)
    zheng, wang = browser(world.staff("zheng")), browser(world.staff("wang"))
    place = f"/desk/privacy/{paper.enterprise_id}/"
    form = {"agency": "示例机关", "document_no": "1号", "number": "", "until": "2099-01-01"}
    assert zheng.post(place, form | {"until": "x"}).status_code == 422
    assert zheng.post(place, form).status_code == 302
    hold = LegalHold.objects.get()
    step = f"/desk/privacy/holds/{hold.pk}/"
    assert [zheng.post(step + "confirm/").status_code, wang.post(step + "confirm/").status_code] == [422, 302]
    assert [zheng.post(step + "ask-end/").status_code, zheng.post(step + "end/").status_code] == [302, 422]
    assert wang.post(step + "nothing/").status_code == 404
    assert wang.post(step + "end/").status_code == 302
    hold.refresh_from_db()
    assert hold.ended_by == world.staff("wang")


def test_organisation_is_found_by_its_credit_code(world, browser):
    paper = released(world)
    client = browser(world.staff("zheng"))
    found = client.get("/desk/privacy/", {"code": paper.enterprise.credit_code.lower()})
    assert found.headers["Location"] == f"/desk/privacy/{paper.enterprise_id}/"
    assert "没有这个单位的材料" in client.get("/desk/privacy/", {"code": "X"}).content.decode()
