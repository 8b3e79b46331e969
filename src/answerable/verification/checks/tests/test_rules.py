"""Each reason that a rule or a table finds, with exactly that reason; with the pictures, every reason for a machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from answerable.lib import images
from answerable.verification.checks import (
    Account,
    Claims,
    Clocks,
    DestinationClaim,
    DossierFacts,
    Policy,
    Upload,
    run_all,
)
from answerable.verification.checks.tests.cast import PERSON, REGISTER, TODAY, claims, codes, dossier, readings
from answerable.verification.checks.tests.test_pictures import PICTURES
from answerable.verification.reasons import REASONS

YESTERDAY = date(2026, 6, 14)


def _account(**changed: object) -> DossierFacts:
    return dossier(account=Account(**changed))  # type: ignore[arg-type]


def _line(line: str, owner: str = "holder", **changed: object) -> DossierFacts:
    """The same firm with another line; its bill, which is for the first one, is left out."""
    stated = claims(destinations=(DestinationClaim(line, owner),))  # type: ignore[arg-type]
    facts = dossier(stated=stated, papers={"destination_proof": None}, **changed)
    return replace(facts, required=tuple(r for r in facts.required if r.slot != "destination_proof"))


def _refused(raw: bytes) -> DossierFacts:
    """A file as the door to the store refuses it."""
    try:
        images.admit(raw)
    except images.RefusedFile as refused:
        return replace(dossier(), uploads=(*dossier().uploads, Upload("lease", refused=refused.reason)))
    raise AssertionError("the file was admitted")


def _twice(**changed: int) -> DossierFacts:
    first, *rest = dossier().uploads
    return replace(dossier(), uploads=(replace(first, **changed), *rest))  # type: ignore[arg-type]


PERSON_APPLIES = DossierFacts(
    claims=Claims(name=PERSON, legal_representative=PERSON, role="legal_representative", use="产品售后报修和安装预约"),
    judged_on=TODAY,
)
RULES: dict[str, Callable[[], DossierFacts]] = {
    "E01": lambda: PERSON_APPLIES,
    "E02": lambda: dossier(register=replace(REGISTER, subject_type="sole_trader"), policy=Policy(accepted_subjects=("company",))),
    "E03": lambda: dossier(register=replace(REGISTER, capital_yuan=100_000), policy=Policy(minimum_capital_yuan=500_000)),
    "E04": lambda: dossier(register=replace(REGISTER, status="吊销，未注销")),
    "E05": lambda: dossier(stated=claims(industry="小额贷款服务"), policy=Policy(high_risk_industries=())),
    "E06": lambda: dossier(stated=claims(industry="民办学校，教育培训")),
    "E08": lambda: _account(numbers_held=5, quota=5),
    "E09": lambda: _account(blacklisted=("legal_representative",)),
    "E10": lambda: _account(pending=3, pending_limit=2),
    "E11": lambda: dossier(stated=claims(use="为其他企业经营呼叫中心，接听产品售后报修")),
    "E12": lambda: _account(channel="agent_of_an_agent"),
    "B14": lambda: _refused(b"MZ\x90"),
    "I13": lambda: dossier(stated=claims(handler_name="客服部经理", handler_id_number=""), papers=dict.fromkeys(_HANDLERS), required=()),
    "L01": lambda: dossier(papers={"authorisation_letter": None}),
    "L12": lambda: dossier(papers={"commitment": None}),
    "U01": lambda: dossier(stated=claims(use="客服热线")),
    "D06": lambda: _line("17012345678"),
    "D07": lambda: _line("1790901065541234"),
    "D08": lambda: _line("010-65541234", "affiliate"),
    "D09": lambda: _line("010-65541234", "staff"),
    "D11": lambda: _line("0755-26541234", policy=Policy(high_risk_industries=("软件",))),
    "D12": lambda: _line("0755-26541234", policy=Policy(off_site_needs_lease=True)),
    "D14": lambda: _line("4008123456"),
    "D15": lambda: _account(call_back="failed"),
    "D16": lambda: _line("13800138000"),
    "T01": lambda: dossier(clocks=Clocks(materials_until=YESTERDAY)),
    "T02": lambda: dossier(clocks=Clocks(top_up_until=YESTERDAY)),
    "T03": lambda: dossier(clocks=Clocks(real_name_until=YESTERDAY)),
    "T04": lambda: dossier(clocks=Clocks(papers_until=YESTERDAY)),
    "X01": lambda: _refused(b"\xff\xd8\xff\xe0broken"),
    "X02": lambda: _twice(also_used_by=1),
}  # fmt: skip
_HANDLERS = ("handler_id_portrait", "handler_id_emblem", "authorisation_letter")


@pytest.mark.parametrize("code", RULES)
def test_reason_is_found_by_a_rule_and_nothing_else_is(code: str) -> None:
    assert set(codes(RULES[code]())) - ({"L01"} if code == "I13" else set()) == {code}


def test_every_reason_for_a_machine_is_found_by_a_check_and_by_a_test() -> None:
    machine = {code for code, reason in REASONS.items() if reason.detect_by != "human"}
    assert set(RULES) | set(PICTURES) == machine
    assert (len(REASONS), len(machine)) == (81, 76)
    assert set(RULES) & set(PICTURES) == set()


def test_what_a_rule_asks_for_is_enough() -> None:
    lease = (
        Upload("lease"),
        Upload("office_photo"),
        Upload("owner_id"),
        Upload("staff_letter"),
        Upload("sector_licence"),
    )
    away = _line("0755-26541234", "staff", policy=Policy(off_site_needs_lease=True))
    assert codes(replace(away, uploads=(*away.uploads, *lease))) == []
    school = RULES["E06"]()
    assert codes(replace(school, uploads=(*school.uploads, *lease))) == []


def test_last_day_of_a_clock_still_counts() -> None:
    today = Clocks(materials_until=TODAY, top_up_until=TODAY, real_name_until=TODAY, papers_until=TODAY)
    assert codes(dossier(clocks=today)) == []


def test_same_paper_in_another_picture_is_found_too() -> None:
    assert codes(_twice(also_documents_of=2)) == ["X02"]


def test_consistent_account_says_so() -> None:
    fine = _account(numbers_held=4, quota=5, pending=2, pending_limit=2, call_back="passed", channel="web")
    assert {f.outcome for f in run_all(fine)} == {"pass"}


def test_line_in_the_firms_city_is_on_site_whatever_the_industry() -> None:
    facts = dossier(policy=Policy(high_risk_industries=("软件",), off_site_needs_lease=True))
    assert codes(facts) == []
    barred = Policy(high_risk_industries=("软件",), high_risk_areas=("010",))
    assert codes(dossier(policy=barred)) == ["D11"]


def test_readings_of_the_cast_are_untouched() -> None:
    assert codes(dossier()) == []
    assert set(readings()) >= set(_HANDLERS)
