"""A made-up certification authority, its certificates, and PDFs sealed with them: specimens for the tests."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

DAY = dt.timedelta(days=1)


def subject(organisation: str, *, serial: str = "") -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.COMMON_NAME, organisation),
    ]
    return x509.Name(
        [
            x509.NameAttribute(oid, text)
            for oid, text in [*parts, *([(NameOID.SERIAL_NUMBER, serial)] if serial else [])]
        ]
    )


@dataclass(frozen=True)
class Authority:
    """A CA of the tests."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, name: str, at: dt.datetime) -> Authority:
        key, own = ec.generate_private_key(ec.SECP256R1()), subject(name)
        certificate = (
            _certificate(own, own, key, at - 300 * DAY, at + 3000 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(is_ca=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(own, key, certificate)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def seal(
        self, pdf: bytes, name: x509.Name, *, since: dt.datetime, until: dt.datetime, field: str = "Seal"
    ) -> bytes:
        """Seal a PDF with a certificate of this authority for `name`."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _certificate(name, self.name, key, since, until)
            .add_extension(_usage(is_ca=False), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        return seal_with(pdf, certificate, key, [self.certificate], field)


def seal_with(
    pdf: bytes, certificate: x509.Certificate, key: Any, chain: list[x509.Certificate], field: str = "Seal"
) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    raw = key.private_bytes(serialization.Encoding.DER, form, serialization.NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=_asn1(certificate), signing_key=asn1_keys.PrivateKeyInfo.load(raw),
        cert_registry=SimpleCertificateStore.from_certs([_asn1(one) for one in chain]),
    )  # fmt: skip
    meta = signers.PdfSignatureMetadata(field_name=field, subfilter=fields.SigSeedSubFilter.PADES)
    return bytes(signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=signer).getvalue())


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _certificate(
    name: x509.Name, issuer: x509.Name, key: Any, since: dt.datetime, until: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=not is_ca, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=is_ca, crl_sign=is_ca, encipher_only=False, decipher_only=False,
    )  # fmt: skip
