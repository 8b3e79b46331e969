"""A holder is asked to verify again at one of three levels (Anti-Telecom-Fraud Law art. 11), and paused at the deadline."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction

from answerable.gate.decide import Call, Connect, decide
from answerable.numbers.models import Destination, Number
from answerable.numbers.queries import who_answers
from answerable.orders import actions as orders
from answerable.orders.models import Order
from answerable.parties.actions import send_sms_code, use_code
from answerable.parties.errors import CodeWrong, NotPermitted
from answerable.parties.models import Membership, SmsCode
from answerable.parties.notices import render
from answerable.parties.sms import gateway
from answerable.routing.compile import compile_numbers
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.verification import actions, errors
from answerable.verification.actions.counter import originals
from answerable.verification.actions.recheck import end_of_day
from answerable.verification.models import Dossier, Recheck
from answerable.verification.rechecks import standing, standings
from answerable.verification.slots import required

DAY = dt.timedelta(days=1)
BY = system("test")


@pytest.fixture
def order(world):
    return world.order("working")


@pytest.fixture
def ask(world, order):
    """Have the risk officer ask something of Hua's number."""

    def ask(level=1, ground="risk", **more):
        asked = {"ground": ground, "reason": "COMPLAINT", "level": level, "by": world.staff("sun"), "at": world.at}
        return actions.ask(world.number(world.plain), **(asked | more))

    return ask


def verdict(world, at):
    """Decide a call on the published record alone, as a gate does whose control plane is dead."""
    record = compile_numbers([world.plain])[world.plain]
    return decide(record, Call("trunk", ("13800138000",), True), at.timestamp(), at.timestamp(), False)


def code_of(person):
    found = re.search(r"\d{6}", gateway().newest(person.mobile) or "")
    assert found is not None
    return found[0]


@pytest.fixture
def sms(world, django_capture_on_commit_callbacks):
    """Have a code sent for something, and read it."""

    def sms(one, person=None, at=None):
        person = person or world.hua
        with django_capture_on_commit_callbacks(execute=True):
            actions.send_code(one, person=person, at=at or world.at)
        return code_of(person)

    return sms


def answer_by_papers(world, one, *, in_person):
    """Fill, submit and have reviewed what a requirement asks for."""
    dossier = actions.begin_papers(one, person=world.hua, at=world.at)
    if dossier.kind == "holder":
        actions.confirm_handler(
            dossier, name=dossier.enterprise.legal_representative, id_number=world.id_number(), was_filled=False, person=world.hua, at=world.at,
        )  # fmt: skip
        world.consent(dossier)
    for one_asked in required(dossier):
        world.paper_row(world_order(world), one_asked.slot, dossier).save(force_insert=True)
    dossier.refresh_from_db()
    world.call_back(dossier)
    actions.submit(dossier, person=world.hua, at=world.at)
    if in_person:
        handle(world, dossier)
    for username in ("lin", "zhou"):
        dossier = world.decide(Dossier.objects.get(pk=dossier.pk), username)
    return dossier


def world_order(world):
    return Order.objects.get(number=world.plain, kind="new")


def handle(world, dossier):
    actions.handle(
        dossier, staff=world.staff("chen"), originals_seen=originals(dossier), id_reader=world.card(world_order(world)), site_photo=world.jpeg,
        acceptance_form=world.jpeg, at=world.at,
    )  # fmt: skip


def test_number_works_until_the_deadline_and_pauses_by_itself_after_it(world, ask):
    one = ask()
    assert isinstance(verdict(world, one.deadline - dt.timedelta(seconds=1)), Connect)
    refused = verdict(world, one.deadline)
    assert refused.refusal.code == "NOT_VERIFIED"


def test_published_end_is_the_earlier_of_verification_and_deadline(world, ask):
    one = ask()
    assert compile_numbers([world.plain])[world.plain]["verified_until"] == int(one.deadline.timestamp())
    Number.objects.filter(pk=world.plain).update(verified_until=one.deadline - DAY)
    assert compile_numbers([world.plain])[world.plain]["verified_until"] == int((one.deadline - DAY).timestamp())


