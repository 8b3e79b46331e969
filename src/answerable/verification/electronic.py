"""Electronic seals in place of paper, red ink and a photograph (E-Signature Law art. 13, 14, 16).

A seal counts where its certificate comes from a CA that the operator loaded and names the applicant: by its name, or by
its credit code.
"""

from __future__ import annotations

import datetime as dt

from asn1crypto import x509

from answerable.lib import pades
from answerable.parties.models import Enterprise
from answerable.parties.queries import trusted_roots
from answerable.verification import errors
from answerable.verification.checks.compare import plain


def read_seal(raw: bytes, enterprise: Enterprise, *, at: dt.datetime) -> str:
    """Say who sealed a PDF electronically; empty for a file without a seal. Raise SealRefused, which says the other way."""
    if not pades.is_sealed(raw):
        return ""
    roots = [x509.Certificate.load(bytes(der)) for der in trusted_roots()]
    try:
        seals = pades.verify(raw, roots, at=at)
    except pades.BadSeal as bad:
        raise errors.SealRefused(why_zh=bad.text_zh, why_en=bad.text_en) from bad
    own = next((seal for seal in seals if names(seal, enterprise)), None)
    if own is None:
        raise errors.SealRefused(
            why_zh=f"签章证书上的单位不是{enterprise.name}。",
            why_en=f"The seal's certificate does not name {enterprise.name}.",
        )
    return f"{enterprise.name} {own.certificate[:16]}"


def names(seal: pades.Seal, enterprise: Enterprise) -> bool:
    """Say whether a certificate's subject is the organisation."""
    values = [plain(value) for value in seal.names]
    return plain(enterprise.name) in values or any(enterprise.credit_code in value for value in values)
