"""The control plane's figures: for the holder of the token alone."""

import datetime as dt
import time

import pytest
from django.conf import settings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from answerable.calls.models import Call
from answerable.lib import keys
from answerable.routing.models import Heartbeat
from answerable.signalling import status
from answerable.trail.actions import mark_dirty
from answerable.trail.models import DirtyNumber

pytestmark = [pytest.mark.django_db, pytest.mark.web]


@pytest.fixture
def token(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "KEYS", tmp_path)
    return keys.ensure(tmp_path, keys.METRICS)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer guess", "Basic {}", "Bearer {}x"])
def test_without_the_token_nothing_is_told(token, header):
    answer = Client().get("/metrics", headers={"Authorization": header.format(token)})
    assert (answer.status_code, answer.content) == (401, b"")


def test_without_a_token_file_nobody_is_let_in(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "KEYS", tmp_path)
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


def test_what_waits_is_counted(world, token):
    DirtyNumber.objects.all().delete()
    for number in ("4008123456", "4008123456", "4008123457"):
        mark_dirty(number)
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": world.at, "epoch": 7})
    for host, late in (("gate-1", 90), ("gate-1", 2), ("gate-2", 5)):
        arrived = world.at + dt.timedelta(seconds=late)
        Call.objects.create(
            host=host, call=f"{host}-{late}", number="4008123456", started_at=world.at, received_at=arrived
        )
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }
    assert found["answerable_publisher_waiting",] == 2
    assert found["answerable_publisher_epoch",] == 7
    assert found["answerable_ingest_lag_seconds", "gate-1"] == 2
    assert found["answerable_ingest_lag_seconds", "gate-2"] == 5
    assert set(found) >= {("answerable_jobs", state) for state in ("waiting", "running", "failed")}


def test_collector_of_signalling_is_told_from_its_own_folder(world, token, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "SIGNALLING", tmp_path / "signalling")
    (tmp_path / "signalling").mkdir()

    def told():
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
        families = text_string_to_metric_families(answer.content.decode())
        samples = [sample for family in families for sample in family.samples]
        return {
            (one.name.removeprefix("answerable_signalling_"), *one.labels.values()): one.value
            for one in samples
            if one.name.startswith("answerable_signalling_")
        }

    assert told() == {}
    (tmp_path / "signalling" / "status.json").write_text('{"at": 5}')
    assert told() == {}
    said = status.Status(at=time.time() - 60, kept=12, dropped={"full": 3}, bytes=900, most_bytes=1000)
    status.write(tmp_path / "signalling", said)
    found = told()
    assert 60 <= found.pop(("status_age_seconds",)) < 90
    dropped = {("dropped_total", why): (3 if why == "full" else 0) for why in status.REASONS}
    assert found == {("bytes",): 900, ("most_bytes",): 1000, ("kept_total",): 12, **dropped}
