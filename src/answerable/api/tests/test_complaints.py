"""Programs hand reports over with a key of their own, see their own reports, and nobody else's."""

import pytest
from django.test import Client

from answerable.api import keys
from answerable.complaints.actions import add_partner, end_partner
from answerable.complaints.errors import PartnerInvalid
from answerable.complaints.models import Partner, Report
from answerable.lib.pace import Pace
from answerable.parties.errors import NotPermitted

PATH = "/api/v1/complaints"


@pytest.fixture
def partner(world):
    """Return a client with a partner's key."""

    def make(code):
        _, key = add_partner(code, "样本", staff=world.staff("zheng"), at=world.at)
        return Client(headers={"X-API-Key": key})

    return make


def send(client, world, **changes):
    body = {"external_reference": "E1", "number": "400-800-1357", "class": "price", "text": "多收费"} | changes
    return client.post(PATH, body, content_type="application/json")


def test_report_is_taken_once_and_its_state_read_by_its_own_partner_alone(world, partner):
    one, other = partner("one"), partner("other")
    made = send(one, world)
    again = send(one, world)
    assert (made.status_code, again.status_code, Report.objects.count()) == (201, 200, 1)
    body = made.json()
    assert (body["class"], body["state"], body["external_reference"], "text" in body) == (
        "price",
        "received",
        "E1",
        False,
    )
    assert one.get(f"{PATH}/{body['reference'].lower()}").json() == body
    assert other.get(f"{PATH}/{body['reference']}").status_code == 404
    assert send(other, world).status_code == 201


def test_payment_puts_it_into_the_urgent_lane(world, partner):
    assert send(partner("one"), world, **{"class": "fraud", "money_paid": True}).json()["urgent_due_at"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"class": "rage"}, "CLASS_UNKNOWN"), ({"number": "110"}, "NUMBER_NOT_OURS"), ({"mobile": "110"}, "CONTACT_INVALID"),
        ({"kind": "loan"}, "KIND_UNKNOWN"), ({"paid_at": "2090-01-01T00:00:00"}, "PAID_AT_INVALID"),
    ],
)  # fmt: skip
def test_refusal_is_a_code_and_a_sentence(world, partner, changes, code):
    answer = send(partner("one"), world, **changes)
    assert (answer.status_code, answer.json()["error"], Report.objects.exists()) == (422, code, False)


@pytest.mark.parametrize(
    "changes", [{"external_reference": ""}, {"text": "a\x00b"}, {"paid_at": "noon"}, {"external_reference": "x" * 41}]
)
def test_nonsense_is_told(world, partner, changes):
    answer = send(partner("one"), world, **changes)
    assert (answer.status_code, answer.json()["error"]) == (422, "BODY_INVALID")
    assert next(iter(changes)) in answer.json()["message"]


def test_body_that_is_no_json_is_told(world, partner):
    answer = partner("one").post(PATH, "{", content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (422, "BODY_INVALID")


def test_without_a_key_with_a_wrong_one_or_an_ended_one_nobody_gets_in(world, partner):
    client = partner("one")
    end_partner(Partner.objects.get(), staff=world.staff("wang"), at=world.at)
    for who in (Client(), Client(headers={"X-API-Key": "ak_guess"}), client):
        assert (send(who, world).status_code, send(who, world).json()["error"]) == (401, "KEY_REFUSED")


def test_haste_is_stopped_for_each_partner_by_itself(world, partner, monkeypatch):
    monkeypatch.setattr(keys, "REQUESTS", Pace(a_second=0.01, at_once=3))
    one, other = partner("one"), partner("other")
    assert [send(one, world).status_code for _ in range(5)] == [201, 200, 200, 429, 429]
    assert send(one, world).json()["error"] == "TOO_FAST"
    assert send(other, world).status_code == 201


def test_guessing_is_stopped_and_with_it_everybody_at_that_address(world, partner, monkeypatch):
    monkeypatch.setattr(keys, "GUESSES", Pace(a_second=0.01, at_once=3))
    right, guesser = partner("one"), Client(headers={"X-API-Key": "x"})
    assert [send(guesser, world).status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert send(right, world).status_code == 429
    assert right.get(f"{PATH}/J1", REMOTE_ADDR="192.0.2.2").status_code == 404


def test_nobody_meets_the_limits_who_does_not_run_wild():
    assert (keys.REQUESTS.at_once, keys.GUESSES.at_once) == (60, 20)


def test_key_is_kept_as_a_hash_and_made_by_a_lead_alone(world):
    made, key = add_partner("one", "样本", staff=world.staff("zheng"), at=world.at)
    assert key not in str(Partner.objects.values())
    for code, name in (("one", "样本"), ("Two!", "样本"), ("two", " ")):
        with pytest.raises(PartnerInvalid):
            add_partner(code, name, staff=world.staff("zheng"), at=world.at)
    with pytest.raises(NotPermitted):
        end_partner(made, staff=world.staff("sun"), at=world.at)


def test_description_is_there_for_everybody_and_loads_nothing(db):
    body = Client().get("/api/v1/openapi.json").json()
    assert sorted(body["paths"]) == ["/api/v1/complaints", "/api/v1/complaints/{reference}"]