def test_number_never_verified_does_not_become_so_by_a_requirement(world, ask):
    one = ask()
    assert Number(verified_until=None, recheck_until=one.deadline).in_force_until is None


def test_standing_tells_currently_eventually_and_past_due_with_deadline_and_reason(world, ask):
    soon, later = ask(), ask(ground="yearly", level=2, due_at=world.at + 10 * DAY)
    now = standing(world.plain, at=world.at)
    assert (now.currently_due, now.eventually_due, now.past_due) == ([soon], [later], [])
    assert (now.deadline, now.disabled_reason) == (soon.deadline, "")
    after = standing(world.plain, at=soon.deadline)
    assert (after.past_due, after.currently_due, after.disabled_reason) == ([soon], [later], "RECHECK_FAILED")
    assert after.remedy[0] == "重新核验通知中列出的材料"


def test_expired_papers_are_named_as_the_reason_of_the_pause(world, ask):
    one = ask(ground="expiring", level=2)
    assert standing(world.plain, at=one.deadline).disabled_reason == "DOCS_EXPIRED"


def test_standings_of_many_numbers_are_one_query(world, ask, django_assert_num_queries):
    ask()
    with django_assert_num_queries(1):
        found = standings([world.plain, world.second, world.third], at=world.at)
    assert [len(found[n].all) for n in (world.plain, world.second, world.third)] == [1, 0, 0]


def test_holder_is_told_ground_what_to_do_and_whom_to_ask(world, ask):
    """Anti-Telecom-Fraud Law art. 32: reason, channel, documents."""
    one = ask()
    notice = world.hua.notices.get(code="RECHECK_ASKED")
    for language, text in (("zh-hans", "风控要求重新核验"), ("en", "Asked by the risk officer")):
        said = render(notice, language)
        assert text in said
        assert "4008000400" in said
        assert "—" not in said
    assert notice.link == f"/console/rechecks/{one.pk}/"


def test_proven_handler_fulfils_level_one_with_a_code_and_prolongs_nothing_else(world, ask, sms):
    one = ask()
    before = world.number(world.plain).verified_until
    actions.confirm_by_code(one, sms(one), person=world.hua, at=world.at)
    number = world.number(world.plain)
    assert (number.recheck_until, number.verified_until) == (None, before)
    one.refresh_from_db()
    assert (one.state, one.sms_code.about) == ("fulfilled", f"recheck:{one.pk}")
    assert Fact.objects.filter(what="recheck.fulfilled", number=world.plain).count() == 1


def test_what_comes_after_the_deadline_brings_the_number_back_without_another_step(world, ask, sms):
    one = ask()
    late = one.deadline + DAY
    assert verdict(world, late).refusal.code == "NOT_VERIFIED"
    actions.confirm_by_code(one, sms(one, at=late), person=world.hua, at=late)
    assert isinstance(verdict(world, late), Connect)


def test_code_of_a_sign_in_fulfils_nothing(world, ask, django_capture_on_commit_callbacks):
    one = ask()
    with django_capture_on_commit_callbacks(execute=True):
        send_sms_code(world.hua.mobile, at=world.at)
    with pytest.raises(CodeWrong):
        actions.confirm_by_code(one, code_of(world.hua), person=world.hua, at=world.at)


def test_code_of_a_requirement_signs_nobody_in(world, ask, sms):
    code = sms(ask())
    with pytest.raises(CodeWrong):
        use_code(world.hua.mobile, code, at=world.at)


def test_stranger_gets_no_code(world, ask):
    with pytest.raises(errors.NotTheHolders):
        actions.send_code(ask(), person=world.zhao, at=world.at)


@pytest.mark.parametrize("level", [2, 3])
def test_code_is_not_enough_for_papers(world, ask, level):
    with pytest.raises(errors.NotByCode):
        actions.send_code(ask(level), person=world.hua, at=world.at)


@pytest.mark.parametrize(("level", "in_person"), [(2, False), (2, True), (3, True)])
def test_two_reviewers_approval_of_the_papers_fulfils(world, ask, level, in_person):
    one = ask(level)
    if in_person and level == 2:
        ask(3, ground="complaint")
    dossier = answer_by_papers(world, one, in_person=in_person)
    one.refresh_from_db()
    assert (one.state, one.dossier_id, dossier.state) == ("fulfilled", dossier.pk, "approved")
    assert world.number(world.plain).recheck_until is None
    assert isinstance(verdict(world, one.deadline), Connect)


