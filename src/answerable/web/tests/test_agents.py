"""The desk's pages of agents, from the signature to the end by two."""

from django.core.files.uploadedfile import SimpleUploadedFile

from answerable.parties.models import Agent
from answerable.parties.queries import agent_state, fines_fen


def sign_up(world, client, **changes):
    file = SimpleUploadedFile("agreement.pdf", b"%PDF-1.7", "application/pdf")
    said = {
        "credit_code": world.credit_code("zhao"), "licence_no": "B2-1", "licence_scope": "信息服务", "licence_until": "2099-01-01",
        "agreement_no": "XY-1", "agreement_signed_on": "2026-01-01", "agreement_until": "2098-01-01", "agreement": file, "quota": "20",
        "real_name_duty": "1", "sanctions": "1", "responsible_name": "锐小样", "responsible_id": world.id_number(7),
    }  # fmt: skip
    return client.post("/desk/agents/", said | changes)


def test_agent_is_signed_up_penalised_and_ended_by_two(world, browser):
    zheng, wang = browser(world.staff("zheng")), browser(world.staff("wang"))
    assert sign_up(world, zheng).status_code == 302
    agent = Agent.objects.get()
    page = f"/desk/agents/{agent.pk}/"
    assert zheng.post(f"{page}member/", {"mobile": world.zhao.mobile}).status_code == 302
    fine = {"kind": "fine", "amount": "5000", "rule": "第八条", "because": "complaint", "reference": "J1"}
    assert zheng.post(f"{page}penalty/", fine).status_code == 302
    approve = f"/desk/agents/penalties/{agent.penalties.get().pk}/approve/"
    assert (zheng.post(approve).status_code, wang.post(approve).status_code) == (422, 302)
    assert fines_fen(agent) == 500_000
    zheng.post(f"{page}propose-end/", {"kind": "breach", "reason": "发展下级"})
    assert (zheng.post(f"{page}end/").status_code, wang.post(f"{page}end/").status_code) == (422, 302)
    assert agent_state(agent, world.at.replace(year=world.at.year + 1)) == "ended"
    assert "发展下级" in wang.get(page).content.decode()


def test_refusal_keeps_what_was_typed_but_not_the_id_number(world, browser):
    client = browser(world.staff("zheng"))
    answer = sign_up(world, client, real_name_duty="", sanctions="", licence_until="nonsense", quota="²")
    page = answer.content.decode()
    assert (answer.status_code, "B2-1" in page, world.id_number(7) in page) == (422, True, False)
    assert not Agent.objects.exists()


def test_agreement_is_handed_out_as_it_was(world, browser):
    client = browser(world.staff("zheng"))
    sign_up(world, client)
    answer = client.post(f"/desk/agents/{Agent.objects.get().pk}/agreement.pdf")
    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
