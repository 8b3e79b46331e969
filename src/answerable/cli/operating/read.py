"""Read an operator's file and check it whole, before anything is written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import translation

from answerable.billing.models import GradeFee, Package
from answerable.cli.operating.errors import OperatorFileInvalid
from answerable.cli.operating.trunks import twice
from answerable.cli.operating.values import wrong_value
from answerable.lib.identifiers import read_credit_code
from answerable.lib.lines import parse_400
from answerable.numbers.patterns import GRADES
from answerable.orders.eligibility import INDUSTRIES
from answerable.parties.models import Authorisation, Carrier, Counter, Operator
from answerable.routing.models import Trunk
from answerable.verification.models import RequirementSet
from answerable.verification.requirements.content import mistakes
from answerable.verification.requirements.shipped import CARRIERS, shipped
from answerable.verification.slots import HOLDER_SLOTS

TABLES: dict[str, tuple[type[Model], set[str], set[str]]] = {
    # table of the file: model, what each entry must say, what it may say
    "carriers": (Carrier, {"code", "name_zh", "name_en", "prefixes", "ask_at"}, set()),
    "authorisations": (Authorisation, {"document", "carriers", "since", "until"}, set()),
    "counters": (
        Counter,
        {"code", "kind", "name_zh", "name_en", "address_zh", "address_en"},
        {"open_from", "open_until", "closed_days", "visits_a_day"},
    ),
    "trunks": (Trunk, {"name", "address"}, {"port", "most_a_second", "is_enabled"}),
    "packages": (
        Package,
        {"code", "name_zh", "name_en", "monthly_minimum_fen", "minutes_a_month", "fen_a_minute", "effective_from"},
        {"term_months", "is_on_sale"},
    ),
    "grade_fees": (GradeFee, {"grade", "choosing_fee_fen"}, {"minimum_percent"}),
    "requirement_sets": (
        RequirementSet,
        {"carrier", "version", "effective_from", "slots"},
        {*RequirementSet.KEY, "policy", "needs_handling", "verification_days", "line_proof_days"} - {"carrier"},
    ),
}
OPERATOR = {"name_zh", "name_en", "credit_code", "hotline", "bank_account"}


@dataclass
class Plan:
    """A file that was read: unsaved rows by table, and the operator's own."""

    operator: Operator
    rows: dict[str, list[Any]] = field(default_factory=dict)


def read_plan(content: bytes) -> Plan:
    """Read the file; raise OperatorFileInvalid with every place that is wrong, as table[entry].field: why."""
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OperatorFileInvalid([str(error)]) from error  # names line and column
    wrong = [f"{name}: unknown" for name in data.keys() - {"operator", *TABLES}]
    rows = {name: list(_rows(data.get(name, []), name, wrong)) for name in TABLES}
    plan = Plan(_operator(data, wrong), rows)
    wrong += [] if wrong else list(_across(plan))
    if wrong:
        raise OperatorFileInvalid(wrong)
    return plan


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _operator(data: dict[str, Any], wrong: list[str]) -> Operator:
    ours = _table(data, "operator")
    wrong += [f"operator.{key}: missing or unknown" for key in sorted(ours.keys() ^ OPERATOR)]
    given = {key: ours[key] for key in OPERATOR & ours.keys()}
    bad = list(_values(Operator, "operator", given))
    wrong += [f"operator.{said}" for said in bad]
    operator = Operator() if bad else Operator(**given)
    if not bad:
        _clean(operator, "operator", wrong)
    return operator


def _values(model: type[Model], table: str, entry: dict[str, Any]) -> Iterator[str]:
    """Say which values are of another kind, or out of range."""
    for name, value in entry.items():
        if said := wrong_value(table, model._meta.get_field(name), value):  # type: ignore[arg-type]
            yield f"{name}: {said}"


def _rows(entries: object, name: str, wrong: list[str]) -> Iterator[Model]:
    model, needed, optional = TABLES[name]
    for index, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        place = f"{name}[{index}]"
        if not isinstance(entry, dict):
            wrong.append(f"{place}: not a table")
            continue
        if name == "requirement_sets" and "shipped" in entry:
            yield from _shipped(entry, place, wrong)
            continue
        bad = sorted((needed - entry.keys()) | (entry.keys() - needed - optional))
        wrong += [f"{place}.{key}: missing or unknown" for key in bad]
        if bad:
            continue
        if bad := list(_values(model, name, entry)):
            wrong += [f"{place}.{said}" for said in bad]
            continue
        standard = {"slots": HOLDER_SLOTS} if entry.get("slots") == "standard" else {}
        row = model(**(entry | standard))
        _clean(row, place, wrong)
        yield row


