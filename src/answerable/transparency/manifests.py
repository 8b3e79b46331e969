"""A ZIP that stands for itself: every file with its SHA-256 in a canonical manifest, signed with Ed25519. No Django.

Read from the bottom up: the signature before anything that is signed is believed, then the files, then what they say.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from answerable.transparency.entries import canonical
from answerable.transparency.errors import LogError
from answerable.transparency.notes import SigningKey, VerifierKey

MANIFEST, SIGNATURE, KEY_FILE = "manifest.json", "manifest.sig", "evidence-key.pem"
LARGEST_FILE = 2 << 30
"""A ZIP may unfold to anything; a file that says it is larger than this is not read."""


class BundleInvalid(Exception):
    """Something in a bundle does not hold; the sentence says what."""

    code = "BUNDLE_INVALID"


def signed(about: dict[str, Any], key: SigningKey) -> dict[str, bytes]:
    """Return the manifest (canonical JSON) and its raw signature of 64 bytes, as `openssl pkeyutl -rawin` verifies it."""
    written = canonical(about)
    return {MANIFEST: written, SIGNATURE: key.private.sign(written)}


def write(value: Any) -> bytes:
    """Write JSON for people and programs: UTF-8, indented by one, sorted."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def opened(bundle: Path) -> zipfile.ZipFile:
    """Open a bundle; raise BundleInvalid."""
    try:
        return zipfile.ZipFile(bundle)
    except (zipfile.BadZipFile, OSError) as error:
        raise BundleInvalid(f"{bundle} is no readable ZIP: {error}") from None


def require(holds: bool, sentence: str) -> None:
    """Raise BundleInvalid where something does not hold."""
    if not holds:
        raise BundleInvalid(sentence)


def read_manifest(bundle: zipfile.ZipFile, form: str, key: str) -> dict[str, Any]:
    """Return the manifest of a bundle of this form, signed by `key` (empty: by the key it names itself); raise BundleInvalid."""
    names = bundle.namelist()
    require(len(names) == len(set(names)), "The ZIP names a file twice.")
    require(MANIFEST in names and SIGNATURE in names, "The manifest or its signature is missing.")
    raw, signature = read(bundle, MANIFEST), read(bundle, SIGNATURE)
    try:
        said = json.loads(raw)
        is_plain = isinstance(said, dict) and canonical(said) == raw
    except (ValueError, LogError):
        is_plain = False
    require(is_plain and said.get("format") == form, f"The manifest is no canonical {form}.")
    try:
        signer = VerifierKey.parse(key or str(said.get("key")))
        require(str(signer) == said.get("key"), "The bundle was signed by another key than the one that was given.")
        Ed25519PublicKey.from_public_bytes(signer.public).verify(signature, raw)
    except LogError as error:
        raise BundleInvalid(f"The key cannot be read: {error}") from None
    except InvalidSignature:
        raise BundleInvalid(
            "The manifest's signature does not hold: it was changed, or another key signed it."
        ) from None
    return dict(said)


def read(bundle: zipfile.ZipFile, name: str) -> bytes:
    """Return one file whole; raise BundleInvalid."""
    try:
        info = bundle.getinfo(name)
        require(info.file_size <= LARGEST_FILE, f"{name} is too large.")
        return bundle.read(name)
    except KeyError:
        raise BundleInvalid(f"{name} is missing.") from None
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise BundleInvalid(f"{name} cannot be read: {error}") from None


def check_files(bundle: zipfile.ZipFile, said: dict[str, Any]) -> int:
    """Hold every file against the manifest, none missing and none besides; return how many. Raise BundleInvalid."""
    listed = {str(one["file"]): one for one in said["files"]}
    there = set(bundle.namelist()) - {MANIFEST, SIGNATURE}
    strange = sorted(there ^ set(listed))
    require(not strange, f"The files are not those of the manifest: {', '.join(strange[:5])}.")
    for name, one in listed.items():
        digest, size = hashlib.sha256(), 0
        try:
            with bundle.open(name) as stream:
                while piece := stream.read(1 << 20):
                    digest.update(piece)
                    size += len(piece)
        except (zipfile.BadZipFile, OSError, EOFError) as error:
            raise BundleInvalid(f"{name} cannot be read: {error}") from None
        require((size, digest.hexdigest()) == (one["bytes"], one["sha256"]), f"{name} was changed.")
    return len(listed)
