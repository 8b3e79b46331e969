"""What the gate hosts of one operator have in common, so that a call that one let through ends in order at another.

The file `shared` in the gate's folder, the same on every host, brought there by a person and readable by its user alone:

    key 5f0c…       64 hexadecimal digits; the first signs tickets and masks hosts, each is believed
    host 10.7.0.11:5460   where one of the gates listens: a Route that names it is taken as this host's own

Without the file a host has a key of its own. Trust: who has a key can have messages relayed as if a call were one of
these gates'; it lets no new call through.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from answerable.gate.ticket import KEY_BYTES

FILE, OWN = "shared", "ticket.key"
_KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}")


class BadShared(Exception):
    """The file that gate hosts share says something that is none, or others can read it: the gate does not start."""

    code = "GATE_SHARED_BAD"


@dataclass(frozen=True)
class Shared:
    """Keys, the first of which signs, and the addresses of the operator's gates (ADDRESS:PORT)."""

    keys: tuple[bytes, ...] = ()
    hosts: tuple[str, ...] = ()


def load(folder: Path) -> Shared:
    """Read the file in a gate's folder; nothing is shared where there is none. Raise BadShared."""
    path = folder / FILE
    try:
        text, mode = path.read_text(), path.stat().st_mode
    except FileNotFoundError:
        return Shared()
    except (OSError, UnicodeDecodeError) as error:
        raise BadShared(f"{path} cannot be read: {error}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadShared(f"{path} holds keys and others than its owner can reach it: chmod 600 {path}")
    keys, hosts = [], []
    for count, line in enumerate(text.splitlines(), 1):
        what, _, value = line.partition("#")[0].strip().partition(" ")
        if what == "key" and _KEY.fullmatch(value.strip().lower()):
            keys.append(bytes.fromhex(value))
        elif what == "host" and _is_host(value.strip()):
            hosts.append(value.strip())
        elif what:
            raise BadShared(
                f"{path}, line {count}: `key` and 64 hexadecimal digits, or `host` and ADDRESS:PORT, are wanted."
            )
    if not keys:
        raise BadShared(
            f"{path} names no key: write `key` and what `openssl rand -hex {KEY_BYTES}` gives, the same on every host."
        )
    return Shared(tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(hosts)))


def keys(folder: Path, run_folder: Path) -> tuple[bytes, ...]:
    """Return the keys of tickets: the shared ones first, and the host's own, by which it knows calls from before those."""
    return tuple(dict.fromkeys((*load(folder).keys, _own(run_folder))))


def aliases(folder: Path) -> str:
    """Return the lines of Kamailio's configuration by which a Route that names another gate is its own."""
    return "\n".join(f"alias=udp:{one}" for one in load(folder).hosts)


def _own(run_folder: Path) -> bytes:
    """Return the host's own key, made once."""
    path = run_folder / OWN
    if not path.exists():
        making = path.with_name(f"{OWN}.new")
        making.touch(mode=0o600)
        making.write_bytes(secrets.token_bytes(KEY_BYTES))
        making.replace(path)
    return path.read_bytes()


def _is_host(value: str) -> bool:
    address, _, port = value.rpartition(":")
    try:
        ipaddress.ip_address(address.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return port.isascii() and port.isdigit() and 0 < int(port) < 65536 and (":" in address) == address.startswith("[")
