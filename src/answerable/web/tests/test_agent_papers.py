"""Papers that an agent files: allowed on the customer's page, filed on the agent's, named at the reviewer's."""

import html
import io

import pytest

from answerable.orders import actions
from answerable.orders.agent_papers import CURRENT, TEXTS
from answerable.orders.models import AgentPapersConsent
from answerable.orders.tests.test_reserve import accept, reserve
from answerable.parties.agency import add_member, suspend_agent
from answerable.parties.models import Agent
from answerable.parties.tests.test_agents import sign_up
from answerable.verification.models import Document, Dossier


@pytest.fixture
def prepared(world):
    """赵's agency prepared, 华 accepted, signed and paid: the dossier is open."""
    agent = sign_up(world)
    add_member(agent, world.zhao.mobile, staff=world.staff("zheng"), at=world.at)
    reservation = reserve(world)
    order = accept(world, reservation)
    world.sign(order)
    world.pay(order)
    reservation.refresh_from_db()
    return reservation


def read(client, path, lang="zh-hans"):
    client.cookies["django_language"] = lang
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def dossier_path(world, reservation, rest=""):
    return f"/console/dossiers/{world.dossier(reservation.order).pk}/{rest}"


def papers_path(reservation, slot=""):
    return f"/console/agency/reservations/{reservation.pk}/papers/{slot}"


def give(world, browser, reservation, **form):
    return browser(world.hua).post(
        dossier_path(world, reservation, "agent/"), {"answer": "given", "consent": CURRENT} | form
    )


def send(world, browser, reservation, slot="licence/"):
    return browser(world.zhao).post(papers_path(reservation, slot), {"file": io.BytesIO(world.jpeg)})


def test_customer_reads_the_text_allows_and_withdraws(world, browser, prepared):
    page = read(browser(world.hua), dossier_path(world, prepared))
    assert all(zh in page for zh, _ in TEXTS[CURRENT])
    assert all(en in read(browser(world.hua), dossier_path(world, prepared), "en") for _, en in TEXTS[CURRENT])
    refused = give(world, browser, prepared, consent="")
    assert (refused.status_code, AgentPapersConsent.objects.count()) == (422, 0)
    assert "请先阅读说明并勾选" in refused.content.decode()
    assert give(world, browser, prepared).status_code == 302
    assert "撤回同意" in read(browser(world.hua), dossier_path(world, prepared))
    assert give(world, browser, prepared, answer="ended").status_code == 302
    assert AgentPapersConsent.objects.get().ended_by == world.hua


def test_agent_uploads_and_everybody_is_told_by_whom(world, browser, prepared):
    give(world, browser, prepared)
    assert 'id="file-licence"' in read(browser(world.zhao), papers_path(prepared))
    assert send(world, browser, prepared).status_code == 302
    document, name = Document.objects.get(slot="licence"), Agent.objects.get().organisation.name
    page = read(browser(world.zhao), papers_path(prepared))
    assert ('id="file-licence"' in page, "已有材料" in page, str(document.pk) in page) == (False, True, False)
    page = read(browser(world.hua), dossier_path(world, prepared))
    assert f"代理商代交</span> {name}" in page
    assert browser(world.hua).get(f"/console/documents/{document.pk}/0.jpg").status_code == 200
    Dossier.objects.filter(order_no=prepared.order_id).update(state="submitted")
    desk = read(browser(world.staff("lin")), f"/desk/review/{document.dossier_id}/")
    assert f"代理商代交</span> {name}" in desk


def test_agent_opens_nothing_of_the_customers(world, browser, prepared):
    give(world, browser, prepared)
    send(world, browser, prepared)
    document, agent = Document.objects.get(slot="licence"), browser(world.zhao)
    paths = [
        f"/console/documents/{document.pk}/0.jpg",
        dossier_path(world, prepared),
        f"/console/orders/{prepared.order_id}/",
    ]
    assert [agent.get(path).status_code for path in paths] == [404, 404, 404]
    form = {"answer": "given", "consent": CURRENT}
    assert agent.post(dossier_path(world, prepared, "agent/"), form).status_code == 404


def test_refusal_says_what_to_do(world, browser, prepared):
    assert "请客户签约付款后" in send(world, browser, prepared).content.decode()
    give(world, browser, prepared)
    refused = browser(world.zhao).post(papers_path(prepared, "licence/"))
    assert (refused.status_code, Document.objects.filter(slot="licence").exists()) == (422, False)
    assert "只能由客户自己上传" in send(world, browser, prepared, "rep_id_portrait/").content.decode()
    send(world, browser, prepared)
    assert "不能由代理商替换" in send(world, browser, prepared).content.decode()


def test_page_says_what_the_agent_waits_for(world, browser, prepared):
    second = reserve(world, world.second)
    assert "客户还没有接受" in read(browser(world.zhao), papers_path(second))
    assert "客户没有同意代交" in read(browser(world.zhao), papers_path(prepared))
    give(world, browser, prepared)
    Dossier.objects.filter(order_no=prepared.order_id).update(state="submitted")
    assert "材料不在填写中" in read(browser(world.zhao), papers_path(prepared))
    suspend_agent(Agent.objects.get(), reason="投诉", staff=world.staff("zheng"), at=world.at)
    assert "现在不能代交材料" in read(browser(world.zhao), papers_path(prepared))


def test_nobody_else_finds_the_page(world, browser, prepared):
    assert browser(world.hua).get(papers_path(prepared)).status_code == 404
    assert send(world, browser, prepared).status_code == 422
    actions.allow_agent_papers(world.dossier(prepared.order), version=CURRENT, person=world.hua, at=world.at)
    answer = browser(world.hua).post(papers_path(prepared, "licence/"), {"file": io.BytesIO(world.jpeg)})
    assert (answer.status_code, Document.objects.filter(slot="licence").exists()) == (404, False)
