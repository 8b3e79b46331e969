"""Numbers in the spellings that trunks use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.gate.spelling import national, shows_400


@pytest.mark.parametrize(
    "spelling",
    ["4008123456", "+864008123456", "00864008123456", "864008123456", "400-812-3456", "%2B864008123456", "400 8123456"],
)
def test_dialled_number_is_folded(spelling: str) -> None:
    assert national(spelling) == "4008123456"


@pytest.mark.parametrize(
    ("spelling", "folded"), [("01062345678", "01062345678"), ("8610", "8610"), ("", ""), ("x;y", "x")]
)
def test_what_is_no_400_number_stays_what_it_is(spelling: str, folded: str) -> None:
    assert national(spelling) == folded


@pytest.mark.parametrize(
    "shown",
    [
        "<sip:4008000000@c>;tag=1",
        "sip:4008000000@c",
        "<sip:+864008000000@c>",
        "<sip:0086-400-8000000@c>",
        "<sip:86 4008000000@c>".replace(" ", ""),
        "<SIP:04008000000@c>",
        "<sips:4008000000:secret@c>",
        "<tel:+86-400-800-0000>",
        "<sip:%34%30%308000000@c>",
        "<sip:+860400800000@c>",
        '"热线 400 800 0000" <sip:13800138000@c>',
        '"４００８００００００" <sip:13800138000@c>',
        "<sip:13800138000@c>, <tel:4008000000>",
        '"sip:x" <sip:4008000000@c>',
    ],
)
def test_caller_that_shows_a_400_number_is_seen(shown: str) -> None:
    assert shows_400(shown) is True


@pytest.mark.parametrize(
    "shown",
    [
        "<sip:13800138000@c>;tag=4008000000",
        "<sip:01040012345@c>",
        "<sip:+14008000000@c>",
        '"400 fans" <sip:13800138000@c>',
        "<sip:anonymous@anonymous.invalid>",
        "<sip:13840081234@400.example>",
        "",
    ],
)
def test_honest_caller_passes(shown: str) -> None:
    assert shows_400(shown) is False


@given(st.text(alphabet='4008613 <>"@;:=.+-siptel', max_size=40))
def test_short_way_of_one_address_says_what_the_long_way_says(header: str) -> None:
    assert shows_400(header) == shows_400(header + ",")
