"""The environment is read loudly."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from answerable.lib import environment

NAME = "ANSWERABLE_TEST_ONLY"


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "²", "8 400", "80.0", "9" * 40])
def test_port_out_of_range_says_the_range(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.integer(NAME, 8400, least=1, most=65_535)
    assert str(refused.value) == f"{NAME}={text!r} must be a whole number from 1 to 65535."


@pytest.mark.parametrize("text", ["127.0.0.1", "9464", ":9464", "127.0.0.1:0", "127.0.0.1:70000", "a b:1", " "])
def test_address_without_a_port_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured, match="must be ADDRESS:PORT with a port of 1 to 65535"):
        environment.place(NAME, "127.0.0.1:9464", may_be_empty=True)


def test_list_with_one_wrong_address_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "192.0.2.1:5060,192.0.2.2:99999")
    with pytest.raises(ImproperlyConfigured, match=r"'192\.0\.2\.2:99999' must be ADDRESS:PORT"):
        environment.places(NAME)


@pytest.mark.parametrize("text", ["", "a b", "127.0.0.1:5460", "-", "gate:5060"])
def test_host_is_one_without_a_port(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured, match="must be an address or a host's name, without a port"):
        environment.host(NAME, "127.0.0.1")
    monkeypatch.setenv(NAME, "gate-1.example")
    assert environment.host(NAME, "127.0.0.1") == "gate-1.example"


def test_addresses_are_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "192.0.2.1, 2001:db8::1")
    assert environment.addresses(NAME, "") == ["192.0.2.1", "2001:db8::1"]
    monkeypatch.setenv(NAME, "192.0.2.1,gate-1")
    with pytest.raises(ImproperlyConfigured, match="'gate-1' must be an IP address"):
        environment.addresses(NAME, "")


def test_right_values_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.place(NAME, "127.0.0.1:9464") == "127.0.0.1:9464"
    monkeypatch.setenv(NAME, "")
    assert environment.place(NAME, "127.0.0.1:9464", may_be_empty=True) == ""
    assert environment.places(NAME) == ()
    monkeypatch.setenv(NAME, "carrier.example:5060")
    assert environment.place(NAME, "") == "carrier.example:5060"
    monkeypatch.setenv(NAME, "192.0.2.20:5060, 192.0.2.21:5061")
    assert environment.places(NAME) == ("192.0.2.20:5060", "192.0.2.21:5061")


def test_empty_is_nothing_where_something_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "")
    with pytest.raises(ImproperlyConfigured):
        environment.place(NAME, "127.0.0.1:5461")
