"""A consistent dossier passes every check; each fault is found once, with its reason, and nothing else is."""

from dataclasses import replace
from datetime import date

import pytest

from answerable.verification.checks import REGISTRY, DossierFacts, Finding, Upload, run_all
from answerable.verification.checks.bill import months_before
from answerable.verification.checks.facts import Claims, Required
from answerable.verification.checks.tests.cast import (
    ADDRESS,
    CODE,
    HANDLER,
    NAME,
    OTHER_CODE,
    PERSON,
    REGISTER,
    TODAY,
    claims,
    codes,
    dossier,
    field,
    id_emblem,
    id_portrait,
    made_id,
    only,
    outcomes,
    reading,
    readings,
    seal,
    with_fields,
)  # fmt: skip
from answerable.verification.reading import QR, Box, Quality
from answerable.verification.reasons import REASONS

ONLY_FLAG = {"same_file", "same_seal", "licence_confirmed", "document_kind", "licence_edition", "outbound", "blacklist", "channel",
             "real_person", "clocks"}  # fmt: skip
ASK_FOR_MORE = {"acceptance", "call_back", "completeness", "hand_held", "line_carrier", "line_owner", "orientation", "quota", "sector", "template",
                "watermark"}  # fmt: skip
"""Checks with nothing to say about this dossier: what they look at is in other papers, policies, or pictures alone."""


def test_consistent_dossier_passes_every_check() -> None:
    found = run_all(dossier())
    assert {f.outcome for f in found} == {"pass"}
    assert set(REGISTRY) - {f.check for f in found} == ONLY_FLAG | ASK_FOR_MORE


def test_empty_dossier_asks_for_every_paper_and_nothing_breaks() -> None:
    empty = DossierFacts(claims=Claims(), judged_on=TODAY, required=tuple(Required(s) for s in readings()))
    assert codes(empty) == ["B01", "I01", "I01", "I01", "I01", "L01", "L12", "U02", "D01"]


def test_findings_survive_json_and_say_what_to_do() -> None:
    for finding in run_all(dossier(papers={"licence": None})):
        assert Finding.from_dict(finding.to_dict()) == finding
        if finding.code:
            assert finding.fix_zh == REASONS[finding.code].fix_zh


def paper_faults() -> dict[str, tuple[str, DossierFacts]]:
    licence = readings()["licence"]
    grey = Quality(0.98, 200, 300.0, 0.8, False)
    spoiled = Quality(0.6, 200, 300.0, 0.8, True)
    letter = readings()["authorisation_letter"]
    bill = readings()["destination_proof"]
    old = reading("business_licence", {"registration_no": field("110105012345678")}, notes=("old_edition",))
    return {
        "licence is missing": ("B01", dossier(papers={"licence": None})),
        "letter is in the licence's slot": ("B01", dossier(papers={"licence": reading("contract", {})})),
        "file cannot be opened": ("X01", replace(dossier(), uploads=(*dossier().uploads, Upload("handler_photo", state="failed")))),
        "licence is blurred": ("B04", dossier(papers={"licence": replace(licence, quality=spoiled)})),
        "copy has no company seal": ("B02", dossier(papers={"licence": replace(licence, quality=grey)})),
        "QR contradicts print": ("B07", dossier(papers={"licence": replace(licence, qr=(QR("x", OTHER_CODE, Box(0, 0, 0, 0, 0)),))})),
        "term has ended": ("B09", dossier(papers=with_fields("licence", term=field("至2026年06月14日", "2026-06-14")))),
        "licence is of the old kind": ("B15", dossier(papers={"licence": old}, stated=claims(name="", legal_representative="", address="", use="产品售后报修和安装预约"), register=None)),
        "ID side is missing": ("I01", dossier(papers={"rep_id_emblem": None})),
        "same side twice": ("I01", dossier(papers={"rep_id_emblem": id_portrait(PERSON, claims().representative_id_number)})),
        "sides are exchanged": ("I02", dossier(papers={"rep_id_portrait": id_emblem(), "rep_id_emblem": id_portrait(PERSON, claims().representative_id_number)})),
        "ID has expired": ("I03", dossier(papers={"handler_id_emblem": id_emblem("2006.06.14-2026.06.14", "2026-06-14")})),
        "ID is not valid yet": ("I03", dossier(papers={"handler_id_emblem": id_emblem("2026.06.16-2046.06.16", "2046-06-16")})),
        "card is temporary": ("I12", dossier(papers={"handler_id_portrait": reading("id_temporary", {})})),
        "letter is missing": ("L01", dossier(papers={"authorisation_letter": None})),
        "letter names another": ("L03", dossier(papers=with_fields("authorisation_letter", handler=field("赵立新")))),
        "commitment names a person": ("L04", dossier(papers=with_fields("commitment", user=field("吴雪梅")))),
        "letter has no seal": ("L05", dossier(papers={"authorisation_letter": replace(letter, seals=())})),
        "letter bears another's seal": ("L06", dossier(papers={"authorisation_letter": replace(letter, seals=(seal(text="上海远通建材有限公司"),))})),
        "letter bears a finance seal": ("L06", dossier(papers={"authorisation_letter": replace(letter, seals=(seal(text=NAME + "财务专用章"),))})),
        "bill is old": ("D02", dossier(papers=with_fields("destination_proof", billed=field("2026年03月14日", "2026-03-14")))),
        "bill has no carrier's seal": ("D03", dossier(papers={"destination_proof": replace(bill, seals=())})),
        "bill has no holder": ("D03", dossier(papers=with_fields("destination_proof", holder=None))),
        "bill is masked": ("D04", dossier(papers=with_fields("destination_proof", holder=field("北京****有限公司")))),
        "bill is another's": ("D10", dossier(papers=with_fields("destination_proof", holder=field("上海远通建材有限公司")))),
        "bill is for another line": ("D01", dossier(papers=with_fields("destination_proof", line=field("01065549999")))),
        "same file elsewhere": ("X02", replace(dossier(), uploads=tuple(replace(u, also_used_by=int(u.slot == "commitment")) for u in dossier().uploads))),
    }  # fmt: skip


