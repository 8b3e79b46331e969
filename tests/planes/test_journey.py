"""The whole product, started as a person starts it."""

import json

import pytest

pytestmark = pytest.mark.journey


def test_start_places_one_real_call_and_says_how_to_sign_in(house):
    assert "A call to 4008000400: SIP/2.0 200 OK" in house.said
    assert "One-time codes: .venv/bin/answerable demo code NAME" in house.said


def test_new_enterprise_goes_from_choosing_a_number_to_its_first_call(house):
    done = house.answerable("demo", "journey", "--json")
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert [step for step in steps if not step["ok"]] == []
    assert len(steps) == 24
    assert done.returncode == 0


def test_second_start_beside_a_running_one_is_refused_with_a_sentence(house):
    done = house.answerable("run")
    assert done.returncode == 1
    assert "It runs already" in done.stderr