def test_in_person_is_not_answered_by_papers_alone(world, ask):
    with pytest.raises(errors.NotHandled):
        answer_by_papers(world, ask(3), in_person=False)


def test_number_works_while_its_papers_are_replaced(world, ask):
    actions.begin_papers(ask(2), person=world.hua, at=world.at)
    assert isinstance(verdict(world, world.at), Connect)


def test_papers_that_nothing_asks_for_any_more_come_to_the_counter(world, ask, sms):
    one = ask()
    dossier = actions.begin_papers(one, person=world.hua, at=world.at)
    actions.confirm_by_code(one, sms(one), person=world.hua, at=world.at)
    dossier.refresh_from_db()
    assert dossier.needs_counter is True


def test_papers_begun_twice_are_one_dossier(world, ask):
    one = ask(2)
    assert actions.begin_papers(one, person=world.hua, at=world.at) == actions.begin_papers(
        one, person=world.hua, at=world.at
    )


def test_raised_level_calls_the_papers_under_way_to_the_counter(world, ask):
    """PIPL art. 24: to be stricter is a person's decision, with a reason that is kept."""
    one = ask(2)
    dossier = actions.begin_papers(one, person=world.hua, at=world.at)
    assert dossier.needs_counter is False
    actions.raise_level(one, 3, why="电话中自称他人", staff=world.staff("sun"), at=world.at)
    dossier.refresh_from_db()
    assert dossier.needs_counter is True
    fact = Fact.objects.get(what="recheck.raised")
    assert (fact.before, fact.after["level"], fact.who_kind) == ({"level": 2}, 3, "staff")


@pytest.mark.parametrize("level", [0, 1, 2, 4])
def test_level_is_never_lowered(world, ask, level):
    with pytest.raises(errors.LevelUnknown):
        actions.raise_level(ask(2), level, why="x", staff=world.staff("sun"), at=world.at)


def test_second_person_withdraws_with_a_reason_and_the_number_goes_on(world, ask):
    one = ask()
    with pytest.raises(errors.SecondPersonNeeded):
        actions.withdraw(one, why="误开", staff=world.staff("sun"), at=world.at)
    with pytest.raises(errors.WhyMissing):
        actions.withdraw(one, why=" ", staff=world.staff("zheng"), at=world.at)
    actions.withdraw(one, why="误开", staff=world.staff("zheng"), at=world.at)
    assert isinstance(verdict(world, one.deadline), Connect)
    with pytest.raises(errors.RecheckClosed):
        actions.withdraw(one, why="误开", staff=world.staff("wang"), at=world.at)


@pytest.mark.parametrize("username", ["chen", "lin", "qian", "gong"])
def test_nobody_else_asks_raises_or_withdraws(world, ask, username):
    one, staff = ask(2), world.staff(username)
    for deed in (
        lambda: ask(by=staff, ground="complaint"),
        lambda: actions.raise_level(one, 3, why="x", staff=staff, at=world.at),
        lambda: actions.withdraw(one, why="x", staff=staff, at=world.at),
    ):
        with pytest.raises(NotPermitted):
            deed()


def test_one_fulfilled_of_two_leaves_the_other_ones_deadline(world, ask, sms):
    first, second = ask(), ask(ground="complaint", deadline=end_of_day(world.at, 5))
    assert world.number(world.plain).recheck_until == second.deadline
    actions.confirm_by_code(second, sms(second), person=world.hua, at=world.at)
    assert world.number(world.plain).recheck_until == first.deadline


def test_same_thing_is_asked_once(world, ask):
    ask()
    with pytest.raises(errors.AskedAlready):
        ask()


def test_nothing_is_asked_of_a_number_nobody_holds(world, order):
    with pytest.raises(errors.NothingToAsk):
        actions.ask(
            world.number(world.second), ground="risk", reason="COMPLAINT", level=1, by=world.staff("sun"), at=world.at
        )


