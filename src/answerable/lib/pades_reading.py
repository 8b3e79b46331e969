"""Read the seals of a PDF with pyHanko. Only lib.pades imports this, when a seal is to be read."""

from __future__ import annotations

import datetime as dt
import io
import logging
from collections.abc import Sequence
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from answerable.lib.pades import BadSeal, Seal

for _chatty in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_chatty).setLevel(logging.CRITICAL)  # what does not hold is an answer here, told to the person


def verify(raw: bytes, roots: Sequence[x509.Certificate], *, at: dt.datetime) -> list[Seal]:
    """Return every seal of a PDF; see `pades.verify`."""
    try:
        found = PdfFileReader(io.BytesIO(raw), strict=False).embedded_signatures
        if not found:
            raise BadSeal("文件里没有电子签章。", "The file carries no electronic seal.")
        return [_verify(one, roots, at=at, is_last=one is found[-1]) for one in found]
    except (PdfError, SignatureValidationError, SigningError, ValueError, KeyError, TypeError, IndexError) as error:
        raise BadSeal(
            "电子签章无法读取，文件可能已损坏。", "The electronic seal cannot be read; the file may be broken."
        ) from error


def _verify(one: Any, roots: Sequence[x509.Certificate], *, at: dt.datetime, is_last: bool) -> Seal:
    context = ValidationContext(trust_roots=list(roots), moment=at, allow_fetching=False)
    status = validate_pdf_signature(one, context)
    if not status.intact or not status.valid:
        raise BadSeal(
            "电子签章与文件内容不符：盖章后文件被改动过。",
            "The seal does not fit the file: it was changed after sealing.",
        )
    if not status.trusted:
        raise BadSeal(
            "签章证书不是由本运营主体认可的电子认证服务机构签发，或已过期、未生效。",
            "The seal's certificate is not from a certification authority that this operator accepts, or is not valid today.",
        )
    whole = SignatureCoverageLevel.ENTIRE_FILE if is_last else SignatureCoverageLevel.ENTIRE_REVISION
    if status.coverage is None or status.coverage.value < whole.value:
        raise BadSeal("电子签章没有覆盖整个文件。", "The seal does not cover the whole file.")
    level = status.modification_level
    if level is None or level.value > ModificationLevel.FORM_FILLING.value or status.docmdp_ok is False:
        raise BadSeal("盖章后文件内容又被改动过。", "The file was changed after sealing.")
    certificate = status.signing_cert
    values = [
        str(v) for value in certificate.subject.native.values() for v in (value if isinstance(value, list) else [value])
    ]
    return Seal(tuple(values), certificate.sha256.hex(), status.signer_reported_dt)
