"""From a cheated organisation's claim to what the public reads, page by page."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from answerable.complaints.models import Disavowal
from answerable.parties.actions import know
from answerable.parties.models import Membership
from answerable.trail.actors import system


@pytest.fixture
def firm(world):
    order = world.order("working")
    Membership.objects.filter(enterprise=order.enterprise).update(proven_at=world.at)
    firm = know(world.firm("zhao"), by=system("test"), at=world.at)
    Membership.objects.create(person=world.zhao, enterprise=firm, role="handler", since=world.at, proven_at=world.at)
    return firm


def read(client, path):
    return client.get(path).content.decode()


def look_up(client, number):
    caches["answers"].clear()
    return read(client, f"/who/{number}/")


def test_claim_contest_and_decision_end_beside_the_number(world, firm, browser, client):
    zhao, hua, sun = browser(world.zhao), browser(world.hua), browser(world.staff("sun"))
    assert f"/console/disavow/?number={world.plain}" in read(client, f"/who/{world.plain}/")
    form = {"number": "400-800-1357", "enterprise": str(firm.pk), "text": "网页上写成我司客服"}
    address = zhao.post("/console/disavow/", form).headers["Location"]
    assert "网页上写成我司客服" in read(hua, address)
    assert world.zhao.name not in read(hua, address) + read(hua, f"/console/numbers/{world.plain}/")
    assert hua.post(f"{address}contest/", {"text": "我司自有品牌"}).status_code == 302
    assert "我司自有品牌" in read(zhao, address)
    assert firm.name not in look_up(client, world.plain)
    desk = f"/desk/disavowals/{Disavowal.objects.get().pk}/"
    assert "我司自有品牌" in read(sun, desk)
    assert sun.post(desk, {"decision": "uphold", "answer": "属实"}).headers["Location"] == "/desk/disavowals/"
    assert firm.name in look_up(client, world.plain)
    said = client.get(f"/who/{world.plain}/?format=json").json()
    assert [one["name"] for one in said["disowned_by"]] == [firm.name]
    assert zhao.post(f"{address}withdraw/").status_code == 302
    assert firm.name not in look_up(client, world.plain)


def test_refusals_are_told_where_they_arise(world, firm, browser):
    zhao, sun = browser(world.zhao), browser(world.staff("sun"))
    refused = zhao.post("/console/disavow/", {"number": "110", "enterprise": str(firm.pk), "text": "我司客服"})
    assert (refused.status_code, refused.context["wrong"]) == (422, "number")
    assert "我司客服" in refused.content.decode()
    form = {"number": world.plain, "credit_code": world.credit_code("trader"), "text": "书面"}
    assert sun.post("/desk/disavowals/", form).status_code == 422
    file = SimpleUploadedFile("letter.pdf", b"%PDF-1.7")
    address = sun.post("/desk/disavowals/", form | {"file": file}).headers["Location"]
    assert "须由另一位人员决定" in read(sun, address)
    early = browser(world.staff("zheng")).post(address, {"decision": "uphold", "answer": "属实"})
    assert (early.status_code, Disavowal.objects.get().state) == (422, "open")
    assert sun.get(f"{address}letter.pdf").content == b"%PDF-1.7"


def test_person_without_a_proven_organisation_is_led_to_the_letter(world, browser):
    assert "盖章的书面声明" in read(browser(world.zhao), "/console/disavow/")


def test_claim_is_no_strangers_to_read_or_contest(world, firm, browser):
    zhao = browser(world.zhao)
    zhao.post("/console/disavow/", {"number": world.plain, "enterprise": str(firm.pk), "text": "x"})
    Membership.objects.filter(person=world.hua).update(proven_at=None)
    address = f"/console/disavowals/{Disavowal.objects.get().pk}/"
    stranger = browser(world.hua)
    assert (stranger.get(address).status_code, stranger.post(f"{address}contest/", {"text": "x"}).status_code) == (
        404,
        404,
    )
    assert zhao.post(f"{address}contest/", {"text": "x"}).status_code == 422
    assert Disavowal.objects.get().contest_until > timezone.now() + dt.timedelta(days=4)