def test_release_ends_what_is_asked(world, ask):
    one = ask()
    orders.release(world.number(world.plain), person=world.hua, at=world.at)
    one.refresh_from_db()
    assert (one.state, world.number(world.plain).recheck_until) == ("ended", None)


def test_look_up_says_the_number_is_not_connected_after_the_deadline_and_who_answers_still(world, ask):
    one = ask()
    before, after = (who_answers(world.plain, at=t) for t in (one.deadline - DAY, one.deadline))
    assert (before.is_connected, after.is_connected, after.is_stopped, after.kind) == (True, False, True, "answered")


# a line


def test_line_lapses_at_the_deadline_unless_it_is_proven_anew(world, ask):
    """Carriers' requirement 2017: every destination is real-named."""
    one = ask(2, ground="carrier_changed", line=world.line)
    assert Destination.objects.get(line=world.line).proven_until == one.deadline
    assert verdict(world, one.deadline).refusal.code == "DESTINATION_NOT_PROVEN"
    assert standing(world.plain, at=one.deadline).disabled_reason == ""
    dossier = answer_by_papers(world, one, in_person=False)
    one.refresh_from_db()
    assert (dossier.kind, one.state) == ("destination", "fulfilled")
    assert Destination.objects.get(line=world.line).proven_until > one.deadline


def test_withdrawn_line_gets_its_former_end_back(world, ask):
    before = Destination.objects.get(line=world.line).proven_until
    one = ask(2, ground="complaint", line=world.line)
    actions.withdraw(one, why="误开", staff=world.staff("zheng"), at=world.at)
    assert Destination.objects.get(line=world.line).proven_until == before


# the database


def change(one, **fields):
    with transaction.atomic():
        Recheck.objects.filter(pk=one.pk).update(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"deadline": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)},
        {"level": 1},
        {"state": "fulfilled"},
        {"state": "withdrawn", "withdrawn_why": ""},
        {"enterprise": None},
    ],
)
def test_database_lets_nobody_put_off_weaken_or_fake(world, ask, fields):
    one = ask(2)
    with pytest.raises(IntegrityError):
        change(one, closed_at=world.at if "state" in fields else None, **fields)


def test_database_refuses_a_code_that_was_sent_for_something_else(world, ask, sms):
    one, other = ask(), ask(ground="complaint")
    actions.confirm_by_code(other, sms(other), person=world.hua, at=world.at)
    with pytest.raises(IntegrityError, match="no code"):
        change(one, state="fulfilled", closed_at=world.at, sms_code=SmsCode.objects.latest("id"))


def test_database_refuses_the_code_of_somebody_who_is_not_proven(world, ask, sms):
    one = ask()
    sms(one)
    code = SmsCode.objects.latest("id")
    SmsCode.objects.filter(pk=code.pk).update(used_at=world.at)
    Membership.objects.update(proven_at=None)
    with pytest.raises(IntegrityError, match="no code"):
        change(one, state="fulfilled", closed_at=world.at, sms_code=code)


def test_database_refuses_a_dossier_from_before(world, order, ask):
    one = ask(2, at=world.at + DAY)
    with pytest.raises(IntegrityError, match="no approved dossier"):
        change(one, state="fulfilled", closed_at=world.at + DAY, dossier=world.dossier(order))


def test_database_keeps_the_deadline_on_the_number_and_on_the_line(world, ask):
    ask()
    ask(2, ground="complaint", line=world.line)
    for rows, fields in (
        (Number.objects.filter(pk=world.plain), {"recheck_until": None}),
        (Destination.objects.filter(line=world.line), {"proven_until": world.at + 300 * DAY}),
    ):
        with pytest.raises(IntegrityError, match="is open until"), transaction.atomic():
            rows.update(**fields)


def test_database_approves_no_papers_alone_that_nobody_asked_for(world, ask):
    one = ask(2)
    dossier = actions.begin_papers(one, person=world.hua, at=world.at)
    with pytest.raises(IntegrityError, match=r"papers alone|two reviewers"), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(state="approved", verified_until=world.at)
    with pytest.raises(IntegrityError, match="papers_alone_open_no_number"), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(order_no="A1")
