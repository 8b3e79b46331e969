"""An application comes back for three reasons, is mended picture by picture, and is approved by both stages."""

import re

import pytest

from answerable.numbers.models import Number
from answerable.verification.models import Document, Review
from answerable.verification.reasons import REASONS
from answerable.verification.specimens.make import make
from tests.cast import staff
from tests.pages.conftest import PHONE
from tests.pages.stage import applicant

pytestmark = pytest.mark.pages
WHY = {"licence": "B07", "commitment": "L05", "destination_proof": "D03"}
"""What is wrong with which paper: signs of editing, no seal, a bill too old."""
KINDS = {"licence": "business_licence", "commitment": "commitment", "destination_proof": "bill"}


def approve(page, dossier):
    """Claim, look and approve, with the keyboard."""
    page.goto(f"/desk/review/{dossier}/")
    page.get_by_role("button", name="领取审核").click()
    page.locator("#decide").wait_for()
    page.wait_for_load_state()  # the keys are heard once the script has run
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/review/")


def test_three_reasons_are_told_mended_and_approved(visit):
    one = applicant("handled")
    dossier = one.dossier.pk
    lin = visit(staff("lin"))
    lin.goto(f"/desk/review/{dossier}/")
    lin.get_by_role("button", name="领取审核").click()
    lin.get_by_label("要求补充").check()
    for code in WHY.values():
        lin.get_by_label(re.compile(f"^{code}")).check()
        assert lin.get_by_text(REASONS[code].staff_zh).is_visible()
    lin.get_by_label("给申请人的话").fill("三份材料请重新拍摄。")
    lin.get_by_role("button", name="提交意见").click()
    lin.wait_for_url("**/desk/review/")
    assert lin.get_by_role("heading", name="队列是空的").is_visible()  # it is the applicant's turn

    hua = visit(one.client, width=PHONE)
    hua.goto("/console/")
    hua.get_by_role("link", name="去处理").first.click()
    told = hua.get_by_role("alert").inner_text()
    assert "三份材料请重新拍摄。" in told
    for code in WHY.values():
        assert (
            code in told,
            REASONS[code].fix_zh in told,
            bool(REASONS[code].staff_zh),
            REASONS[code].staff_zh in told,
        ) == (True, True, True, False)
    for slot, kind in KINDS.items():
        jpeg = make(kind, {"name": one.entry.name}, seed=11).jpeg
        hua.locator(f"#file-{slot}").set_input_files({"name": f"{slot}.jpg", "mimeType": "image/jpeg", "buffer": jpeg})
        hua.locator(f"#state-{slot} progress").wait_for()
    Document.objects.filter(reading_state="waiting").update(reading_state="done")
    hua.reload()
    hua.get_by_role("button", name="提交材料").click()
    hua.get_by_text("已提交", exact=True).first.wait_for()

    approve(lin, dossier)
    approve(visit(staff("zhou")), dossier)
    one.follow()
    decisions = Review.objects.filter(dossier=dossier).order_by("id")
    assert list(decisions.values_list("round", "stage", "decision")) == [
        (1, "pre_check", "ask"), (2, "pre_check", "approve"), (2, "carrier_review", "approve")
    ]  # fmt: skip
    assert sorted(decisions[0].reasons) == sorted(WHY.values())
    shown = [document["id"] for document in decisions[2].shown["documents"]]
    replaced = Document.objects.filter(dossier=dossier, replaced_at__isnull=False)
    assert (replaced.count(), replaced.filter(pk__in=shown).count()) == (3, 0)
    assert Number.objects.get(pk=one.number).business_state in {"approved", "registered"}
    hua.goto(f"/console/dossiers/{dossier}/")
    assert hua.get_by_text("审核通过", exact=True).first.is_visible()