def _shipped(entry: dict[str, Any], place: str, wrong: list[str]) -> Iterator[Model]:
    """Take all the sets that come with the product for a carrier: {shipped = "telecom"}."""
    if entry.keys() != {"shipped"} or entry["shipped"] not in CARRIERS:
        wrong.append(f"{place}.shipped: alone, and one of {', '.join(CARRIERS)}")
        return
    yield from shipped(entry["shipped"])


def _clean(row: Model, place: str, wrong: list[str]) -> None:
    """Ask the model's own fields; a foreign key and the row's own number are not in the file."""
    try:
        with translation.override("en"):  # as the rest of what is said of the file
            row.clean_fields(exclude={"id"})
    except ValidationError as problem:
        wrong += [f"{place}.{key}: {' '.join(said)}" for key, said in problem.message_dict.items()]


def _across(plan: Plan) -> Iterator[str]:
    """Say what is wrong between the tables of a file whose single fields are right."""
    yield from _twice(plan)
    yield from twice(plan.rows["trunks"])
    operator, carriers = plan.operator, plan.rows["carriers"]
    if not read_credit_code(operator.credit_code).is_valid:
        yield "operator.credit_code: not a valid credit code"
    if parse_400(operator.hotline).kind != "open" or parse_400(operator.hotline).number != operator.hotline:
        yield "operator.hotline: not a 400 number of an open range, in ten digits"
    known = {c.code for c in carriers}
    yield from _grants(plan, known)
    for carrier in carriers:
        if not carrier.prefixes or any(re.fullmatch(r"400[016789]", prefix) is None for prefix in carrier.prefixes):
            yield f"carriers.{carrier.code}.prefixes: 4000, 4001, 4006, 4007, 4008 or 4009"
    if missing := GRADES.keys() - {fee.grade for fee in plan.rows["grade_fees"]}:
        yield f"grade_fees: no fee for {', '.join(sorted(missing))}"
    for fee in plan.rows["grade_fees"]:
        if fee.grade not in GRADES:
            yield f"grade_fees.{fee.grade}: unknown grade"
    for rules in plan.rows["requirement_sets"]:
        yield from _rules(rules, known)


def _grants(plan: Plan, known: set[str]) -> Iterator[str]:
    grants = plan.rows["authorisations"]
    if not grants:
        yield "authorisations: at least one; without it nothing is handled"
    for grant in grants:
        if grant.since > grant.until:
            yield f"authorisations.{grant.document}.until: before its beginning"
        if not grant.carriers or not set(grant.carriers) <= known:
            yield f"authorisations.{grant.document}.carriers: at least one of {', '.join(sorted(known)) or 'carriers'}"


def _twice(plan: Plan) -> Iterator[str]:
    """Name what a table says twice: which of the two holds, nobody can tell."""
    for name, rows in plan.rows.items():
        seen: set[tuple[Any, ...]] = set()
        for row in rows:
            key = tuple(getattr(row, field) for field in KEYS[name])
            if key in seen:
                yield f"{name}: {' '.join(map(str, key))} is there twice"
            seen.add(key)
    prefixes = [prefix for carrier in plan.rows["carriers"] for prefix in carrier.prefixes]
    yield from (f"carriers: prefix {p} is there twice" for p in sorted({p for p in prefixes if prefixes.count(p) > 1}))


def _rules(rules: RequirementSet, carriers: set[str]) -> Iterator[str]:
    place = ".".join(["requirement_sets", *(value for value in rules.key.values() if value), str(rules.version)])
    if rules.carrier not in carriers:
        yield f"{place}: unknown carrier"
    yield from (f"{place}.{wrong.field}: {wrong.en}" for wrong in mistakes(rules))
    asked = rules.slots if isinstance(rules.slots, list) else []
    named = {rules.industry} | {
        word for row in asked if isinstance(row, dict) and isinstance(row.get("when"), dict) for word in row["when"].get("industry", [])
    }  # fmt: skip
    if unknown := named - {"", *INDUSTRIES}:
        yield f"{place}: industry is one of {', '.join(INDUSTRIES)}, not {', '.join(sorted(unknown))}"


KEYS: dict[str, tuple[str, ...]] = {
    "carriers": ("code",),
    "authorisations": ("document",),
    "counters": ("code",),
    "trunks": ("name",),
    "packages": ("code",),
    "grade_fees": ("grade",),
    "requirement_sets": (*RequirementSet.KEY, "version"),
}
"""What tells the entries of a table apart, in the file and in the database."""
