"""QR codes: decode, and look for a credit code in the payload. No address in a payload is ever fetched."""

from __future__ import annotations

import re
from functools import partial

import cv2
import numpy as np
import zxingcpp

from answerable.lib.identifiers import read_credit_code
from answerable.verification.reading.engine import Pixels
from answerable.verification.reading.model import QR, Box

_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")


def read_qr(picture: Pixels, page: int = 0) -> tuple[QR, ...]:
    """Decode the QR codes of a page; when none is found, try once more on the picture twice as large."""
    found = _decode(picture, page)
    if not found and max(picture.shape[:2]) <= 2600:
        larger = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        found = _decode(np.asarray(larger, dtype=np.uint8), page)
    return found


def code_in(payload: str) -> str:
    """Return the credit code that a payload carries; a QR code without one is not a failure."""
    hits: list[str] = _CODE.findall(payload.upper())
    valid = [hit for hit in hits if read_credit_code(hit).is_valid]
    if valid:
        return valid[0]
    named = re.search(r"(?:UNISCID=|信用代码[:：])([0-9A-Z]{18})(?![0-9A-Z])", payload.upper())
    return named[1] if named else ""


_read = partial(zxingcpp.read_barcodes, formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]


def _decode(picture: Pixels, page: int) -> tuple[QR, ...]:
    height, width = picture.shape[:2]
    result = []
    for code in _read(picture):
        place = code.position
        xs = [p.x / width for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]
        ys = [p.y / height for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]
        box = Box(page, round(min(xs), 4), round(min(ys), 4), round(max(xs), 4), round(max(ys), 4))
        result.append(QR(code.text, code_in(code.text), box))
    return tuple(result)
