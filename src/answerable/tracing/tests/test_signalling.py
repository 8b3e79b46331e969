"""The signalling of the traced calls: in the bundle as the basis lets it be told, and shown to engineers by name."""

import json

import pytest
from django.conf import settings

from answerable.lib import vault
from answerable.parties.errors import NotPermitted
from answerable.signalling import hep
from answerable.signalling.capture import Collector
from answerable.signalling.days import Days
from answerable.tracing import actions, errors
from answerable.tracing.tests.conftest import CHEATED
from answerable.trail.models import Fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(call, tmp_path, monkeypatch):
    """Have messages of a new call kept, as the gate copies them; return the call's row."""
    monkeypatch.setattr(settings, "SIGNALLING", tmp_path / "signalling")
    clock = [0.0]
    collector = Collector(Days(settings.SIGNALLING, vault.master()), key="sesame", clock=lambda: clock[0])

    def keep(number, *first_lines):
        row = call(number=number)
        for place, first in enumerate(first_lines):
            text = (
                f"{first}\r\nFrom: <sip:{CHEATED}@192.0.2.9>;tag=1\r\nTo: <sip:{number}@192.0.2.1>\r\n"
                f"Call-ID: {row.call}\r\nCSeq: 1 INVITE\r\n\r\n"
            )
            at = clock[0] = row.started_at.timestamp() + place
            copy = hep.Copy(at, "192.0.2.9:5060", "192.0.2.1:5460", text.encode(), b"sesame")
            collector.take(hep.write(copy), "127.0.0.1")
        return row

    yield keep
    assert not collector.dropped
    collector.writer.close()


@pytest.fixture
def files_of(handed, opened):
    """Hand a case's bundle out and open it."""
    return lambda case, staff="sun": opened(handed(case, staff))


def told(files):
    return json.loads(files["trace.json"])["calls"]["signalling"]


def lines(files):
    return [json.loads(line) for line in files["signalling.jsonl"].splitlines()]


def test_bundle_of_our_own_tells_the_course_and_names_nobody(world, number, ask, keep, files_of):
    keep(number, f"INVITE sip:{number}@192.0.2.1 SIP/2.0", "SIP/2.0 180 Ringing")
    keep("4008999999", "INVITE sip:4008999999@192.0.2.1 SIP/2.0")
    files = files_of(ask())
    assert [(one["call_id"], one["what"], one["cseq"]) for one in lines(files)] == [
        ("call-0", "INVITE", "1 INVITE"),
        ("call-0", "180 Ringing", "1 INVITE"),
    ]
    assert CHEATED.encode() not in files["signalling.jsonl"]
    assert told(files) == {
        "kept": True, "zh": "信令 2 条，涉及 1 次通话；不含报文头和号码", "en": "2 messages of 1 calls; without headers and numbers",
        "file": "signalling.jsonl", "messages": 2, "calls": 1,
    }  # fmt: skip


def test_bundle_for_an_authority_holds_whole_messages(world, number, take_request, keep, files_of):
    keep(number, f"INVITE sip:{number}@192.0.2.1 SIP/2.0")
    case = actions.confirm_request(take_request(), staff=world.staff("wang"), at=world.at)
    actions.build(case.bundles.get().pk, at=world.at)
    (line,) = lines(files_of(case, "wang"))
    assert line["message"].startswith(f"INVITE sip:{number}@192.0.2.1 SIP/2.0\r\nFrom: <sip:{CHEATED}@192.0.2.9>")


def test_bundle_without_a_basis_holds_no_signalling(number, ask, keep, files_of):
    keep(number, f"INVITE sip:{number}@192.0.2.1 SIP/2.0")
    assert "signalling.jsonl" not in files_of(ask("none"))


def test_each_look_of_an_engineer_is_a_fact(world, number, keep):
    row = keep(number, f"INVITE sip:{number}@192.0.2.1 SIP/2.0")
    (kept,) = actions.look_at_signalling(row.call, staff=world.staff("gong"), why="主叫听不到回铃音", at=world.at)
    assert kept.message.startswith(b"INVITE ")
    assert actions.look_at_signalling("nobody's", staff=world.staff("gong"), why="主叫听不到回铃音", at=world.at) == []
    facts = Fact.objects.filter(what="signalling.looked_at").order_by("pk")
    assert [(fact.subject_id, fact.after["number"], fact.number) for fact in facts] == [
        ("call-0", number, ""),
        ("nobody's", "", ""),
    ]


def test_looking_needs_the_role_and_a_reason(world):
    with pytest.raises(NotPermitted):
        actions.look_at_signalling("call-0", staff=world.staff("sun"), why="主叫听不到回铃音", at=world.at)
    with pytest.raises(errors.WhyMissing):
        actions.look_at_signalling("call-0", staff=world.staff("gong"), why=" ", at=world.at)
    assert not Fact.objects.filter(what="signalling.looked_at").exists()
