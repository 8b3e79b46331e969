"""The call-back proof: the line rings, whoever answers hears a code, and only that code proves the line."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.lib import vault
from answerable.verification import errors
from answerable.verification.actions import (
    begin_callback,
    confirm_callback,
    end_callback,
    request_callback,
    set_line,
)
from answerable.verification.actions.callback import CODE_LASTS, LISTED, MOST_A_DAY, end_overdue_callbacks, put_back
from answerable.verification.evaluation import bars, evaluate
from answerable.verification.models import CallBack, Dossier, Review
from answerable.verification.queries import due_callbacks, is_called_back, lines_to_list


@pytest.fixture
def dossier(world):
    dossier = world.dossier(world.order("paid"))
    set_line(dossier, world.line, person=world.hua, at=world.at)
    return dossier


def ask(world, dossier, at=None):
    return request_callback(dossier, person=world.hua, at=at or world.at)


def ring(world, dossier, outcome="answered", at=None):
    callback = ask(world, dossier, at)
    code = begin_callback(callback, at=at or world.at)
    end_callback(callback, outcome, at=at or world.at)
    return code


def enter(world, dossier, code, after=dt.timedelta(0)):
    return confirm_callback(dossier, code, person=world.hua, at=world.at + after)


def other(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_code_that_was_heard_proves_the_line(world, dossier):
    code = ring(world, dossier)
    assert not is_called_back(dossier)
    enter(world, dossier, f" {code[:3]} {code[3:]} ")
    assert is_called_back(dossier)


def test_line_is_listed_at_the_gate_for_ten_minutes_or_until_the_call_ends(world, dossier):
    callback = ask(world, dossier)
    until = int((world.at + LISTED).timestamp())
    assert lines_to_list(world.at) == {world.line: until}
    assert lines_to_list(world.at + LISTED) == {}
    begin_callback(callback, at=world.at)
    assert lines_to_list(world.at) == {world.line: until}
    end_callback(callback, "answered", at=world.at)
    assert lines_to_list(world.at) == {}


def test_code_lies_nowhere(world, dossier):
    code = ring(world, dossier)
    callback = CallBack.objects.get()
    assert code not in "".join(str(value) for value in vars(callback).values())
    assert callback.code_hash == vault.keyed_hash(code, f"callback:{callback.pk}")


@pytest.mark.parametrize("outcome", ["busy", "ringing", "not_reached"])
def test_call_that_nobody_answered_leaves_no_code(world, dossier, outcome):
    code = ring(world, dossier, outcome)
    with pytest.raises(errors.CodeExpired):
        enter(world, dossier, code)


def test_code_ends_after_ten_minutes(world, dossier):
    code = ring(world, dossier)
    with pytest.raises(errors.CodeExpired):
        enter(world, dossier, code, CODE_LASTS)
    assert not is_called_back(dossier)


def test_five_wrong_tries_use_the_code_up(world, dossier):
    code = ring(world, dossier)
    for left in (4, 3, 2, 1):
        with pytest.raises(errors.CodeWrong) as wrong:
            enter(world, dossier, other(code))
        assert wrong.value.params["left"] == left
    for given in (other(code), code):
        with pytest.raises(errors.CodeExpired):
            enter(world, dossier, given)
    assert not is_called_back(dossier)


def test_older_calls_code_is_no_longer_taken(world, dossier):
    first = ring(world, dossier)
    second = ring(world, dossier)
    if first != second:
        with pytest.raises(errors.CodeWrong):
            enter(world, dossier, first)
    enter(world, dossier, second)
    assert is_called_back(dossier)


def test_line_is_called_three_times_a_day_whoever_asks(world, dossier):
    for _ in range(MOST_A_DAY):
        ring(world, dossier, "ringing")
    stranger = world.dossier(world.order("paid", world.third, person=world.zhao, firm="zhao"))
    set_line(stranger, world.line, person=world.zhao, at=world.at)
    for asking in (dossier, stranger):
        with pytest.raises(errors.CallBacksUsedUp):
            ask(world, asking)
    tomorrow = world.at + dt.timedelta(days=1)
    assert ask(world, dossier, tomorrow).state == "due"


def test_line_is_called_once_at_a_time(world, dossier):
    ask(world, dossier)
    with pytest.raises(errors.CallBackUnderWay):
        ask(world, dossier)


def test_no_call_without_a_line(world):
    with pytest.raises(errors.LineNotSet):
        ask(world, world.dossier(world.order("paid")))


def test_submitted_dossier_rings_nobody(world):
    with pytest.raises(errors.DossierClosed):
        ask(world, world.dossier(world.order("submitted")))


def test_one_caller_takes_a_call(world, dossier):
    callback = ask(world, dossier)
    assert begin_callback(callback, at=world.at) is not None
    assert begin_callback(callback, at=world.at) is None
    put_back(callback)
    assert list(due_callbacks(world.at)) == [callback]
    assert list(due_callbacks(world.at + LISTED)) == []


def test_another_line_needs_its_own_call(world, dossier):
    enter(world, dossier, ring(world, dossier))
    set_line(dossier, "02161234568", person=world.hua, at=world.at)
    assert not is_called_back(Dossier.objects.get())


def test_call_that_nobody_placed_is_our_fault_and_can_be_asked_for_again(world, dossier):
    ask(world, dossier)
    late = world.at + LISTED
    assert end_overdue_callbacks(at=late) == 1
    assert CallBack.objects.get().outcome == "not_placed"
    assert ask(world, dossier, late).state == "due"


def test_dossier_waits_for_the_call_back(world, dossier):
    assert "D15" in [f.code for f in bars(evaluate(Dossier.objects.get(), at=world.at))]
    enter(world, dossier, ring(world, dossier))
    assert "D15" not in [f.code for f in bars(evaluate(Dossier.objects.get(), at=world.at))]


def test_nothing_is_approved_without_it(world):
    order = world.order("handled")
    CallBack.objects.update(confirmed_at=None)
    world.review(order, "lin")
    with pytest.raises(errors.NotCalledBack):
        world.review(order, "zhou")
    assert world.dossier(order).state == "submitted"
    Review.objects.create(
        dossier=world.dossier(order), round=1, stage="carrier_review", reviewer=world.staff("zhou"), decision="approve",
        shown={}, at=world.at,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="not proven by a call-back"), transaction.atomic():
        Dossier.objects.update(state="approved", verified_until=world.at)


def test_database_confirms_only_an_answered_call(world, dossier):
    ring(world, dossier, "busy")
    with pytest.raises(IntegrityError, match="only_an_answered_call"), transaction.atomic():
        CallBack.objects.update(confirmed_at=world.at)


def test_page_leads_from_the_call_to_the_proof(world, dossier, browser):
    client, base = browser(world.hua), f"/console/dossiers/{dossier.pk}/"
    answer = client.post(f"{base}callback/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{base}#callback")
    assert "正在拨打" in client.get(base).content.decode()
    callback = CallBack.objects.get()
    code = begin_callback(callback, at=callback.requested_at)
    end_callback(callback, "answered", at=callback.requested_at)
    wrong = client.post(f"{base}callback/code/", {"code": other(code)})
    assert wrong.status_code == 422
    assert "还可再试 4 次" in wrong.content.decode()
    assert client.post(f"{base}callback/code/", {"code": code}).status_code == 302
    assert "这条线路有人接听" in client.get(base).content.decode()
