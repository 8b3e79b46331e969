from pathlib import Path

import pytest

from answerable.verification.reasons import FILE, REASONS, load


def test_every_reason_says_what_to_do_in_both_languages() -> None:
    assert len(REASONS) == 81
    for reason in REASONS.values():
        assert reason.title_zh
        assert reason.title_en
        assert reason.fix("zh-hans") == reason.fix_zh != reason.fix("en")
        assert reason.staff_zh
        assert reason.staff_en
        assert reason.retry in {"yes", "no", "other_choice"}


def test_applicant_texts_never_name_the_list_or_the_other_applicant() -> None:
    for code in ("E09", "B07", "X02"):
        assert REASONS[code].staff_zh
        assert REASONS[code].staff_zh not in REASONS[code].fix_zh


def test_code_given_twice_is_noticed(tmp_path: Path) -> None:
    twice = tmp_path / "reasons.csv"
    text = FILE.read_text(encoding="utf-8").splitlines(keepends=True)
    twice.write_text(text[0] + text[1] + text[1], encoding="utf-8")
    with pytest.raises(ValueError, match="E01"):
        load(twice)
