"""The thread with the applicant, and the notes the applicant never sees."""

import pytest
from django.db import IntegrityError, transaction

from answerable.parties.errors import NotPermitted
from answerable.parties.models import Notice
from answerable.trail.models import Fact
from answerable.verification import errors
from answerable.verification.actions import ask_reviewer, note, tell_applicant
from answerable.verification.models import Dossier, Message
from answerable.verification.queries import thread


@pytest.fixture
def dossier(world):
    return world.dossier(world.order("handled"))


def test_both_sides_write_in_one_thread(world, dossier):
    ask_reviewer(dossier, " 执照昨天刚换，可以吗？ ", person=world.hua, at=world.at)
    tell_applicant(dossier, "请上传新执照。", staff=world.staff("lin"), at=world.at)
    assert [(m.by_staff, m.text) for m in thread(dossier)] == [
        ("", "执照昨天刚换，可以吗？"),
        ("林审核", "请上传新执照。"),
    ]


def test_applicant_is_told_that_a_reviewer_wrote(world, dossier):
    tell_applicant(dossier, "请上传新执照。", staff=world.staff("lin"), at=world.at)
    told = Notice.objects.filter(code="MESSAGE").get()
    assert (told.person, told.link) == (world.hua, f"/console/dossiers/{dossier.pk}/#thread")


def test_note_is_not_in_the_applicants_thread_and_tells_nobody(world, dossier):
    before = Notice.objects.count()
    note(dossier, "印章像是贴图。", staff=world.staff("lin"), at=world.at)
    assert thread(dossier) == []
    assert [m.text for m in thread(dossier, internal=True)] == ["印章像是贴图。"]
    assert Notice.objects.count() == before


def test_what_is_written_lies_sealed_and_in_no_fact(world, dossier):
    note(dossier, "印章像是贴图。", staff=world.staff("lin"), at=world.at)
    assert "印章".encode() not in bytes(Message.objects.get().text)
    fact = Fact.objects.filter(what="dossier.noted").get()
    assert "印章" not in f"{fact.before}{fact.after}"


@pytest.mark.parametrize("text", ["", "  \n", "长" * 2001])
def test_nothing_or_too_much_is_refused(world, dossier, text):
    with pytest.raises(errors.MessageInvalid):
        ask_reviewer(dossier, text, person=world.hua, at=world.at)
    assert Message.objects.count() == 0


@pytest.mark.parametrize("write", [tell_applicant, note])
def test_only_reviewers_write_for_the_staff(world, dossier, write):
    with pytest.raises(NotPermitted):
        write(dossier, "您好", staff=world.staff("chen"), at=world.at)


def test_nothing_is_said_about_what_has_ended_but_it_may_be_noted(world, dossier):
    Dossier.objects.update(state="lapsed")
    with pytest.raises(errors.DossierClosed):
        tell_applicant(dossier, "您好", staff=world.staff("lin"), at=world.at)
    note(dossier, "已联系申请人。", staff=world.staff("lin"), at=world.at)


def test_message_stays_as_it_was_written_until_it_is_erased(world, dossier):
    ask_reviewer(dossier, "您好", person=world.hua, at=world.at)
    for change in ({"text": b"x"}, {"is_internal": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.all().delete()
    Message.objects.update(text=b"")
    assert [m.text for m in thread(dossier)] == [""]


def test_pages_show_the_thread_to_both_and_notes_to_staff_alone(world, dossier, browser):
    lin, hua = browser(world.staff("lin")), browser(world.hua)
    desk, console = f"/desk/review/{dossier.pk}/", f"/console/dossiers/{dossier.pk}/"
    assert lin.post(f"{desk}write/", {"kind": "thread", "text": "请补章"}).status_code == 302
    assert lin.post(f"{desk}write/", {"kind": "note", "text": "疑似贴图"}).status_code == 302
    assert hua.post(f"{console}write/", {"text": "好的，今天补"}).status_code == 302
    seen, shown = hua.get(console).content.decode(), lin.get(desk).content.decode()
    assert [text in seen for text in ("请补章", "好的，今天补", "疑似贴图", "林审核")] == [True, True, False, False]
    assert all(text in shown for text in ("请补章", "好的，今天补", "疑似贴图", "林审核"))
    refused = lin.post(f"{desk}write/", {"kind": "thread", "text": " "})
    assert refused.status_code == 422
    assert "请写 1 至 2000 字" in refused.content.decode()
