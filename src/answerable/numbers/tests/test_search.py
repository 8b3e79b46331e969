"""Search the pool by pattern."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from answerable.numbers.patterns import grade, patterns
from answerable.numbers.queries import search


@pytest.mark.parametrize(
    ("number", "named", "graded"),
    [
        ("4008006688", ["AABB", "AA", "NO4"], "good"), ("4008002121", ["ABAB", "NO4"], "good"), ("4008009999", ["AAAA", "NO4"], "premium"),
        ("4009001234", ["ABCD"], "fine"), ("4009009876", ["ABCD", "NO4"], "fine"), ("4008001357", ["NO4"], "normal"),
        ("4008001888", ["AAA", "NO4"], "fine"), ("4008001355", ["AA", "NO4"], "normal"), ("4008000400", ["AA"], "normal"),
    ],
)  # fmt: skip
def test_patterns_and_grade_follow_from_the_last_four_digits(number, named, graded):
    assert (patterns(number), grade(number)) == (named, graded)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"pattern": "AABB"}, ["4008006688"]), ({"pattern": "ABAB"}, ["4008002121"]), ({"pattern": "AAAA"}, ["4008009999"]),
        ({"pattern": "ABCD"}, ["4009001234", "4009009876"]), ({"pattern": "ABCD", "no_4": True}, ["4009009876"]), ({"pattern": "ZZZZ"}, []),
        ({"contains": "0013"}, ["4000001357", "4001001359", "4008001357", "4009001359"]), ({"contains": "400"}, []),
        ({"ends_with": "2579"}, ["4006002579", "4008002579"]), ({"ends_with": "1357", "carrier": "telecom"}, ["4008001357"]),
        ({"contains": ".*"}, []), ({"ends_with": "%"}, []), ({"grade": "premium"}, ["4008009999"]), ({"grade": "golden"}, []),
        ({"carrier": "mobile"}, ["4001001359"]), ({"carrier": "nobody"}, []),
    ],
    ids=str,
)  # fmt: skip
def test_search_finds_what_was_asked_for(world, asked, found):
    assert [n.pk for n in search(**asked)] == found


def test_number_that_somebody_holds_is_not_offered(world):
    world.order("held", world.pool["AABB"])
    assert not search(pattern="AABB").exists()


def test_search_is_one_query_whatever_it_finds(world):
    for asked in ({"pattern": "AABB"}, {}):
        with CaptureQueriesContext(connection) as queries:
            assert [n.carrier.code for n in search(**asked)]
        assert len(queries) == 1
