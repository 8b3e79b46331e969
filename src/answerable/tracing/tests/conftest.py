"""A number in service with calls, a public log that was shown, and bundles as files."""

import datetime as dt
import io
import zipfile

import pytest

from answerable.calls.models import Call
from answerable.orders.tests.world import World
from answerable.parties.publication import holder_entry
from answerable.tracing import actions
from answerable.tracing.actions.open import Question
from answerable.tracing.actions.request import Letter, Officer
from answerable.transparency.actions import hide, publish
from answerable.transparency.integrate import here, show, take

CHEATED = "13955554444"


def publish_opening(order, at):
    """Say in the log that a number was opened and its line proven."""
    pk = order.number_id
    publish("opening", number=pk, at=at, holder=holder_entry(order.enterprise, number=pk))
    publish("line_proven", number=pk, at=at, line=hide(World.line, number=pk), proven_until="2027-03-10")


def shown():
    """Integrate what waits and show a checkpoint."""
    while take():
        pass
    show(here())


@pytest.fixture
def number(world):
    """Hua's number, in service since a day ago, as rows and as entries of the log."""
    now, world.at = world.at, world.at - dt.timedelta(days=1)
    order = world.order("working")
    publish_opening(order, world.at)
    world.at = now
    shown()
    return order.number_id


@pytest.fixture
def walked(world):
    """The same through the actions alone: the log holds everything that they say."""
    now, world.at = world.at, world.at - dt.timedelta(days=1)
    order = world.walk("working")
    world.at = now
    shown()
    return order.number_id


@pytest.fixture
def call(world, number):
    """Add a call to the number."""

    def call(caller=CHEATED, at=None, **fields):
        at = at or world.at - dt.timedelta(hours=1)
        serial = Call.objects.count()
        row = {
            "host": "gate-1", "call": f"call-{serial}", "number": number, "caller": caller, "started_at": at, "line": world.line,
            "answered_at": at + dt.timedelta(seconds=5), "ended_at": at + dt.timedelta(seconds=65), "end_status": "answered",
            "sip_status": 200, "owner": world.credit_code("hua"), "received_at": at,
        }  # fmt: skip
        return Call.objects.create(**(row | fields))

    return call


@pytest.fixture
def ask(world, number):
    """Open a trace as the risk officer and have its bundle made."""

    def ask(basis="anti_fraud", *, moment=None, build=True, staff="sun", **more):
        window = {name: more.pop(name) for name in ("since", "until", "caller") if name in more}
        asked = Question(more.pop("number", number), moment or world.at - dt.timedelta(hours=1), **window)
        said = {"why": "受害人称被要求拨打此号码"} | more
        case = actions.open_case(asked, basis=basis, staff=world.staff(staff), at=world.at, **said)
        if build:
            actions.build(case.bundles.get().pk, at=world.at)
            case.refresh_from_db()
        return case

    return ask


@pytest.fixture
def letter(world, picture):
    """An authority's document, right in everything."""

    def letter(**changes):
        right = {
            "agency_kind": "police", "agency": "样本市公安局", "document_no": "样公调证字〔2026〕1号",
            "officers": (Officer("样本甲", "010001"), Officer("样本乙", "010002")),
            "scope": ("lines", "agent", "people", "documents", "calls", "money", "earlier"),
            "deadline": world.at + dt.timedelta(hours=12), "hold_until": world.at.date() + dt.timedelta(days=180),
            "scan": picture(size=(600, 800)),
        }  # fmt: skip
        return Letter(**(right | changes))

    return letter


@pytest.fixture
def take_request(world, number, letter):
    """Take an authority's request as the first compliance officer."""

    def take_request(**changes):
        asked = Question(number, changes.pop("moment", world.at - dt.timedelta(hours=1)), caller=CHEATED)
        return actions.take_request(asked, letter(**changes), why="诈骗案侦查", staff=world.staff("zheng"), at=world.at)

    return take_request


@pytest.fixture
def handed(world, tmp_path):
    """Hand a case's newest bundle out; return the ZIP's path."""

    def handed(case, staff="sun"):
        bundle = case.bundles.first()
        file = tmp_path / f"{bundle.pk}.zip"
        file.write_bytes(b"".join(actions.hand_out(bundle, staff=world.staff(staff), at=world.at)))
        return file

    return handed


@pytest.fixture
def opened():
    """Open a ZIP: its files by name."""

    def opened(file):
        with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as bundle:
            assert bundle.testzip() is None
            return {name: bundle.read(name) for name in bundle.namelist()}

    return opened
