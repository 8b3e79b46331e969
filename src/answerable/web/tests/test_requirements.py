"""材料要求 at the desk: one officer fills the form, another reads the difference and decides."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from answerable.verification.models import RequirementSet
from answerable.verification.slots import HOLDER_SLOTS


@pytest.fixture
def base(world):
    return RequirementSet.objects.get(carrier="telecom", purpose="open", use="own", subject_type="company")


def form(base, **changes):
    """Fill the form as the page does, with the version shown."""
    rows = {}
    for row in base.slots:
        rows[f"required-{row['slot']}"] = row["required"]
        for kind, wanted in row.get("when", {}).items():
            rows[f"{kind}-{row['slot']}"] = "yes" if wanted is True else wanted
    day = timezone.localdate() + dt.timedelta(days=1)
    terms = {"verification_days": "365", "line_proof_days": "365", "effective_from": day.isoformat(), "policy": "{}"}
    return rows | base.key | terms | {"why": "运营商新规"} | changes


def test_form_as_it_is_shown_says_what_the_version_says(world, base, browser):
    """A version that is sent back unchanged is no new version: nothing of a set is lost on the way through the form."""
    answer = browser(world.staff("zheng")).post(
        f"/desk/requirements/{base.pk}/propose/", form(base, policy=base_policy(base))
    )
    assert answer.status_code == 422
    assert "没有差别" in answer.content.decode()
    assert base.slots == HOLDER_SLOTS


def base_policy(base):
    return json.dumps(base.policy)


def test_one_officer_proposes_and_another_approves(world, base, browser):
    zheng, wang = browser(world.staff("zheng")), browser(world.staff("wang"))
    sent = zheng.post(
        f"/desk/requirements/{base.pk}/propose/", form(base, **{"required-lease": "never", "pages-commitment": "2"})
    )
    rules = RequirementSet.objects.get(state="proposed")
    assert sent.headers["Location"] == f"/desk/requirements/{rules.pk}/"
    assert zheng.post(f"/desk/requirements/{rules.pk}/decide/", {"decision": "approve"}).status_code == 422
    page = wang.get(f"/desk/requirements/{rules.pk}/").content.decode()
    for text in ("必交；线路不在注册地址", "不要求", "必交，2 页", "运营商新规"):
        assert text in page
    wang.post(f"/desk/requirements/{rules.pk}/decide/", {"decision": "approve"})
    assert RequirementSet.objects.get(pk=rules.pk).state == "approved"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"policy": "{"}, "不是有效的 JSON"), ({"policy": '{"no_such": 1}'}, "没有这个键"), ({"verification_days": "0"}, "3650"),
        ({"effective_from": "soon"}, "须为日期"), ({"effective_from": "2020-01-01"}, "今天或以后"), ({"why": ""}, "理由"),
        ({"pages-licence": "99"}, "页数须为"), ({"use-lease": ["x"]}, "条件 use 无效"),
    ],
)  # fmt: skip
def test_mistake_is_said_at_its_place_and_what_was_filled_in_stays(world, base, browser, changes, said):
    answer = browser(world.staff("zheng")).post(f"/desk/requirements/{base.pk}/propose/", form(base, **changes))
    page = answer.content.decode()
    assert (answer.status_code, said in page, 'value="运营商新规"' in page) == (422, True, "why" not in changes)
    assert not RequirementSet.objects.filter(state="proposed").exists()


def test_page_without_a_set_says_what_to_do(world, browser):
    page = browser(world.staff("zheng")).get("/desk/requirements/", {"carrier": "nobody"}).content.decode()
    assert "由运营主体文件装载" in page
    assert "没有待核准的版本" in page


def test_applicant_sees_why_a_conditional_paper_is_asked_for(world, browser):
    dossier = world.dossier(world.order("paid"))
    client, address = browser(world.hua), f"/console/dossiers/{dossier.pk}/"
    assert "租赁协议" not in client.get(address).content.decode()
    client.post(f"{address}line/", {"line": world.line, "owner": "legal_representative", "off_site": "yes"})
    page = client.get(address).content.decode()
    assert "租赁协议" in page
    assert "因接听地点不在注册地址" in page
    refused = client.post(f"{address}line/", {"line": world.line, "owner": "staff", "off_site": "no"})
    assert (refused.status_code, "第一条线路须属于本单位" in refused.content.decode()) == (422, True)
