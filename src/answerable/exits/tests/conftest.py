"""A number in service elsewhere: its holder's archive on disk, and an installation that knows nothing of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction

from answerable.calls.models import Call
from answerable.exports import actions
from answerable.exports import archive as sealed
from answerable.orders.models import Order
from answerable.routing.actions import set_plan
from answerable.routing.choices import Choices
from answerable.trail.actors import system
from answerable.transparency.integrate import here, show, take
from answerable.verification.actions import store

CALLER = "13900000004"


@dataclass
class Elsewhere:
    """What was at the previous operator."""

    path: Path
    order: Order


_MADE: dict[str, tuple[bytes, Order]] = {}
"""The one archive of a run, which is the same each time: its keys and its world are the run's."""


@pytest.fixture
def elsewhere(world, tmp_path) -> Elsewhere:
    """Serve a holder and make its archive, then take everything back: the database is another operator's again."""
    path = tmp_path / "archive.zip"
    if "made" not in _MADE:
        _MADE["made"] = _make(world)
    content, order = _MADE["made"]
    path.write_bytes(content)
    return Elsewhere(path, order)


def _make(world) -> tuple[bytes, Order]:
    with transaction.atomic():
        order = _serve(world)
        export = actions.ask_own_export(order.enterprise, person=world.hua, at=world.at)
        actions.build(export.pk, at=world.at)
        content = b"".join(sealed.read(export.pk))
        transaction.set_rollback(True)
    return content, order


def _serve(world) -> Order:
    order = world.walk("working", world.plain)
    dossier = world.dossier(order)
    dossier.documents.update(replaced_at=world.at)  # the walk's papers are rows without files
    store(world.jpeg, enterprise=order.enterprise, slot="licence", dossier=dossier, by=system("test"), at=world.at)
    choices = Choices(hours=[[0, 540, 1080]], overflow_no_answer=False, ring="parallel", refused_callers=("170",))
    set_plan(world.plain, choices, by=system("test"), at=world.at)
    Call.objects.create(
        host="h", call="c1", number=world.plain, owner=order.enterprise.credit_code, caller=CALLER, end_status="answered",
        started_at=world.at - dt.timedelta(hours=1), received_at=world.at,
    )  # fmt: skip
    while take():
        pass
    show(here())
    return order


@pytest.fixture
def archive(elsewhere) -> Path:
    return elsewhere.path