@pytest.mark.parametrize("fault", paper_faults())
def test_fault_of_a_paper_is_found_with_its_reason_alone(fault: str) -> None:
    code, facts = paper_faults()[fault]
    assert only(facts, code).fix_en


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"use": ""}, "U01"),
        ({"use": "客服热线"}, "U01"),
        ({"use": "用于外呼客户做电话营销"}, "U04"),
        ({"script": "您好，请加 微 信 领取资料"}, "U03"),
        ({"industry": "小额贷款服务"}, "E05"),
        ({"handler_id_number": made_id("11010519900202124")[:17] + "0"}, "I04"),
    ],
)
def test_fault_of_the_form_is_found(changed: dict[str, str], code: str) -> None:
    assert code in codes(dossier(stated=claims(**changed)))


def test_use_that_says_it_does_not_call_out_is_no_outbound_use() -> None:
    assert codes(dossier(stated=claims(use="只接听产品售后报修，不外呼"))) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("17012345678", "D06"), ("17112345678", "D06"), ("1790901065541234", "D07"), ("4008123456", "D14"),
        ("95588", "D14"), ("10086", "D14"), ("+85223456789", "D14"), ("65541234", "D14"), ("13800138000", "D16"),
    ],
)  # fmt: skip
def test_line_that_may_not_be_a_destination_is_refused_with_its_reason(line: str, code: str) -> None:
    from answerable.verification.checks import DestinationClaim

    stated = claims(destinations=(DestinationClaim(line),))
    found = [f.code for f in run_all(dossier(stated=stated)) if f.check == "destination_kind"]
    assert found == [code]


def test_mobile_is_taken_after_a_fixed_line_where_policy_allows_it() -> None:
    from answerable.verification.checks import DestinationClaim, Policy

    stated = claims(destinations=(DestinationClaim("010-65541234"), DestinationClaim("13800138000")))
    allowed = dossier(stated=stated, policy=Policy(mobile_destinations=True))
    assert outcomes(allowed, "destination_kind") == ["pass", "pass"]
    assert outcomes(dossier(stated=stated), "destination_kind") == ["pass", "flag"]


@pytest.mark.parametrize(
    ("claim", "other", "code"),
    [("name", "北京示例华端科技有限公司", "B10"), ("legal_representative", "赵立新", "B12"), ("address", "北京市朝阳区中山路89号", "B13")],
)  # fmt: skip
def test_claim_that_differs_from_licence_and_register_is_flagged_for_both(claim: str, other: str, code: str) -> None:
    found = [f.code for f in run_all(dossier(stated=claims(**{claim: other}))) if f.check in REGISTRY and f.code]
    assert found.count(code) == 2


def test_claim_filled_from_the_picture_is_never_evidence() -> None:
    origins = dict.fromkeys(("name", "legal_representative", "address"), "filled_from_picture")
    stated = claims(provenance=origins)
    for check in ("licence_name", "representative", "address"):
        assert outcomes(dossier(stated=stated), check) == ["cannot_tell", "pass"]
        assert outcomes(dossier(stated=stated, register=None), check) == ["cannot_tell"]


def test_credit_code_filled_from_the_picture_is_not_compared_with_it() -> None:
    stated = claims(provenance={"credit_code": "filled_from_picture"})
    assert outcomes(dossier(stated=stated), "credit_code") == ["pass", "pass"]
    assert outcomes(dossier(), "credit_code") == ["pass", "pass", "pass"]


def test_wrong_credit_code_is_found_alone_and_against_the_licence() -> None:
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    found = [f for f in run_all(dossier(stated=claims(credit_code=wrong))) if f.check == "credit_code"]
    assert [(f.outcome, f.code) for f in found] == [("flag", "B11"), ("pass", None), ("flag", "B11")]
    assert found[2].box == readings()["licence"].fields["code"].box


def test_licence_older_than_the_register_is_not_the_newest() -> None:
    newer = replace(REGISTER, legal_representative="赵立新")
    assert "B08" in codes(dossier(register=newer))


