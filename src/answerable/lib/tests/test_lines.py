import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.lib.lines import OPEN_RANGES, Line, classify, normalise_400, parse_400

FULL_WIDTH = str.maketrans("0123456789+-", "０１２３４５６７８９＋－")


@pytest.mark.parametrize(
    ("typed", "digits", "kind"),
    [
        ("010-6554 1234", "01065541234", "fixed"),
        ("（０１０）６５５４１２３４", "01065541234", "fixed"),
        ("+86 10 6554 1234", "01065541234", "fixed"),
        ("0086-755-86013388", "075586013388", "fixed"),
        ("0311 8602 1234", "031186021234", "fixed"),
        ("0852-8221234", "08528221234", "fixed"),
        ("+86 138 0013 8000", "13800138000", "mobile"),
        ("013800138000", "13800138000", "mobile"),
        ("170-1234-5678", "17012345678", "virtual_170"),
        ("171 1234 5678", "17112345678", "virtual_171"),
        ("16512345678", "16512345678", "virtual_other"),
        ("400-812-3456", "4008123456", "service_400"),
        ("+864008123456", "4008123456", "service_400"),
        ("8008101234", "8008101234", "service_400"),
        ("95588", "95588", "service_95"),
        ("01095588", "95588", "service_95"),
        ("9510 5105", "95105105", "service_95"),
        ("10086", "10086", "short"),
        ("110", "110", "short"),
        ("010-12345", "12345", "short"),
        ("10690123456789", "10690123456789", "short"),
        ("17909 01065541234", "1790901065541234", "voip"),
        ("+852 2345 6789", "+85223456789", "foreign"),
        ("001-212-555-0100", "0012125550100", "foreign"),
    ],
)
def test_line_is_folded_and_its_kind_named(typed: str, digits: str, kind: str) -> None:
    line = classify(typed)
    assert (line.digits, line.kind, line.problem) == (digits, kind, "")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("六五五四", "characters"),
        ("٠١٠٦٥٥٤١٢٣٤", "characters"),
        ("65541234", "area_code_missing"),
        ("010-655412345", "length"),
        ("0108554123", "length"),
        ("026-65541234", "area_code_unknown"),
        ("010-65541234转801", "extension"),
        ("138001380001", "length"),
    ],
)
def test_unusable_line_says_what_is_wrong(typed: str, problem: str) -> None:
    line = classify(typed)
    assert (line.kind, line.problem) == ("invalid", problem)


def test_fixed_line_tells_its_area_in_both_languages() -> None:
    line = classify("0755-86013388")
    assert (line.area_code, line.area_zh, line.area_en) == ("0755", "广东省深圳市", "Shenzhen, Guangdong")


def test_mobile_tells_its_first_carrier() -> None:
    assert classify("13800138000").carrier == "mobile"


@pytest.mark.parametrize(
    ("typed", "ranges", "kind"),
    [
        ("010-56001234", {"010560": "voip"}, "voip"),
        ("010-56001234", {"0105": "voip", "010560": "ordinary"}, "fixed"),
        ("010-56001234", {"0105": "ordinary", "010560": "voip"}, "voip"),
        ("19212345678", {"192": "virtual"}, "virtual_other"),
        ("19212345678", {"193": "virtual"}, "mobile"),
        ("16512345678", {"1651": "ordinary"}, "mobile"),
        ("16512345678", {"1652": "ordinary"}, "virtual_other"),
        ("17012345678", {"170": "ordinary"}, "virtual_170"),
        ("17112345678", {"17112345678": "ordinary"}, "virtual_171"),
        ("95588", {"95": "ordinary"}, "service_95"),
    ],
)
def test_longest_range_of_the_loaded_table_decides_but_for_what_the_law_names(typed, ranges, kind) -> None:  # type: ignore[no-untyped-def]
    """Carriers' requirement 2017: a 400 number never rings a line of 170 or 171."""
    assert classify(typed, ranges=ranges).kind == kind


@pytest.mark.parametrize(
    ("typed", "number", "kind", "carrier"),
    [
        ("400-812-3456", "4008123456", "open", "telecom"),
        ("４００－６１２－３４５６", "4006123456", "open", "unicom"),
        ("+86 400 012 3456", "4000123456", "open", "unicom"),
        ("0086 4001234567", "4001234567", "open", "mobile"),
        ("864007234567", "4007234567", "open", "mobile"),
        ("400 923 4567", "4009234567", "open", "telecom"),
        ("4005123456", "4005123456", "not_open", ""),
        ("400812345", "", "not_400", ""),
        ("40081234567", "", "not_400", ""),
        ("8008123456", "", "not_400", ""),
        ("<script>", "", "not_400", ""),
        ("", "", "not_400", ""),
    ],
)
def test_400_number_is_read_in_any_spelling(typed: str, number: str, kind: str, carrier: str) -> None:
    found = parse_400(typed)
    assert (found.number, found.kind, found.carrier) == (number, kind, carrier)
    assert normalise_400(typed) == (number or None)


@given(st.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(classify(text), Line)
    number = normalise_400(text)
    assert number is None or (len(number) == 10 and number.isascii() and number.isdigit())


@given(
    prefix=st.sampled_from(sorted(OPEN_RANGES)),
    rest=st.text("0123456789", min_size=6, max_size=6),
    lead=st.sampled_from(["", "+86", "0086", "+86 ", "86-"]),
    gaps=st.lists(st.sampled_from(["", " ", "-", "－", "　", "–"]), min_size=10, max_size=10),
    wide=st.booleans(),
)
def test_every_spelling_of_a_400_number_is_the_same_number(
    prefix: str, rest: str, lead: str, gaps: list[str], wide: bool
) -> None:
    number = prefix + rest
    typed = lead + "".join(digit + gap for digit, gap in zip(number, gaps, strict=True))
    assert normalise_400(typed.translate(FULL_WIDTH) if wide else typed) == number
    assert classify(typed).kind == "service_400"


@given(code=st.sampled_from(["010", "021", "0755", "0571"]), local=st.integers(20_000_000, 88_888_888))
def test_classifying_what_was_classified_changes_nothing(code: str, local: int) -> None:
    once = classify(f"{code}-{local}")
    assert classify(once.digits) == once
    assert once.kind == "fixed"
