"""What the operator loads and loads again: the enterprise register, and the black list. A file enters whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from answerable.lib import vault
from answerable.lib.identifiers import read_credit_code, read_id_number
from answerable.lib.pades import BadSeal, read_root
from answerable.lib.tables import Row, read_each, read_table
from answerable.parties import errors
from answerable.parties.models import BlacklistEntry, RegisterEntry, SubjectType, TrustedRoot
from answerable.parties.queries import refuse_demo
from answerable.trail.actions import record
from answerable.trail.actors import Actor

REGISTER_COLUMNS = ("credit_code", "name", "subject_type", "legal_representative", "address")
BLACKLIST_COLUMNS = ("kind", "value", "reason")
BATCH = 2000
T = TypeVar("T")


def load_register(content: bytes, *, by: Actor, at: dt.datetime) -> int:
    """Load rows of the enterprise register and return how many; a row known already is brought up to date.

    CSV: credit_code, name, subject_type (a value of SubjectType), legal_representative, address; optionally status
    (default 存续) and industry. Raise DemoWorld, TableUnreadable, or LinesRefused with every bad line.
    """
    refuse_demo()
    entries = read_each(
        read_table(content, REGISTER_COLUMNS), _once(lambda row: _register_entry(row, at), "credit_code")
    )
    with transaction.atomic():
        RegisterEntry.objects.bulk_create(
            entries,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["credit_code"],
            update_fields=[f.name for f in RegisterEntry._meta.concrete_fields if not f.primary_key],
        )
        _record("register.loaded", content, len(entries), by, at)
    return len(entries)


def _register_entry(row: Row, at: dt.datetime) -> RegisterEntry:
    code = read_credit_code(row["credit_code"])
    if not code.is_valid:
        raise errors.CreditCodeInvalid
    if row["subject_type"] not in SubjectType.values:
        kinds = ", ".join(SubjectType.values)
        raise errors.RegisterLineInvalid(
            why_zh=f"subject_type 须为 {kinds}。", why_en=f"subject_type is one of {kinds}."
        )
    entry = RegisterEntry(
        credit_code=code.code, name=row["name"], subject_type=row["subject_type"], legal_representative=row["legal_representative"],
        address=row["address"], status=row["status"] or "存续", industry=row["industry"], loaded_at=at,
    )  # fmt: skip
    try:
        entry.clean_fields()
    except ValidationError as problem:
        fields = ", ".join(problem.message_dict)
        raise errors.RegisterLineInvalid(
            why_zh=f"{fields} 为空或过长。", why_en=f"{fields}: empty or too long."
        ) from problem
    return entry


def load_blacklist(content: bytes, *, by: Actor, at: dt.datetime) -> int:
    """Load firms and persons that may not apply and return how many; one that is listed already keeps its day.

    CSV: kind (firm, person), value (credit code, ID number), reason. Of an ID number only its keyed hash is kept.
    Raise DemoWorld, TableUnreadable, or LinesRefused with every bad line.
    """
    refuse_demo()
    entries = read_each(read_table(content, BLACKLIST_COLUMNS), _once(lambda row: _blacklist_entry(row, at), "value"))
    with transaction.atomic():
        BlacklistEntry.objects.bulk_create(
            entries, batch_size=BATCH, update_conflicts=True, unique_fields=["kind", "value"], update_fields=["reason"]
        )
        _record("blacklist.loaded", content, len(entries), by, at)
    return len(entries)


def _blacklist_entry(row: Row, at: dt.datetime) -> BlacklistEntry:
    kind, reason = row["kind"], row["reason"]
    if kind not in {"firm", "person"}:
        raise errors.BlacklistLineInvalid(why_zh="kind 须为 firm 或 person。", why_en="kind is firm or person.")
    if not 0 < len(reason) <= 200:
        raise errors.BlacklistLineInvalid(
            why_zh="reason 须有 1 至 200 个字符。", why_en="reason has 1 to 200 characters."
        )
    if kind == "firm":
        code = read_credit_code(row["value"])
        if not code.is_valid:
            raise errors.CreditCodeInvalid
        return BlacklistEntry(kind=kind, value=code.code, reason=reason, added_at=at)
    number = read_id_number(row["value"])
    if not number.is_valid:  # and is not repeated: a message is no place for an ID number
        raise errors.BlacklistLineInvalid(why_zh="身份证号无效。", why_en="The ID number is not valid.")
    return BlacklistEntry(kind=kind, value=vault.keyed_hash(number.number, "person"), reason=reason, added_at=at)


def load_root(content: bytes, *, by: Actor, at: dt.datetime) -> TrustedRoot:
    """Accept the seals of a certification authority from now on; loading it again changes nothing. Raise RootInvalid."""
    try:
        certificate = read_root(content)
    except BadSeal as bad:
        raise errors.RootInvalid(why_zh=bad.text_zh, why_en=bad.text_en) from bad
    digest = certificate.sha256.hex()
    with transaction.atomic():
        root, is_new = TrustedRoot.objects.update_or_create(
            sha256=digest,
            defaults={"name": certificate.subject.human_friendly[:200], "der": certificate.dump(), "removed_at": None},
            create_defaults={
                "name": certificate.subject.human_friendly[:200],
                "der": certificate.dump(),
                "loaded_at": at,
            },
        )
        record("root.loaded", by=by, at=at, subject=("root", digest), after={"name": root.name, "is_new": is_new})
    return root


def remove_root(sha256: str, *, by: Actor, at: dt.datetime) -> None:
    """Accept no more seals of an authority; what was sealed stays as it was judged. Raise RootInvalid."""
    with transaction.atomic():
        if not TrustedRoot.objects.filter(pk=sha256, removed_at=None).update(removed_at=at):
            raise errors.RootInvalid(why_zh="没有这份根证书。", why_en="There is no such root.")
        record("root.removed", by=by, at=at, subject=("root", sha256))


def _once(read: Callable[[Row], T], key: str) -> Callable[[Row], T]:
    """Refuse the second line about one thing: which of the two holds, nobody can tell."""
    seen: set[str] = set()

    def read_once(row: Row) -> T:
        entry = read(row)
        value = str(getattr(entry, key))
        if value in seen:
            raise errors.RegisterLineInvalid(why_zh="文件里已有这一条。", why_en="The file has this one already.")
        seen.add(value)
        return entry

    return read_once


def _record(what: str, content: bytes, rows: int, by: Actor, at: dt.datetime) -> None:
    digest = hashlib.sha256(content).hexdigest()
    record(what, by=by, at=at, subject=("file", digest), after={"rows": rows})
