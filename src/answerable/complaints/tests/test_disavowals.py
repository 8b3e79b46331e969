"""An organisation says that a number is not its hotline: who may, who contests, who decides, and what the public sees."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.complaints import disavowals, errors
from answerable.complaints.models import Disavowal
from answerable.numbers.models import Statement
from answerable.numbers.queries import who_answers
from answerable.parties.actions import know
from answerable.parties.errors import CreditCodeInvalid, NotPermitted
from answerable.parties.models import Membership
from answerable.trail.actors import system
from answerable.trail.models import Fact

LETTER = b"%PDF-1.7 sealed"
DAY = dt.timedelta(days=1)


@pytest.fixture
def zhaos(world):
    """Zhao is proven to act for a firm whose name Hua's number is passed off under."""
    firm = know(world.firm("zhao"), by=system("test"), at=world.at)
    Membership.objects.create(
        person=world.zhao, enterprise=firm, role="handler", since=world.at, proven_at=world.at
    )  # fmt: skip
    return firm


@pytest.fixture
def served(world):
    order = world.order("working")
    Membership.objects.filter(enterprise=order.enterprise).update(proven_at=world.at)
    return order


@pytest.fixture
def filed(world, served, zhaos):
    return disavowals.disavow(world.plain, zhaos, "网页上写成我司客服", person=world.zhao, at=world.at)


def shown(world, at=None):
    return [one.name for one in who_answers(world.plain, at=at or world.at).statements]


def test_claim_tells_both_sides_and_shows_nothing_yet(world, filed):
    assert {n.code for n in world.hua.notices.all()} == {"DISAVOWED"}
    assert {n.code for n in world.zhao.notices.all()} == {"DISAVOWAL_FILED"}
    assert (shown(world), filed.contest_until > world.at + 4 * DAY) == ([], True)


def test_upheld_claim_is_shown_from_then_until_it_is_taken_down(world, filed, zhaos):
    disavowals.contest(filed, "我司自有品牌", person=world.hua, at=world.at)
    disavowals.uphold(filed, "网页截图属实", staff=world.staff("sun"), at=world.at)
    assert shown(world) == [zhaos.name]
    disavowals.take_down(filed, staff=world.staff("zheng"), at=world.at)
    assert shown(world) == []
    codes = ["DISAVOWED", "DISAVOWAL_UPHELD", "DISAVOWAL_ENDED"]
    assert [n.code for n in world.hua.notices.order_by("pk")] == codes
    facts = Fact.objects.filter(what__startswith="disavowal.").order_by("pk").values_list("what", flat=True)
    assert list(facts) == [f"disavowal.{what}" for what in ("filed", "contested", "upheld", "ended")]


def test_claim_is_upheld_only_after_the_holder_contested_or_could_no_more(world, filed):
    sun = world.staff("sun")
    with pytest.raises(errors.NotContestableYet):
        disavowals.uphold(filed, "属实", staff=sun, at=filed.contest_until)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disavowal.objects.update(state="upheld", decided_by=sun, decided_at=world.at, answer="x")
    disavowals.uphold(filed, "属实", staff=sun, at=filed.contest_until + dt.timedelta(seconds=1))
    assert len(shown(world)) == 1


def test_rejected_claim_shows_nothing_and_says_why(world, filed):
    disavowals.reject(filed, "没有证据", staff=world.staff("sun"), at=world.at)
    assert (shown(world), Disavowal.objects.get().answer) == ([], "没有证据")
    with pytest.raises(errors.DisavowalDecided):
        disavowals.uphold(filed, "属实", staff=world.staff("zheng"), at=filed.contest_until + DAY)


def test_statement_about_the_number_in_other_hands_is_not_shown(world, served, zhaos):
    said = {"number_id": world.plain, "name": zhaos.name, "credit_code": zhaos.credit_code, "said_at": world.at}
    Statement.objects.create(holder=zhaos, about="disavowal:1", **said)
    assert shown(world) == []
    Statement.objects.create(holder=served.enterprise, about="disavowal:2", **said)
    assert shown(world) == [zhaos.name]


