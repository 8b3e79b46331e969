"""What a key of the store seals is noise once the key is destroyed, in every copy."""

from __future__ import annotations

import pytest

from answerable.lib import keystore
from answerable.lib.envelope import Tampered


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.DOCUMENT_KEYS = tmp_path / "document-keys"
    return settings.DOCUMENT_KEYS


def test_value_opens_for_its_owner_and_context_only():
    sealed = keystore.seal_json({"a": "字"}, "dossier-1", "claims:1")
    keystore.seal_json({}, "dossier-2", "claims:2")
    assert keystore.open_json(sealed, "dossier-1", "claims:1") == {"a": "字"}
    for owner, context in (("dossier-1", "claims:2"), ("dossier-2", "claims:1")):
        with pytest.raises(Tampered):
            keystore.open_json(sealed, owner, context)


def test_destroyed_key_leaves_every_copy_unreadable(store):
    sealed = keystore.seal_bytes(b"licence", "document-1", "document:1")
    keystore.destroy("document-1")
    keystore.destroy("document-1")
    assert [path for path in store.rglob("*") if path.is_file()] == []
    with pytest.raises(keystore.KeyGone):
        keystore.open_bytes(sealed, "document-1", "document:1")
    keystore.seal_bytes(b"another", "document-1", "document:1")
    with pytest.raises(Tampered):
        keystore.open_bytes(sealed, "document-1", "document:1")


def test_key_lies_apart_from_what_it_seals_and_closed_to_others(store):
    sealed = keystore.seal_bytes(b"licence", "document-1", "document:1")
    [file] = [path for path in store.rglob("*") if path.is_file()]
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o077 == 0
    assert file.read_bytes() not in sealed


def test_key_of_one_owner_is_no_key_of_another(store):
    sealed = keystore.seal_bytes(b"licence", "document-1", "document:1")
    keystore.seal_bytes(b"letter", "document-2", "document:2")
    one, two = (next(store.rglob(f"document-{serial}.key")) for serial in (1, 2))
    two.write_bytes(one.read_bytes())
    with pytest.raises(Tampered):
        keystore.open_bytes(sealed, "document-2", "document:1")


@pytest.mark.parametrize("owner", ["../x", "document-", "staff-1", "document-a/b"])
def test_only_known_names_are_keys(owner):
    with pytest.raises(ValueError, match="no name of a key"):
        keystore.has(owner)
