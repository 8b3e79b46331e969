"""Before applying everybody can read what to bring (carriers' requirement sets) and why applications come back."""

import pytest
from django.core.cache import cache

from answerable.figures.reviewing import ReasonCount, Returns
from answerable.verification.checks.finding import HIDDEN
from answerable.verification.models import RequirementSet, Review
from answerable.verification.reasons import EXAMPLES, REASONS
from answerable.verification.slots import SLOTS, Situation, asked

ASKED = {"subject_type": "company", "role": "handler", "use": "own", "industry": "retail", "carrier": "telecom"}


@pytest.fixture
def page(world, browser):
    def page(path, language="zh-hans", **asked):
        client = browser()
        client.cookies["django_language"] = language
        return client.get(path, asked).content.decode()

    return page


@pytest.mark.parametrize("role", ["handler", "legal_representative"])
def test_checklist_is_the_set_in_force_for_the_role(page, role):
    shown = page("/materials/", **(ASKED | {"role": role}))
    rules = RequirementSet.objects.get(carrier="telecom", subject_type="company", purpose="open", use="own")
    wanted = [one.slot for one in asked(rules.slots, Situation(use="own", role=role))]
    assert [code for code in SLOTS if f"<strong>{SLOTS[code].zh}</strong>" in shown] == [
        c for c in SLOTS if c in wanted
    ]


def test_newer_set_takes_the_place_of_the_older(world, page):
    RequirementSet.objects.create(
        carrier="telecom", subject_type="company", use="own", version=2, effective_from="2026-02-01",
        slots=[{"slot": "licence", "required": "always"}],
    )  # fmt: skip
    shown = page("/materials/", **ASKED)
    assert "第 2 版" in shown
    assert SLOTS["commitment"].zh not in shown


def test_refused_industry_and_kinds_that_are_not_taken_are_said_before_any_work(page):
    assert REASONS["E05"].title_zh in page("/materials/", **(ASKED | {"industry": "crypto"}))
    assert "暂不受理这种情况" in page("/materials/", **(ASKED | {"subject_type": "government"}))
    assert "暂不受理这种情况" in page("/materials/", **(ASKED | {"subject_type": "sole_trader"}))


def test_nonsense_is_asked_again(page):
    assert "材料清单" not in page("/materials/", **(ASKED | {"carrier": "nobody"}))
    assert "请把五项都选上" in page("/materials/", subject_type="company")


def test_each_public_reason_has_title_way_out_and_example_in_both_languages(page):
    for language, at in (("zh-hans", 0), ("en", 1)):
        shown = page("/why-returned/", language)
        for code in REASONS:
            assert (f'id="{code}"' in shown) is (code not in HIDDEN), code
        assert EXAMPLES["B11"][at] in shown


def test_examples_are_complete_and_hide_what_would_teach_a_forger():
    assert set(EXAMPLES) == set(REASONS) - HIDDEN


def come_back(world, dossier, count, reason="B01"):
    Review.objects.bulk_create(
        Review(
            dossier=world.dossier(dossier), round=number, stage="pre_check", reviewer=world.staff("lin"), decision="ask", reasons=[reason],
            shown={}, at=world.at,
        )
        for number in range(1, count + 1)
    )  # fmt: skip


def test_twenty_rounds_of_one_application_are_one_case_and_tell_no_share(world, page):
    come_back(world, world.order("handled"), 25)
    cache.clear()
    shown = page("/why-returned/")
    assert "%" not in shown.split("<main")[1]
    assert "不足 20 份" in shown


def test_share_is_shown_from_twenty_applications_on(page):
    for total, expected in ((19, False), (20, True)):
        cache.set("returns", Returns(total, [ReasonCount("B01", total // 2, 0.5)]))
        assert ("退回的申请中占 50%" in page("/why-returned/")) is expected


@pytest.mark.parametrize("path", ["/", "/prices/"])
def test_pages_are_linked_from_everywhere(page, path):
    shown = page(path)
    assert 'href="/materials/"' in shown
    assert 'href="/why-returned/"' in shown


def test_use_that_is_a_telecom_business_lists_the_licence(page):
    """MIIT 452 (七)三."""
    licence = SLOTS["telecom_licence"].zh
    assert licence in page("/materials/", **(ASKED | {"use": "call_centre"}))
    assert licence not in page("/materials/", **ASKED)
