"""吴 Wu was cheated and tells; the texts that were sent."""

import datetime as dt
import json

import pytest

from answerable.calls.models import Call
from answerable.complaints.actions import report
from answerable.parties.sms import gateway

WU = "13900000004"


@pytest.fixture
def tell(world):
    """Report a number as Wu would, with what is said changed."""

    def tell(**changes):
        said = {
            "report_class": "fraud",
            "text": "要我转账",
            "money_paid": False,
            "contact": WU,
            "called_on": None,
            "at": world.at,
        }
        return report(changes.pop("number", world.plain), **(said | changes))

    return tell


@pytest.fixture
def call(world):
    """Put a call into the record."""

    def call(caller=WU, number=None, ago=dt.timedelta(hours=1)):
        return Call.objects.create(
            host="h", call=f"{caller}-{number}-{ago}", number=number or world.plain, caller=caller, started_at=world.at - ago,
            end_status="answered", received_at=world.at,
        )  # fmt: skip

    return call


@pytest.fixture
def texts(world):
    """Return what was sent to a mobile so far."""

    def texts(mobile):
        file = gateway().file
        sent = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [one["text"] for one in sent if one["mobile"] == mobile]

    return texts
