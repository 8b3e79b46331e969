"""The pages about what is kept: locked papers, legal holds, and the holder's request that all be erased."""

import datetime as dt
import json
import logging

import pytest
from django.utils import timezone

from answerable.lib.identifiers import mask_id
from answerable.orders.actions import release
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.verification.actions import store
from answerable.verification.models import Document, Dossier, Erasure, LegalHold

STAFF = ("chen", "lin", "qian", "sun", "gong", "zheng")


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


@pytest.mark.addresses
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
