"""Read a document: text, kind, fields, QR codes, seals. One call per uploaded file; about two seconds a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from answerable.lib import images
from answerable.lib.identifiers import read_credit_code
from answerable.verification.reading import blanks, engine, fields, kinds, quality, seals
from answerable.verification.reading.clean import watermarks
from answerable.verification.reading.engine import Piece, Pixels
from answerable.verification.reading.layout import Sheet
from answerable.verification.reading.model import Box, Field, Kind, Line, Reading
from answerable.verification.reading.qr import read_qr
from answerable.verification.reading.whiten import whiten

if TYPE_CHECKING:
    from answerable.verification.checks.claims_file import ClaimsFile

Progress = Callable[[str], None]
READ_SIDE = 2000
"""Pixels of the longer side at which pages are drawn for reading: the QR code needs more than the text."""
LEAST_CONFIDENCE = 0.85
"""Below it the picture may stand on its head or be mirrored: mirrored Chinese still reads with up to 0.77."""


def read(pages: Sequence[Image.Image], kind_hint: Kind | None = None, progress: Progress | None = None) -> Reading:
    """Read the pages of one file (RGB, upright or not); fields of later pages fill what earlier ones lack.

    `kind_hint`, the slot's kind, decides only where the words do not. `progress` hears `text`, `qr`, `seals`.
    """
    if not pages:
        raise ValueError("A document has at least one page.")
    tell = progress or (lambda stage: None)
    read_pages = [_read_page(page, number, kind_hint, tell) for number, page in enumerate(pages)]
    first = next((r for r in read_pages if r.kind != "unknown"), read_pages[0])
    merged: dict[str, Field] = {}
    for one in read_pages:
        for name, value in one.fields.items():
            merged.setdefault(name, value)
    return replace(
        first,
        kind=_joined_kind(first.kind, [r.kind for r in read_pages]),
        fields=merged,
        qr=tuple(q for r in read_pages for q in r.qr),
        seals=tuple(s for r in read_pages for s in r.seals),
        lines=tuple(line for r in read_pages for line in r.lines),
        marks=tuple(dict.fromkeys(mark for r in read_pages for mark in r.marks)),
        pages=len(pages),
        notes=_notes(first.kind, merged),
    )


def report(source: Path | bytes, kind_hint: Kind | None = None, *, stated: ClaimsFile | None = None) -> dict[str, Any]:
    """Read a file and return what a command prints: kind, fields, findings; raise images.RefusedFile.

    With `stated` the paper is compared with what an applicant typed; terms are judged on its day, today if not given.
    """
    from answerable.verification.checks.single import check_alone
    from answerable.verification.checks.slots import slot_kind

    admitted = images.admit(source if isinstance(source, bytes) else source.read_bytes())
    reading = read_admitted(admitted, kind_hint or (slot_kind(stated.slot) if stated else None))
    findings = [finding.to_dict() for finding in check_alone(reading, stated)]
    return reading.to_dict() | {"sha256": admitted.sha256, "findings": findings}


def read_admitted(
    admitted: images.AdmittedFile, kind_hint: Kind | None = None, progress: Progress | None = None
) -> Reading:
    """Draw the pages of an admitted file and read them."""
    pages = [admitted.page(index, max_side=READ_SIDE) for index in range(admitted.page_count)]
    return read(pages, kind_hint, progress)


def _read_page(page: Image.Image, number: int, hint: Kind | None, tell: Progress) -> Reading:
    tell("text")
    picture: Pixels = np.asarray(page.convert("RGB"))
    pieces, turned, mirrored = _upright(picture)
    upright = _turned(picture, turned, mirrored=mirrored)
    sheet = Sheet(pieces)
    kind = kinds.tell_kind(pieces, sheet.height, upright.shape[0])
    if kind == "unknown" and hint and pieces:
        kind = hint if _has_fields(hint, sheet) else "unknown"
    place = _placer(upright, number, turned, mirrored=mirrored)
    tell("qr")
    codes = read_qr(picture, number)
    tell("seals")
    marks = seals.read_seals(upright, kind, engine.recognise_strip, page=number)
    found = fields.assign(kind, pieces, sheet, place)
    if kind in seals.SEALED:
        written = blanks.find_blanks(upright, pieces, place)
        found |= {name: value for name, value in written.items() if not found.get(name)}
    return Reading(
        kind=kind,
        fields=found,
        qr=codes,
        seals=tuple(replace(s, box=_turn_back(s.box, turned, mirrored=mirrored)) for s in marks),
        lines=tuple(Line(p.text, round(p.score, 4), place([p])) for p in pieces),
        quality=quality.measure(upright, pieces, turned, mirrored=mirrored),
        marks=tuple(watermarks(pieces)),
    )


def _turned(picture: Pixels, turned: int, *, mirrored: bool = False) -> Pixels:
    """Turn a picture clockwise by a multiple of 90 degrees, or exchange left and right."""
    if mirrored:
        return np.ascontiguousarray(picture[:, ::-1])
    return np.ascontiguousarray(np.rot90(picture, -turned // 90)) if turned else picture


def _upright(picture: Pixels) -> tuple[list[Piece], int, bool]:
    """Recognise; where the text stands on its side or head, or is mirrored, put it right and recognise again.

    Return the pieces, the degrees it was turned clockwise, and whether left and right were exchanged.
    """
    page, scale = whiten(picture)
    pieces, turned, mirrored = _stand_up(page)
    return [_enlarged(piece, 1 / scale) for piece in pieces], turned, mirrored


def _stand_up(picture: Pixels) -> tuple[list[Piece], int, bool]:
    pieces = engine.recognise(picture)
    long = [p for p in pieces if len(p.text) >= 3]
    tall = sum(p.height > p.width * 1.5 for p in long)
    sideways = len(long) >= 3 and tall > len(long) / 2
    if not sideways and (_confidence(pieces) >= LEAST_CONFIDENCE or sum(len(p.text) for p in pieces) < 8):
        return pieces, 0, False
    best, best_turn = pieces, 0
    for turn in (90, 270) if sideways else (180,):
        again = engine.recognise(_turned(picture, turn))
        if _weight(again) > _weight(best) * (0.5 if sideways and best_turn == 0 else 1.15):
            best, best_turn = again, turn
        if sideways and _confidence(again) > 0.93:
            break
    if not sideways and _confidence(best) < LEAST_CONFIDENCE:
        again = engine.recognise(_turned(picture, 0, mirrored=True))
        if _weight(again) > _weight(best) * 1.5:
            return again, 0, True
    return best, best_turn, False


def _enlarged(piece: Piece, factor: float) -> Piece:
    return replace(piece, corners=tuple((x * factor, y * factor) for x, y in piece.corners))


def _confidence(pieces: Sequence[Piece]) -> float:
    characters = sum(len(p.text) for p in pieces)
    return sum(p.score * len(p.text) for p in pieces) / characters if characters else 0.0


def _weight(pieces: Sequence[Piece]) -> float:
    return sum(p.score**4 * len(p.text) for p in pieces)


def _has_fields(kind: Kind, sheet: Sheet) -> bool:
    from answerable.verification.reading.keys import KEYS

    return kind in KEYS and sum(bool(f.text) for f in sheet.collect(KEYS[kind]).values()) >= 2


def _placer(upright: Pixels, number: int, turned: int, *, mirrored: bool = False) -> Callable[[Sequence[Piece]], Box]:
    height, width = upright.shape[:2]

    def place(pieces: Sequence[Piece]) -> Box:
        xs = [x / width for p in pieces for x, _ in p.corners]
        ys = [y / height for p in pieces for _, y in p.corners]
        return _turn_back(
            Box(number, round(min(xs), 4), round(min(ys), 4), round(max(xs), 4), round(max(ys), 4)),
            turned,
            mirrored=mirrored,
        )

    return place


def _turn_back(box: Box, turned: int, *, mirrored: bool = False) -> Box:
    """Give a place on the page as it was put right as a place on the page as it was uploaded."""
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    if mirrored:
        left, right = 1 - right, 1 - left
    corners = {
        0: (left, top, right, bottom),
        90: (top, 1 - right, bottom, 1 - left),
        180: (1 - right, 1 - bottom, 1 - left, 1 - top),
        270: (1 - bottom, left, 1 - top, right),
    }[turned]
    return Box(box.page, *(round(value, 4) for value in corners))


def _joined_kind(first: Kind, all_kinds: Sequence[Kind]) -> Kind:
    return "id_both" if {"id_portrait", "id_emblem"} <= set(all_kinds) else first


def _notes(kind: Kind, found: dict[str, Field]) -> tuple[str, ...]:
    notes = []
    if kind == "business_licence" and "registration_no" in found and "code" not in found:
        notes.append("old_edition")
    if "code" in found and read_credit_code(found["code"].text).corrected:
        notes.append("code_corrected")
    if any(name in found and found[name].value == "long_term" for name in ("term", "validity")):
        notes.append("long_term")
    return tuple(notes)
