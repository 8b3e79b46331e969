"""Who may read the log where it is closed to the public: the regulator and witnesses, each by name with a key of their own."""

from __future__ import annotations

import datetime as dt
import re
import secrets

from django.db import IntegrityError, transaction

from answerable.lib import vault
from answerable.lib.errors import Problem
from answerable.lib.workdays import CHINA
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.transparency.models import LogReader

PREFIX = "lr_"
_CODE = re.compile(r"[a-z0-9-]{2,30}")
_AUTHORISATION = re.compile(r"[Bb]earer +(lr_[A-Za-z0-9_-]{43})")


class LogReaderInvalid(Problem):
    code = "LOG_READER_INVALID"
    zh = "读者代号须为 2 至 30 个小写字母、数字或连字符，没有用过；名称不能为空。"
    en = "A reader's code has 2 to 30 small letters, digits or hyphens and was never used; the name is not empty."


class LogReaderUnknown(Problem):
    code = "LOG_READER_UNKNOWN"
    zh, en = "没有这个读者，或已停用。", "There is no such reader, or it was ended."


def add_reader(code: str, name: str, *, by: Actor, at: dt.datetime) -> str:
    """Let somebody read a closed log; return the key, this once. Raise LogReaderInvalid."""
    if not _CODE.fullmatch(code) or not 0 < len(name.strip()) <= 100:
        raise LogReaderInvalid
    key = PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            LogReader.objects.create(code=code, name=name.strip(), key_hash=_hash(key), made_at=at)
            record("log.reader_added", by=by, at=at, subject=("log_reader", code), after={"name": name.strip()})
    except IntegrityError:
        raise LogReaderInvalid from None
    return key


def end_reader(code: str, *, by: Actor, at: dt.datetime) -> None:
    """End a reader's key at once and for good. Raise LogReaderUnknown."""
    with transaction.atomic():
        if not LogReader.objects.filter(pk=code, ended_at=None).update(ended_at=at):
            raise LogReaderUnknown
        record("log.reader_ended", by=by, at=at, subject=("log_reader", code))


def reader_of(authorisation: str, *, at: dt.datetime) -> LogReader | None:
    """Return whose key an HTTP Authorization header holds; None for nobody's. The day of the last reading is kept."""
    found = _AUTHORISATION.fullmatch(authorisation.strip())
    reader = LogReader.objects.filter(key_hash=_hash(found[1]), ended_at=None).first() if found else None
    today = at.astimezone(CHINA).date()
    if reader is not None and reader.last_read_on != today:
        LogReader.objects.filter(pk=reader.pk).update(last_read_on=today)
    return reader


def _hash(key: str) -> str:
    return vault.keyed_hash(key, "log:reader")