@pytest.mark.parametrize(("status", "outcome"), [("注销", "flag"), ("吊销，未注销", "flag"), ("经营异常", "flag"), ("在业", "pass"), ("？", "cannot_tell")])  # fmt: skip
def test_status_in_the_register_decides_whether_the_organisation_exists(status: str, outcome: str) -> None:
    assert outcomes(dossier(register=replace(REGISTER, status=status)), "register_status") == [outcome]


def test_missing_register_row_is_never_held_against_the_applicant() -> None:
    assert codes(dossier(register=None)) == []
    assert outcomes(dossier(register=None), "register_status") == ["cannot_tell"]


def test_difference_the_engine_is_unsure_of_is_left_to_a_person() -> None:
    unsure = with_fields("licence", name=field("北京示例华端科技有限公司", confidence=0.8))
    assert outcomes(dossier(papers=unsure), "licence_name") == ["cannot_tell", "pass"]


def test_brackets_and_width_are_no_difference() -> None:
    stated = claims(name="华瑞（北京）科技有限公司")
    same = with_fields("licence", name=field("华瑞(北京)科技有限公司"))
    assert outcomes(dossier(stated=stated, papers=same, register=None), "licence_name") == ["pass"]


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [("朝阳区中山路88号6号楼301室", "pass"), (ADDRESS.replace("6号楼", "6幢"), "cannot_tell"), ("北京市海淀区学院路5号", "flag")],
)  # fmt: skip
def test_address_is_compared_as_people_write_it(seen: str, outcome: str) -> None:
    facts = dossier(papers=with_fields("licence", address=field(seen)), register=None)
    assert outcomes(facts, "address") == [outcome]


def test_last_day_of_a_term_still_counts() -> None:
    today = field("至2026年06月15日", TODAY.isoformat())
    assert outcomes(dossier(papers=with_fields("licence", term=today)), "licence_term") == ["pass"]


def test_licence_without_a_term_has_no_end() -> None:
    assert outcomes(dossier(papers=with_fields("licence", term=None)), "licence_term") == ["pass"]


def test_emblem_and_registrar_are_never_the_applicants_seal() -> None:
    grey = replace(readings()["licence"], quality=Quality(0.98, 200, 300.0, 0.8, False))
    flag = only(dossier(papers={"licence": grey}), "B02")
    assert flag.read == "emblem, registrar"


def test_seal_that_cannot_be_read_is_left_to_a_person() -> None:
    faint = replace(readings()["commitment"], seals=(seal(text="北京", confidence=0.4),))
    assert outcomes(dossier(papers={"commitment": faint}), "seals") == ["pass", "pass", "cannot_tell"]


def test_legal_representative_needs_no_letter() -> None:
    alone = claims(role="legal_representative", handler_name="", handler_id_number="")
    gone = dict.fromkeys(("handler_id_portrait", "handler_id_emblem", "authorisation_letter"))
    required = tuple(Required(slot) for slot in readings() if slot not in gone)
    assert codes(dossier(stated=alone, papers=gone, required=required)) == []


def test_letter_is_asked_for_even_where_the_requirement_set_forgot_it() -> None:
    required = tuple(Required(slot) for slot in readings() if slot != "authorisation_letter")
    assert only(dossier(papers={"authorisation_letter": None}, required=required), "L01").check == "letter"


def test_no_id_number_is_shown_in_full() -> None:
    stated = claims(handler_id_number=made_id("11010519900202999"))
    for finding in run_all(dossier(stated=stated)):
        if finding.check == "id_number":
            assert "*" in finding.read


def test_upload_being_read_is_said_and_judges_nothing() -> None:
    waiting = replace(dossier(), uploads=tuple(Upload(slot, state="waiting") for slot in readings()))
    assert codes(waiting) == []
    assert outcomes(waiting, "required_set") == ["pass"] + ["cannot_tell"] * len(readings())


def test_pages_are_counted_over_all_uploads_of_a_slot() -> None:
    needs = (*dossier().required, Required("contract", 2))
    page = Upload("contract", reading("contract", {}, seal()))
    assert codes(replace(dossier(required=needs), uploads=(*dossier().uploads, page))) == ["L11"]
    assert codes(replace(dossier(required=needs), uploads=(*dossier().uploads, page, page))) == []


def test_three_months_before_the_end_of_may_is_the_end_of_february() -> None:
    assert months_before(date(2026, 5, 31), 3) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 3) == date(2025, 10, 15)


def test_applicant_is_never_told_what_gave_a_forgery_away() -> None:
    forged = replace(readings()["licence"], qr=(QR("x", OTHER_CODE, Box(0, 0, 0, 0, 0)),))
    flag = only(dossier(papers={"licence": forged}), "B07")
    shown = flag.for_applicant()
    assert (flag.read, shown.read, shown.expected, shown.box) == (OTHER_CODE, "", "", None)
    assert "二维码" not in shown.text_zh
    plain_flag = only(dossier(papers={"licence": None}), "B01")
    assert plain_flag.for_applicant() == plain_flag


def test_claims_survive_json() -> None:
    stated = claims(provenance={"name": "register"})
    assert Claims.from_dict(stated.to_dict()) == stated
    assert HANDLER in str(stated.to_dict())
