"""What gate hosts share: keys that each believes, and each other's addresses."""

from __future__ import annotations

import pytest

from answerable.gate import shared, ticket
from answerable.gate.host import render
from answerable.gate.settings import GateSettings

A, B = "5f" * 32, "a0" * 32


def write(folder, text, mode=0o600):
    (folder / shared.FILE).touch(mode=0o600)
    (folder / shared.FILE).write_text(text)
    (folder / shared.FILE).chmod(mode)


def rendered(folder):
    settings = GateSettings(folder=folder)
    settings.run_folder.mkdir(parents=True, exist_ok=True)
    return render(settings).read_text(), (settings.run_folder / ticket.FILE).read_bytes()


def test_host_without_the_file_keeps_a_key_of_its_own(tmp_path):
    config, keys = rendered(tmp_path)
    assert (len(keys), "alias=" in config) == (32, False)
    assert rendered(tmp_path) == (config, keys)


def test_hosts_with_the_same_file_know_each_others_calls_and_their_own_from_before(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    _, before = rendered(one)
    for folder in (one, two):
        write(folder, f"# both\nkey {A}\nkey {B.upper()}\n\nhost 10.7.0.11:5460\nhost [2001:db8::1]:5460 # two\n")
    (config, keys), (_, others) = rendered(one), rendered(two)
    assert keys[:64] == others[:64] == bytes.fromhex(A + B)
    assert "\nalias=udp:10.7.0.11:5460\nalias=udp:[2001:db8::1]:5460\n" in config
    assert ticket.check(keys, "c", [ticket.issue(others, "c", "4008123456")]) == "4008123456"
    assert ticket.check(keys, "c", [ticket.issue(bytes.fromhex(B), "c", "4008123456")]) == "4008123456"
    assert ticket.check(keys, "c", [ticket.issue(before, "c", "4008123456")]) == "4008123456"
    assert ticket.check(others, "c", [ticket.issue(before, "c", "4008123456")]) is None


@pytest.mark.parametrize(
    "text",
    ["", "host 10.7.0.11:5460\n", f"key {A[:-1]}\n", f"key {A}\nhost gate.example:5460\n", f"key {A}\nhost 10.7.0.11\n",
     f"key {A}\nhost 2001:db8::1:5460\n", f"key {A}\nhosts 10.7.0.11:5460\n", f"key {A}\nhost 10.7.0.11:70000\n"],
)  # fmt: skip
def test_file_that_says_something_else_is_refused(tmp_path, text):
    write(tmp_path, text)
    with pytest.raises(shared.BadShared):
        shared.load(tmp_path)


def test_file_that_others_can_read_is_refused(tmp_path):
    write(tmp_path, f"key {A}\n", mode=0o640)
    with pytest.raises(shared.BadShared, match="chmod 600"):
        shared.load(tmp_path)
