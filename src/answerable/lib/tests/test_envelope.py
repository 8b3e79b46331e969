from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.lib.envelope import (
    KeyMissing,
    MasterKey,
    NotSealed,
    Tampered,
    UnknownKey,
    open_sealed,
    seal,
)

KEY = MasterKey(b"8 bytes!", b"k" * 32)


def test_document_opens_with_its_own_id_only() -> None:
    sealed = seal(b"licence", KEY, b"document 1")
    assert open_sealed(sealed, KEY, b"document 1") == b"licence"
    with pytest.raises(Tampered):
        open_sealed(sealed, KEY, b"document 2")


def test_same_document_is_never_sealed_alike() -> None:
    assert seal(b"licence", KEY, b"1") != seal(b"licence", KEY, b"1")


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_is_noticed(place: int, change: int) -> None:
    sealed = bytearray(seal(b"licence", KEY, b"1"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises((Tampered, NotSealed, UnknownKey)):
        open_sealed(bytes(sealed), KEY, b"1")


def test_cut_or_foreign_bytes_are_refused() -> None:
    with pytest.raises(NotSealed):
        open_sealed(b"%PDF-1.7", KEY, b"1")
    with pytest.raises(Tampered):
        open_sealed(seal(b"licence", KEY, b"1")[:-1], KEY, b"1")


def test_key_that_is_not_loaded_is_named() -> None:
    sealed = seal(b"licence", KEY, b"1")
    with pytest.raises(UnknownKey, match=KEY.key_id.hex()):
        open_sealed(sealed, MasterKey(b"another!", b"k" * 32), b"1")


def test_created_key_is_private_and_loads_again(tmp_path: Path) -> None:
    made = MasterKey.create(tmp_path / "keys")
    assert MasterKey.load(tmp_path / "keys") == made
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert made.secret.hex() not in repr(made)


def test_second_key_is_never_made_by_mistake(tmp_path: Path) -> None:
    MasterKey.create(tmp_path)
    with pytest.raises(KeyMissing):
        MasterKey.create(tmp_path)


def test_rotated_folder_still_opens_old_documents(tmp_path: Path) -> None:
    old = MasterKey.create(tmp_path)
    sealed = seal(b"licence", old, b"1")
    new = MasterKey.rotate(tmp_path)
    assert new.key_id != old.key_id
    assert open_sealed(sealed, new, b"1") == b"licence"


def test_missing_or_spoiled_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        MasterKey.load(tmp_path)
    (tmp_path / "master-0001-0011223344556677.key").write_text("short")
    with pytest.raises(KeyMissing):
        MasterKey.load(tmp_path)
