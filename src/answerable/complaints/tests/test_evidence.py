"""Evidence is judged by content, sealed under a key of its own, shown stamped, and each showing is written down."""

import datetime as dt
import io
import wave

import pytest
from django.db import IntegrityError, transaction

from answerable.complaints import errors
from answerable.complaints.actions import add_evidence, answer, erase_due, show_evidence
from answerable.complaints.actions.evidence import path_of
from answerable.complaints.models import Evidence, EvidenceView, Report
from answerable.lib import keystore
from answerable.parties.errors import NotPermitted
from answerable.trail.actors import system
from answerable.trail.models import Fact


def sound():
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\1\2" * 800)
    return out.getvalue()


def test_picture_is_sealed_and_shown_anew_with_a_row_and_a_fact(world, tell, picture):
    raw = picture("PNG", (300, 200))
    kept = add_evidence(tell(), raw, at=world.at)
    assert raw not in path_of(kept.pk).read_bytes()
    shown, media_type = show_evidence(kept, page=0, staff=world.staff("sun"), at=world.at)
    assert (media_type, shown[:2], shown == raw) == ("image/jpeg", b"\xff\xd8", False)
    assert (EvidenceView.objects.get().staff.username, Fact.objects.filter(what="report.evidence_shown").count()) == (
        "sun",
        1,
    )


def test_sound_is_kept_without_what_is_no_sound(world, tell):
    hidden = sound() + b"LIST" + (26).to_bytes(4, "little") + b"somebody's name and place.."
    kept = add_evidence(tell(), hidden, at=world.at)
    content, media_type = show_evidence(kept, page=0, staff=world.staff("sun"), at=world.at)
    assert (kept.kind, media_type, b"somebody" in content) == ("sound", "audio/wav", False)


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"RIFF\0\0\0\0WAVEjunk", b"ID3\4\0\0\0\0\0\0nothing", b"\xff\xfb\x90\x00" * 20, b"GIF89a"]
)
def test_what_is_none_of_these_is_refused_and_leaves_nothing(world, tell, raw):
    with pytest.raises(errors.EvidenceRefused):
        add_evidence(tell(), raw, at=world.at)
    assert not Evidence.objects.exists()


def test_same_file_is_kept_once_and_ten_are_the_most(world, tell, picture):
    made = tell()
    first = add_evidence(made, picture("PNG", (20, 20)), at=world.at)
    assert add_evidence(made, picture("PNG", (20, 20)), at=world.at) == first
    for size in range(21, 30):
        add_evidence(made, picture("PNG", (size, 20)), at=world.at)
    with pytest.raises(errors.EvidenceTooMuch):
        add_evidence(made, picture("PNG", (40, 20)), at=world.at)


@pytest.mark.parametrize("username", ["chen", "lin", "qian", "gong"])
def test_nobody_else_is_shown_it(world, tell, jpeg, username):
    kept = add_evidence(tell(), jpeg, at=world.at)
    with pytest.raises(NotPermitted):
        show_evidence(kept, page=0, staff=world.staff(username), at=world.at)
    assert not EvidenceView.objects.exists()


def test_showing_cannot_be_taken_back(world, tell, jpeg):
    show_evidence(add_evidence(tell(), jpeg, at=world.at), page=0, staff=world.staff("sun"), at=world.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceView.objects.all().delete()


def test_kept_while_open_then_half_a_year_then_its_key_is_destroyed(world, tell, jpeg):
    made = tell()
    kept = add_evidence(made, jpeg, at=world.at)
    long = world.at + dt.timedelta(days=900)
    assert erase_due(by=system("test"), at=long) == 0
    answer(made, "已停机", staff=world.staff("sun"), at=world.at)
    assert erase_due(by=system("test"), at=world.at + dt.timedelta(days=179)) == 0
    assert erase_due(by=system("test"), at=world.at + dt.timedelta(days=180)) == 1
    assert erase_due(by=system("test"), at=long) == 0
    kept.refresh_from_db()
    gone = Report.objects.get()
    assert (keystore.has(keystore.evidence_key(kept.pk)), path_of(kept.pk).exists()) == (False, False)
    assert (gone.text, bytes(gone.contact), gone.mobile_hash, gone.answer) == ("", b"", "", "已停机")
    with pytest.raises(errors.EvidenceGone):
        show_evidence(kept, page=0, staff=world.staff("sun"), at=long)
    with pytest.raises(errors.ReportErased):
        add_evidence(gone, jpeg, at=long)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "别的"},
        {"number": "4008002579"},
        {"money_paid": True},
        {"answer_due_at": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)},
    ],
)
def test_what_was_said_and_its_clock_do_not_change(tell, change):
    tell()
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.all().delete()
