"""Open a trunk that was switched off."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.routing import errors
from answerable.routing.models import Trunk
from answerable.trail.actions import record
from answerable.trail.actors import Actor


def switch_trunk_on(name: str, *, by: Actor, at: dt.datetime) -> Trunk:
    """Take a trunk's calls again, with the address or password it had; raise TrunkNotOff.

    A trunk by address follows the operator's file again as soon as that is loaded.
    """
    with transaction.atomic():
        if not Trunk.objects.filter(name=name, is_enabled=False).update(is_enabled=True):
            raise errors.TrunkNotOff
        record("trunk.switched_on", by=by, at=at, subject=("trunk", name))
    return Trunk.objects.get(name=name)
