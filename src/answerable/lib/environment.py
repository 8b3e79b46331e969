"""Read the environment, loudly: a value that makes no sense stops the program with a sentence that says what would."""

from __future__ import annotations

import ipaddress
import os
import re

from django.core.exceptions import ImproperlyConfigured

PORTS = (1, 65_535)


def integer(name: str, default: int, *, least: int = 0, most: int = 10_000_000) -> int:
    """Return a whole number between `least` and `most`."""
    text = os.environ.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,12}", text) or not least <= int(text) <= most:
        raise ImproperlyConfigured(f"{name}={text!r} must be a whole number from {least} to {most}.")
    return int(text)


def flag(name: str) -> bool:
    text = os.environ.get(name, "0")
    if text not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name}={text!r} must be 0 or 1.")
    return text == "1"


def place(name: str, default: str, *, may_be_empty: bool = False) -> str:
    """Return host:port, or nothing where that switches something off."""
    text = os.environ.get(name, default)
    if not is_place(text) and not (may_be_empty and not text):
        empty = ", or empty to switch it off" if may_be_empty else ""
        raise ImproperlyConfigured(f"{name}={text!r} must be ADDRESS:PORT with a port of 1 to 65535{empty}.")
    return text


def places(name: str) -> tuple[str, ...]:
    """Return a list of IPv4 ADDRESS:PORT, with commas between them."""
    found = tuple(one.strip() for one in os.environ.get(name, "").split(",") if one.strip())
    if wrong := [one for one in found if not re.fullmatch(r"[0-9.]+:.*", one) or not is_place(one)]:
        raise ImproperlyConfigured(f"{name}: {wrong[0]!r} must be ADDRESS:PORT with a port of 1 to 65535.")
    return found


def host(name: str, default: str) -> str:
    """Return an address or a host's name, without a port."""
    text = os.environ.get(name, default)
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?", text) or is_place(text):
        raise ImproperlyConfigured(f"{name}={text!r} must be an address or a host's name, without a port.")
    return text


def addresses(name: str, default: str) -> list[str]:
    """Return a list of IP addresses, with commas between them."""
    found = [one.strip() for one in os.environ.get(name, default).split(",")]
    for one in found:
        try:
            ipaddress.ip_address(one)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name}: {one!r} must be an IP address; several have commas between them."
            ) from error
    return found


def is_place(text: str) -> bool:
    found = re.fullmatch(r"[A-Za-z0-9.\-\[\]:]+:([0-9]{1,5})", text)
    return found is not None and PORTS[0] <= int(found[1]) <= PORTS[1]
