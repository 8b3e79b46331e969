from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.lib.identifiers import (
    CODE_ALPHABET,
    id_check,
    make_credit_code,
    mask_but_tail,
    mask_id,
    organisation_check,
    read_credit_code,
    read_id_number,
)


def test_credit_code_with_both_check_characters_is_valid() -> None:
    code = read_credit_code("91110000600037341L")
    assert (code.problem, code.organisation_code, code.region) == ("", "600037341", "110000")


def test_letters_the_code_never_has_are_folded_and_reported() -> None:
    code = read_credit_code("9111OOOO6OOO37341L")
    assert (code.code, code.corrected, code.is_valid) == ("91110000600037341L", True, True)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("91110000600037341", "length"),
        ("", "length"),
        ("911100006000373411", "check_character"),
        ("91110000600037341*", "characters"),
        ("9111000060003734码", "length"),
        ("110108000012345", "length"),
    ],
)
def test_wrong_credit_code_says_why(typed: str, problem: str) -> None:
    assert read_credit_code(typed).problem == problem


def test_organisation_code_is_checked_inside_a_code_whose_own_check_holds() -> None:
    from stdnum.cn import uscc

    first = "91110000" + "60003734" + "2"
    assert organisation_check("60003734") == "1"
    assert read_credit_code(first + uscc.calc_check_digit(first)).problem == "organisation_code"


CODES = st.builds(
    make_credit_code,
    st.from_regex(r"91[1-6][0-9]{5}", fullmatch=True),
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8),
)


@given(CODES)
def test_made_codes_are_valid_in_any_spelling(code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert read_credit_code(code).is_valid
    assert read_credit_code(wide.lower()).code == code


@given(CODES, st.integers(2, 17), st.sampled_from(CODE_ALPHABET))
def test_one_changed_character_is_noticed(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert changed == code or not read_credit_code(changed).is_valid


@given(st.text(max_size=30))
def test_any_text_is_answered(text: str) -> None:
    read_credit_code(text)
    read_id_number(text)


def made_id(seventeen: str) -> str:
    return seventeen + id_check(seventeen)


def test_id_number_tells_birth_date_and_sex_and_no_place_is_checked() -> None:
    number = read_id_number(made_id("99999919900307123"))
    assert (number.problem, number.born, number.sex) == ("", date(1990, 3, 7), "male")


def test_id_number_check_digit_x_may_be_typed_small() -> None:
    seventeen = next(s for n in range(100, 400) if id_check(s := f"11010119900307{n}") == "X")
    assert read_id_number(seventeen + "x").is_valid


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("110101900307123", "length"),
        (made_id("11010119900230123"), "birth_date"),
        ("11010119900307123Z", "characters"),
    ],
)
def test_wrong_id_number_says_why(typed: str, problem: str) -> None:
    assert read_id_number(typed).problem == problem


def test_wrong_check_digit_of_an_id_number_is_found() -> None:
    right = made_id("11010119900307123")
    wrong = right[:17] + ("1" if right[17] != "1" else "2")
    assert read_id_number(wrong).problem == "check_digit"


def test_masked_number_keeps_three_and_two() -> None:
    assert mask_id("110101199003071234") == "110*************34"
    assert mask_id("123") == "***"


@pytest.mark.parametrize(
    ("number", "masked"), [("31011519800101001X", "*" * 14 + "001X"), ("1234", "****"), ("12345", "*2345"), ("", "")]
)
def test_all_but_the_tail_is_masked(number, masked):
    assert mask_but_tail(number) == masked
