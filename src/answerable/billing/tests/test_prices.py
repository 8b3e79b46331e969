"""What a number costs over its term, line by line."""

import pytest

from answerable.billing.prices import yuan
from answerable.billing.queries import packages, price_of, prices


@pytest.mark.parametrize(
    ("grade", "total_fen", "minimum_fen", "lines"),
    [
        ("normal", 120_000, 10_000, 1),
        ("good", 170_000, 12_500, 2),
        ("fine", 320_000, 20_000, 2),
        ("premium", 1_100_000, 50_000, 2),
    ],
)
def test_price_is_the_minimum_over_the_term_and_the_choosing_fee_once(world, grade, total_fen, minimum_fen, lines):
    price = price_of(grade, world.package())
    assert (price.total_fen, price.monthly_minimum_fen, len(price.lines)) == (total_fen, minimum_fen, lines)


def test_renewal_has_no_choosing_fee(world):
    assert price_of("premium", world.package(), is_renewal=True).total_fen == 600_000


def test_all_grades_are_priced_alike_in_one_query(world, django_assert_num_queries):
    package = world.package()
    with django_assert_num_queries(1):
        found = prices(package)
    assert found == {grade: price_of(grade, package) for grade in ("normal", "good", "fine", "premium")}


def test_package_that_is_not_on_sale_yet_is_not_offered(world):
    package = world.package("basic")
    package.effective_from = world.at.date().replace(day=11)
    package.save()
    assert [p.pk for p in packages(world.at.date())] == ["standard"]


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (5, "0.05"), (120_000, "1200.00"), (123_456_789, "1234567.89")])
def test_fen_are_written_as_yuan(fen, text):
    assert yuan(fen) == text
