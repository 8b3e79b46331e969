"""Devices are given to people, and taken from those who have one."""

import sys

import pytest

from answerable.permits.signer.__main__ import main
from answerable.permits.signer.store import Store


@pytest.fixture
def signer(tmp_path, monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["signer", str(tmp_path), *words])
        status = main()
        return status, capsys.readouterr()

    return run


def test_nobody_is_enrolled_under_no_name(signer, tmp_path):
    for nobody in ("", "  ", "\u200b"):
        status, said = signer("enrol", nobody, "pre_check")
        assert (status, said.out) == (1, "")
        assert said.err.startswith("answerable: Say whom: NAME is what they sign in as")
    assert Store(tmp_path).enrolled() == []


def test_who_has_no_device_is_said_to_have_none(signer, tmp_path):
    assert signer("enrol", "lin", "pre_check")[0] == 0
    status, said = signer("dismiss", "zhou")
    assert (status, said.err) == (1, "answerable: Nobody called 'zhou' is enrolled; `signer enrolled` lists who is.\n")
    assert signer("dismiss", "lin")[0] == 0
    assert Store(tmp_path).enrolled() == []
