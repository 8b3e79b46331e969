"""Papers are kept during service and two years after (MIIT Order 25), locked in between, then erased (PIPL 19, 47)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.lib import keystore
from answerable.lib.workdays import CHINA
from answerable.orders.actions import cancel, release
from answerable.parties.actions import actor_of
from answerable.parties.errors import NotPermitted
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.verification import actions, errors, queries
from answerable.verification.actions.documents import path_of
from answerable.verification.models import Document, DocumentView, Dossier, Erasure, Handling, LegalHold, Message
from answerable.verification.retention import keep_until

WORKER = system("worker")


@pytest.fixture
def kept(world):
    """A number that worked and was released, with one paper that is really sealed and one thing said."""
    order = world.order("working")
    dossier = world.dossier(order)
    keystore.destroy(keystore.dossier_key(dossier.pk))  # of an earlier test with the same id
    keystore.destroy(keystore.order_key(order.pk))
    Dossier.objects.filter(pk=dossier.pk).update(
        claims=keystore.seal_json({"handler_name": "华小样"}, keystore.dossier_key(dossier.pk), f"claims:{dossier.pk}")
    )
    paper = actions.store(
        world.jpeg, enterprise=order.enterprise, slot="site_photo", dossier=dossier, by=WORKER, at=world.at
    )
    actions.note(dossier, "电话里确认过", staff=world.staff("lin"), at=world.at)
    return paper


def give_up(world):
    release(world.number(world.plain), person=world.hua, at=world.at)


def after(at, *, years=0, days=0):
    return at.replace(year=at.year + years) + dt.timedelta(days=days)


def hold(world, **changes):
    asked = {
        "number": "", "agency": "示例市公安局（样本）", "document_no": "样公调字〔2026〕1号",
        "until": after(world.at, years=5).date(), "staff": world.staff("zheng"), "at": world.at,
    }  # fmt: skip
    return actions.place_hold(Dossier.objects.first().enterprise, **(asked | changes))


def test_nothing_is_dated_while_the_number_is_in_service(world, kept):
    assert not Document.objects.exclude(keep_until=None).exists()
    assert actions.erase_due(by=WORKER, at=after(world.at, years=9)) == 0


def test_release_dates_every_paper_of_the_number_two_years_on(world, kept):
    give_up(world)
    due = after(world.at.astimezone(CHINA), years=2)
    assert set(Document.objects.values_list("keep_until", flat=True)) == {due}
    assert set(Dossier.objects.values_list("keep_until", flat=True)) == {due}
    assert Fact.objects.get(what="privacy.locked").after == {"keep_until": due.isoformat(), "ended": "service"}


def test_application_that_never_came_to_service_is_kept_180_days(world):
    order = world.order("handled")
    cancel(order, by=actor_of(world.hua), at=world.at)
    until = set(Document.objects.values_list("keep_until", flat=True))
    assert until == {after(world.at, days=180)}


def test_papers_of_another_number_of_the_holder_stay_in_use(world, kept):
    other = world.order("working", world.second)
    give_up(world)
    assert set(Document.objects.filter(dossier=world.dossier(other)).values_list("keep_until", flat=True)) == {None}


def test_locked_papers_open_for_neither_applicant_nor_reviewer(world, kept):
    assert queries.document_of(world.hua, kept.pk) == queries.document_for_review(kept.pk) == kept
    give_up(world)
    dossier = Dossier.objects.get()
    assert queries.document_of(world.hua, kept.pk) is None
    assert queries.document_for_review(kept.pk) is None
    assert queries.for_review(dossier.pk) is None
    assert (queries.claims(dossier), queries.thread(dossier, internal=True), list(queries.documents(dossier))) == (
        {},
        [],
        [],
    )


def test_locked_paper_opens_for_compliance_on_a_legal_basis_that_is_written_down(world, kept):
    give_up(world)
    kept.refresh_from_db()
    seen = actions.view_locked(kept, page=0, basis="样公调字〔2026〕1号", staff=world.staff("zheng"), at=world.at)
    assert seen.startswith(b"\xff\xd8")
    assert DocumentView.objects.get().purpose == "依法调阅"
    assert Fact.objects.get(what="document.unlocked").after["basis"] == "样公调字〔2026〕1号"


@pytest.mark.parametrize("basis", ["", "  x ", "字" * 101])
def test_locked_paper_needs_a_basis(world, kept, basis):
    give_up(world)
    with pytest.raises(errors.NoLegalBasis):
        actions.view_locked(kept, page=0, basis=basis, staff=world.staff("zheng"), at=world.at)
    assert not DocumentView.objects.exists()


@pytest.mark.parametrize("who", ["lin", "chen", "gong", "sun"])
def test_locked_paper_opens_for_no_other_role(world, kept, who):
    give_up(world)
    with pytest.raises(NotPermitted):
        actions.view_locked(kept, page=0, basis="样公调字〔2026〕1号", staff=world.staff(who), at=world.at)


def test_erasure_destroys_keys_files_readings_statements_and_messages(world, kept):
    give_up(world)
    dossier, card = Dossier.objects.get(), bytes(Handling.objects.get().id_reader)
    old_copies = path_of(kept.pk).read_bytes(), bytes(dossier.claims), bytes(Message.objects.get().text)
    at = after(world.at, years=2, days=1)
    assert actions.erase_due(by=WORKER, at=at) == 1
    assert not path_of(kept.pk).exists()
    for owner, sealed, context in (
        (keystore.document_key(kept.pk), old_copies[0], f"document:{kept.pk}"),
        (keystore.dossier_key(dossier.pk), old_copies[1], f"claims:{dossier.pk}"),
        (keystore.dossier_key(dossier.pk), old_copies[2], f"message:{dossier.pk}"),
        (keystore.dossier_key(dossier.pk), card, f"id_reader:{dossier.pk}"),
    ):
        with pytest.raises(keystore.KeyGone):
            keystore.open_bytes(sealed, owner, context)
    dossier.refresh_from_db()
    assert (bytes(dossier.claims), bytes(Message.objects.get().text)) == (b"", b"")
    assert not keystore.has(keystore.order_key(dossier.order_no))
    done = Erasure.objects.get()
    assert (done.documents, done.dossiers, done.messages) == (Document.objects.count(), 1, 1)
    assert done.backups_gone_on == at.astimezone(CHINA).date() + dt.timedelta(days=31)
    assert Fact.objects.get(what="privacy.erased").after["backups_gone_on"] == done.backups_gone_on.isoformat()
    assert actions.erase_due(by=WORKER, at=at) == 0


def test_nothing_is_erased_a_moment_early(world, kept):
    give_up(world)
    assert actions.erase_due(by=WORKER, at=after(world.at, years=2) - dt.timedelta(seconds=1)) == 0
    assert keystore.has(keystore.document_key(kept.pk))


def test_erasure_that_failed_before_its_commit_is_written_down_by_the_next(world, kept):
    give_up(world)
    at = after(world.at, years=2)
    keystore.destroy(keystore.document_key(kept.pk))
    path_of(kept.pk).unlink()
    assert actions.erase_due(by=WORKER, at=at) == 1


def test_database_refuses_to_call_something_erased_before_its_day(world, kept):
    give_up(world)
    with pytest.raises(IntegrityError, match="document_is_erased_when_due"), transaction.atomic():
        Document.objects.filter(pk=kept.pk).update(erased_at=world.at)


def test_legal_hold_of_two_suspends_erasure_and_its_end_takes_two(world, kept):
    give_up(world)
    at = after(world.at, years=3)
    zheng, wang = world.staff("zheng"), world.staff("wang")
    placed = hold(world)
    with pytest.raises(errors.SecondPersonNeeded):
        actions.confirm_hold(placed, staff=zheng, at=world.at)
    actions.confirm_hold(placed, staff=wang, at=world.at)
    assert actions.erase_due(by=WORKER, at=at) == 0
    with pytest.raises(errors.HoldConflict):
        actions.end_hold(placed, staff=wang, at=at)
    actions.ask_end_of_hold(placed, staff=wang, at=at)
    assert actions.erase_due(by=WORKER, at=at) == 0
    with pytest.raises(errors.SecondPersonNeeded):
        actions.end_hold(placed, staff=wang, at=at)
    actions.end_hold(placed, staff=zheng, at=at)
    assert actions.erase_due(by=WORKER, at=at) == 1
    assert list(Fact.objects.filter(what__startswith="privacy.hold").values_list("what", flat=True).order_by("id")) == [
        f"privacy.hold_{what}" for what in ("placed", "confirmed", "end_asked", "ended")
    ]


def test_hold_on_one_number_keeps_that_numbers_papers_only(world, kept):
    other = world.order("working", world.second)
    give_up(world)
    release(world.number(world.second), person=world.hua, at=world.at)
    actions.confirm_hold(hold(world, number=world.plain), staff=world.staff("wang"), at=world.at)
    actions.erase_due(by=WORKER, at=after(world.at, years=2))
    left = set(Dossier.objects.filter(erased_at=None).values_list("number", flat=True))
    assert (left, world.dossier(other).erased_at is not None) == ({world.plain}, True)


def test_hold_that_ran_out_suspends_nothing(world, kept):
    give_up(world)
    placed = hold(world, until=after(world.at, years=1).date())
    actions.confirm_hold(placed, staff=world.staff("wang"), at=world.at)
    assert actions.erase_due(by=WORKER, at=after(world.at, years=2)) == 1


def test_database_refuses_erasure_under_a_hold_and_a_hold_of_one(world, kept):
    give_up(world)
    placed = hold(world)
    with pytest.raises(IntegrityError, match="two_people_place"), transaction.atomic():
        LegalHold.objects.update(confirmed_by=placed.placed_by, confirmed_at=world.at)
    actions.confirm_hold(placed, staff=world.staff("wang"), at=world.at)
    with pytest.raises(IntegrityError, match="kept by a legal hold"), transaction.atomic():
        Document.objects.update(erased_at=after(world.at, years=3), reading=b"")


@pytest.mark.parametrize(
    "change", [{"agency": " "}, {"document_no": ""}, {"until": dt.date(2020, 1, 1)}, {"number": "4001"}]
)
def test_hold_names_who_ordered_it_and_until_when(world, kept, change):
    with pytest.raises(errors.HoldInvalid):
        hold(world, **change)


def test_hold_is_written_down_once(world, kept):
    hold(world)
    with pytest.raises(errors.HoldExists):
        hold(world)


def test_holder_asks_for_deletion_when_the_period_is_over(world, kept):
    """PIPL art. 47: deletion on request when the retention is over."""
    give_up(world)
    with pytest.raises(errors.NothingToErase, match=str(world.at.year + 2)):
        actions.ask_deletion(world.hua, by=actor_of(world.hua), at=world.at)
    [done] = actions.ask_deletion(world.hua, by=actor_of(world.hua), at=after(world.at, years=2))
    assert (done.asked_by, done.dossiers) == (world.hua, 1)


def test_stranger_asks_for_nothing_of_others(world, kept):
    give_up(world)
    with pytest.raises(errors.NothingToErase):
        actions.ask_deletion(world.zhao, by=actor_of(world.zhao), at=after(world.at, years=2))


def test_deletion_under_a_hold_says_that_the_law_asks_to_keep(world, kept):
    give_up(world)
    actions.confirm_hold(hold(world), staff=world.staff("wang"), at=world.at)
    with pytest.raises(errors.ErasureSuspended):
        actions.ask_deletion(world.hua, by=actor_of(world.hua), at=after(world.at, years=2))


def test_leap_day_counts_from_the_first_of_march():
    ended = dt.datetime(2028, 2, 29, 12, tzinfo=CHINA)
    assert keep_until("service", ended_at=ended) == dt.datetime(2030, 3, 1, 12, tzinfo=CHINA)


def test_every_picture_bears_its_viewers_name(world, picture):
    """The same page, shown to two people on one day, differs by the mark alone (MIIT Order 25)."""
    order = world.order("handled")
    raw = picture(size=(1200, 900))
    paper = actions.store(raw, enterprise=order.enterprise, slot="site_photo", by=WORKER, at=world.at)
    shown = {
        actions.view(paper, page=0, purpose="审核", by=actor_of(world.staff(who)), at=world.at)
        for who in ("lin", "zhou")
    }
    assert len(shown) == 2
