"""Put an operator's file in force in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from answerable.cli.operating import trunks
from answerable.cli.operating.errors import OperatorFileInvalid
from answerable.cli.operating.read import KEYS, TABLES, Plan, read_plan
from answerable.parties.models import Operator
from answerable.parties.queries import refuse_demo
from answerable.routing.models import Trunk
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification.models import RequirementSet


def load_operator(content: bytes, *, by: Actor, at: dt.datetime) -> dict[str, int]:
    """Load the file and return how many entries each table has; loading it again changes nothing.

    A trunk that is no longer in the file is switched off, one that has another name there is renamed; a package is taken
    off sale by saying so. A requirement set in the database is never changed, dossiers rest on it. Raise DemoWorld or
    OperatorFileInvalid.
    """
    refuse_demo()
    plan = read_plan(content)
    counts = {name: len(rows) for name, rows in plan.rows.items()}
    try:
        with transaction.atomic():
            signing_in = Trunk.objects.filter(address=None).values_list("name", flat=True)
            if taken := {trunk.name for trunk in plan.rows["trunks"]} & set(signing_in):
                raise OperatorFileInvalid([f"trunks: {', '.join(sorted(taken))} signs in and has its name already."])
            renamed = trunks.rename(plan.rows["trunks"])
            Trunk.objects.filter(user="").exclude(name__in=[t.name for t in plan.rows["trunks"]]).update(
                is_enabled=False
            )
            for name, rows in plan.rows.items():
                for row in rows:
                    _keep(name, row)
            _keep_operator(plan)
            digest = hashlib.sha256(content).hexdigest()
            record(
                "operator.loaded",
                by=by,
                at=at,
                subject=("file", digest),
                after=counts | ({"renamed": renamed} if renamed else {}),
            )
    except IntegrityError as error:
        said = str(error).strip().splitlines()[0]
        raise OperatorFileInvalid([f"it contradicts what is in the database already: {said}"]) from error
    return counts


def _keep_operator(plan: Plan) -> None:
    fields = _fields(plan.operator, {"id", "is_demo"})
    Operator.objects.update_or_create(pk=1, defaults=fields)


def _keep(name: str, row: Model) -> None:
    model = TABLES[name][0]
    key = {field: getattr(row, field) for field in KEYS[name]}
    fields = _fields(row, {"id", *key})
    if model is not RequirementSet:
        model._default_manager.update_or_create(**key, defaults=fields)
        return
    present, is_new = RequirementSet.objects.get_or_create(**key, defaults=fields)
    if not is_new and any(getattr(present, field) != value for field, value in fields.items()):
        place = ".".join(str(value) for value in key.values())
        raise OperatorFileInvalid(
            [f"requirement_sets.{place}: in force already with other content; give a new version"]
        )


def _fields(row: Model, left_out: set[str]) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in left_out}