def test_statement_is_only_ended(world, served, zhaos):
    Statement.objects.create(
        holder=zhaos, about="disavowal:1", number_id=world.plain, name="x", credit_code="x", said_at=world.at
    )
    for deed in (lambda: Statement.objects.update(name="y"), lambda: Statement.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


@pytest.mark.parametrize("who", ["chen", "lin", "qian", "gong"])
def test_only_risk_and_compliance_decide_and_enter_letters(world, filed, who):
    staff = world.staff(who)
    for deed in (
        lambda: disavowals.reject(filed, "x", staff=staff, at=world.at),
        lambda: disavowals.take_down(filed, staff=staff, at=world.at),
        lambda: disavowals.letter_of(filed, staff=staff, at=world.at),
        lambda: disavowals.disavow_by_letter(
            world.plain, world.credit_code("trader"), "x", LETTER, staff=staff, at=world.at
        ),
    ):
        with pytest.raises(NotPermitted):
            deed()


def test_letter_is_sealed_and_decided_by_somebody_else(world, served):
    sun, zheng = world.staff("sun"), world.staff("zheng")
    code = world.credit_code("trader")
    made = disavowals.disavow_by_letter(world.plain, code, "书面声明", LETTER, staff=sun, at=world.at)
    assert LETTER not in bytes(made.letter)
    assert disavowals.letter_of(made, staff=zheng, at=world.at) == LETTER
    late = made.contest_until + DAY
    with pytest.raises(errors.EnteredByYou):
        disavowals.uphold(made, "属实", staff=sun, at=late)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disavowal.objects.update(state="upheld", decided_by=sun, decided_at=late, answer="x")
    disavowals.uphold(made, "属实", staff=zheng, at=late)
    assert shown(world) == [world.firm("trader").name]


@pytest.mark.parametrize("letter", [b"", b"PK", b"%PDF-" + b"x" * 15 * 1024 * 1024])
def test_letter_that_is_no_pdf_or_too_large_is_refused(world, served, letter):
    with pytest.raises(errors.LetterInvalid):
        disavowals.disavow_by_letter(
            world.plain, world.credit_code("trader"), "x", letter, staff=world.staff("sun"), at=world.at
        )
    with pytest.raises(CreditCodeInvalid):
        disavowals.disavow_by_letter(world.plain, "110", "x", LETTER, staff=world.staff("sun"), at=world.at)


def test_who_may_not_claim_is_told_why(world, served, zhaos):
    def claim(number=world.plain, firm=zhaos, text="x", person=world.zhao):
        return disavowals.disavow(number, firm, text, person=person, at=world.at)

    for wrong, error in (
        ({"person": world.hua}, errors.NotYourOrganisation), ({"firm": None}, errors.NotYourOrganisation),
        ({"firm": served.enterprise, "person": world.hua}, errors.DisavowedOwnNumber), ({"text": " "}, errors.DisavowalTextMissing),
        ({"number": "4008999999"}, errors.NumberNotOurs), ({"number": "110"}, errors.NumberNotOurs), ({"number": world.second}, errors.NobodyAnswersForIt),
    ):  # fmt: skip
        with pytest.raises(error):
            claim(**wrong)
    claim("400-800-1357")
    with pytest.raises(errors.DisavowedAlready):
        claim()
    made = Disavowal.objects.get()
    disavowals.uphold(made, "属实", staff=world.staff("sun"), at=made.contest_until + DAY)
    with pytest.raises(errors.DisavowedAlready):
        claim()


def test_holder_alone_contests_once_and_in_time(world, filed):
    with pytest.raises(errors.NotTheHolder):
        disavowals.contest(filed, "x", person=world.zhao, at=world.at)
    with pytest.raises(errors.ContestMissing):
        disavowals.contest(filed, " ", person=world.hua, at=world.at)
    with pytest.raises(errors.ContestTooLate):
        disavowals.contest(filed, "x", person=world.hua, at=filed.contest_until + DAY)
    disavowals.contest(filed, "我司自有品牌", person=world.hua, at=filed.contest_until)
    with pytest.raises(errors.ContestTooLate):
        disavowals.contest(filed, "再答辩", person=world.hua, at=world.at)
    for changes in ({"contest": "改了"}, {"text": "改了"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Disavowal.objects.update(**changes)


def test_organisation_takes_its_claim_back_open_or_shown(world, filed, zhaos):
    with pytest.raises(errors.NotYourOrganisation):
        disavowals.withdraw(filed, person=world.hua, at=world.at)
    disavowals.withdraw(filed, person=world.zhao, at=world.at)
    again = disavowals.disavow(world.plain, zhaos, "又见", person=world.zhao, at=world.at)
    disavowals.uphold(again, "属实", staff=world.staff("sun"), at=again.contest_until + DAY)
    disavowals.withdraw(again, person=world.zhao, at=world.at)
    assert (shown(world), Disavowal.objects.get(pk=filed.pk).state) == ([], "withdrawn")
    with pytest.raises(errors.DisavowalDecided):
        disavowals.withdraw(again, person=world.zhao, at=world.at)
