"""A holder's archive stands for itself: whoever has the two keys checks it, and nothing that was changed passes."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.exits.tests.conftest import CALLER
from answerable.exits.verify import pages, verify
from answerable.transparency.entries import canonical
from answerable.transparency.evidence_key import evidence_key
from answerable.transparency.integrate import signing_key
from answerable.transparency.manifests import BundleInvalid
from answerable.transparency.notes import SigningKey


def checked(path):
    return verify(path, key=str(evidence_key().verifier), log_key=str(signing_key().verifier))


def rewrite(path, changes, *, sign=False):
    """Write the archive anew with some files changed; signed again only where the forger has the key."""
    with zipfile.ZipFile(path) as opened:
        files = {name: opened.read(name) for name in opened.namelist()} | changes
    if sign:
        import hashlib

        said = json.loads(files["manifest.json"])
        for one in said["files"]:
            one |= {"bytes": len(files[one["file"]]), "sha256": hashlib.sha256(files[one["file"]]).hexdigest()}
        files["manifest.json"] = canonical(said)
        files["manifest.sig"] = evidence_key().private.sign(files["manifest.json"])
    with zipfile.ZipFile(path, "w") as written:
        for name, content in files.items():
            written.writestr(name, content)


def test_archive_proves_who_answered_and_holds_all_that_goes_on(world, elsewhere, archive):
    found = checked(archive)
    assert (found.numbers, found.lines(world.plain)) == ([world.plain], [world.line])
    assert [plan["hours"] for plan in found.lists["plans"]] == [[[0, 540, 1080]]]
    (balance,) = found.lists["balances"]
    fee = elsewhere.order.price["term_months"] * elsewhere.order.price["monthly_minimum_fen"]
    assert (balance["term_fee_fen"], 0 < balance["unused_fen"] <= fee) == (fee, True)
    with zipfile.ZipFile(archive) as opened:
        rows = list(csv.DictReader(io.TextIOWrapper(opened.open("calls.csv"), "utf-8")))
    assert [(row["caller"], row["end_status"]) for row in rows] == [(CALLER, "answered")]
    licence = next(one for one in found.lists["documents"] if one["slot"] == "licence" and not one["replaced_at"])
    assert pages(archive, licence["id"])[0].startswith(b"\xff\xd8")


def test_another_key_is_refused(archive):
    other = SigningKey("other", Ed25519PrivateKey.generate()).verifier
    with pytest.raises(BundleInvalid, match="another key"):
        verify(archive, key=str(other), log_key=str(signing_key().verifier))
    with pytest.raises(BundleInvalid, match="not proven by the log's key"):
        verify(archive, key=str(evidence_key().verifier), log_key=str(other))


def test_changed_file_is_refused(archive):
    rewrite(archive, {"lines.json": b"[]"})
    with pytest.raises(BundleInvalid, match=r"lines\.json was changed"):
        checked(archive)


def test_operator_that_signs_another_history_than_its_log_is_refused(world, archive):
    with zipfile.ZipFile(archive) as opened:
        said = json.loads(opened.read(f"log/{world.plain}.json"))
    del said["log"]["entries"][-1]
    rewrite(archive, {f"log/{world.plain}.json": json.dumps(said).encode()}, sign=True)
    with pytest.raises(BundleInvalid, match=r"does not name|names"):
        checked(archive)


def test_numbers_that_the_log_does_not_prove_are_refused(world, archive):
    with zipfile.ZipFile(archive) as opened:
        rows = json.loads(opened.read("numbers.json"))
    more = [*rows, rows[0] | {"number": "4008000999"}]
    rewrite(archive, {"numbers.json": json.dumps(more).encode()}, sign=True)
    with pytest.raises(BundleInvalid, match="proof is missing for 4008000999"):
        checked(archive)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(BundleInvalid, match="no readable ZIP"):
        checked(tmp_path / "x.zip")
