"""Make the weekly report, correct it by a new version, mark it as sent, remind of one that was not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from answerable.lib.pdf import sha256
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.reports import errors
from answerable.reports.counting import Figure, count
from answerable.reports.fields import FIELDS
from answerable.reports.files import paper, table
from answerable.reports.models import WeeklyReport
from answerable.reports.queries import latest, newest_of
from answerable.reports.weeks import Week
from answerable.trail.actions import record
from answerable.trail.actors import system

LARGEST = 10**9


def make_due(*, at: dt.datetime) -> WeeklyReport | None:
    """Make the report of the week that is over, once; None where it is there."""
    week = Week.before(at)
    if newest_of(week.monday) is not None:
        return None
    return _keep(week, 1, count(week, at=at), counted_at=at, at=at)


def correct(
    report: WeeklyReport, entered: Mapping[str, str], *, why: str, staff: Staff, at: dt.datetime
) -> WeeklyReport:
    """Make a new version from the newest, with the figures that `entered` says (`field`, or `field_part` and `field_whole`).

    Raise ReportReplaced, CorrectionReasonMissing, CorrectionInvalid or NothingCorrected.
    """
    require(staff, "send_weekly_report")
    if not why.strip() or len(why.strip()) > 300:
        raise errors.CorrectionReasonMissing
    figures = {code: _figure(code, report.figures[code], entered) for code in FIELDS}
    corrected = [code for code in FIELDS if figures[code] != report.figures[code]]
    if not corrected:
        raise errors.NothingCorrected
    if newest_of(report.week) != report:
        raise errors.ReportReplaced
    return _keep(
        Week(report.week), report.version + 1, figures, counted_at=report.counted_at, at=at, staff=staff, why=why.strip(),
        corrected=corrected,
    )  # fmt: skip


def _figure(code: str, before: Figure, entered: Mapping[str, str]) -> Figure:
    if not FIELDS[code].is_rate:
        return {"value": _whole(code, entered.get(code), before["value"]), "part": None, "whole": None}
    part = _whole(code, entered.get(f"{code}_part"), before["part"])
    whole = _whole(code, entered.get(f"{code}_whole"), before["whole"])
    if part is None or whole is None or part > whole:
        raise _invalid(code)
    return {"value": None, "part": part, "whole": whole}


def _whole(code: str, text: str | None, before: int | None) -> int | None:
    """Read a whole number; an empty or missing one leaves what was there."""
    if text is None or not text.strip():
        return before
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > LARGEST:
        raise _invalid(code)
    return int(text)


def _invalid(code: str) -> errors.CorrectionInvalid:
    zh, en = FIELDS[code].name
    return errors.CorrectionInvalid(name_zh=zh, name_en=en)


def _keep(
    week: Week, version: int, figures: dict[str, Figure], *, counted_at: dt.datetime, at: dt.datetime,
    staff: Staff | None = None, why: str = "", corrected: list[str] | None = None,
) -> WeeklyReport:  # fmt: skip
    """Freeze one version: its files are made before the transaction and kept with their digests."""
    csv = table(week, version, figures)
    by = staff.name if staff else ""
    pdf = paper(week, version, figures, counted_at=counted_at, made_at=at, by=by, why=why)
    with transaction.atomic():
        report, is_new = WeeklyReport.objects.get_or_create(
            week=week.monday, version=version,
            defaults={
                "made_at": at, "counted_at": counted_at, "made_by": staff, "why": why, "figures": figures, "corrected": corrected or [],
                "csv": csv, "csv_sha256": sha256(csv), "pdf": pdf, "pdf_sha256": sha256(pdf), "send_by": week.send_by,
            },
        )  # fmt: skip
        if not is_new:
            raise errors.ReportReplaced
        record(
            "weekly_report.corrected" if staff else "weekly_report.made", by=actor_of(staff) if staff else system("worker"), at=at,
            subject=("weekly_report", report.pk),
            after={"week": str(week.monday), "version": version, "csv_sha256": report.csv_sha256, "pdf_sha256": report.pdf_sha256, "why": why},
        )  # fmt: skip
    return report


def mark_sent(report: WeeklyReport, receipt: str, *, staff: Staff, at: dt.datetime) -> None:
    """Write down that the newest version was sent, by whom, and the regulator's receipt; once.

    Raise ReceiptMissing, ReportIncomplete, ReportReplaced or ReportSentAlready.
    """
    require(staff, "send_weekly_report")
    receipt = receipt.strip()
    if not receipt or len(receipt) > 100:
        raise errors.ReceiptMissing
    missing = [
        FIELDS[code].name for code, one in report.figures.items() if one["value"] is None and one["whole"] is None
    ]
    if missing:
        raise errors.ReportIncomplete(
            fields_zh="、".join(zh for zh, _ in missing), fields_en=", ".join(en for _, en in missing)
        )
    with transaction.atomic():
        # Locked, so that no version is added while this one is marked.
        locked = list(WeeklyReport.objects.select_for_update().filter(week=report.week).order_by("-version"))
        if locked[0].pk != report.pk:
            raise errors.ReportReplaced
        if not WeeklyReport.objects.filter(pk=report.pk, sent_at=None).update(
            sent_at=at, sent_by=staff, receipt=receipt
        ):
            raise errors.ReportSentAlready
        record(
            "weekly_report.sent", by=actor_of(staff), at=at, subject=("weekly_report", report.pk),
            after={"week": str(report.week), "version": report.version, "receipt": receipt},
        )  # fmt: skip


def remind(*, at: dt.datetime) -> int:
    """Record once of each report that its day to be sent has passed; the desk shows it until it is sent."""
    late = latest().filter(sent_at=None, reminded_at=None, send_by__lt=at)
    reminded = 0
    for pk in late.values_list("pk", flat=True):
        with transaction.atomic():
            if not WeeklyReport.objects.filter(pk=pk, reminded_at=None).update(reminded_at=at):
                continue
            record("weekly_report.overdue", by=system("worker"), at=at, subject=("weekly_report", pk))
            reminded += 1
    return reminded
