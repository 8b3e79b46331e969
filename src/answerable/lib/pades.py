"""Electronic seals in a PDF (PAdES, ISO 32000-2 section 12.8), verified with pyHanko against roots that the operator loads.

Nothing is fetched: a certificate that its CA has revoked is refused only where a revocation list lies in the file. SM2
seals (GB/T 38540) are not read: their papers come back printed, sealed and photographed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import pem, x509


class BadSeal(Exception):
    """A signed PDF that is not accepted: why, in both languages."""

    code = "seal_refused"

    def __init__(self, zh: str, en: str) -> None:
        self.text_zh, self.text_en = zh, en
        super().__init__(en)


@dataclass(frozen=True)
class Seal:
    """A seal that holds: every value of its certificate's subject (names, codes), and the time it says it was made."""

    names: tuple[str, ...]
    certificate: str
    made_at: dt.datetime | None


def is_sealed(raw: bytes) -> bool:
    """Say whether a file is a PDF that carries a signature, good or bad."""
    return raw.startswith(b"%PDF") and b"/ByteRange" in raw


def read_root(raw: bytes) -> x509.Certificate:
    """Read a root certificate (PEM or DER); raise BadSeal for what is none or no CA's."""
    try:
        der = pem.unarmor(raw)[2] if pem.detect(raw) else raw
        certificate = x509.Certificate.load(der)
        is_ca = bool(certificate.ca)
    except (ValueError, TypeError):
        raise BadSeal("不是证书文件（PEM 或 DER）。", "That is no certificate (PEM or DER).") from None
    if not is_ca:
        raise BadSeal("不是 CA 证书。", "That is not a CA's certificate.")
    return certificate


def verify(raw: bytes, roots: Sequence[x509.Certificate], *, at: dt.datetime) -> list[Seal]:
    """Return every seal of a PDF, if all hold at `at` and the last one covers the whole file; raise BadSeal.

    The certificate must be valid now: the time inside a seal is its maker's own word.
    """
    from answerable.lib import pades_reading  # pyHanko takes a third of a second: not at each process's start

    return pades_reading.verify(raw, roots, at=at)
