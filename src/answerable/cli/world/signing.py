"""The demo reviewers' signing devices. A real one is in a person's hand; these secrets lie in the demo's outbox."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
from django.conf import settings

from answerable.parties.models import Staff
from answerable.permits.actions import ask_for_dossier, confirm
from answerable.permits.signer import wire
from answerable.permits.signer.errors import SignerProblem
from answerable.trail.actors import system
from answerable.verification.models import Dossier

STAGES = {"lin": "pre_check", "zhou": "carrier_review", "sun": "risk", "feng": "risk"}


def enrol() -> bool:
    """Enrol the demo's reviewers and risk officers at the signer, where one answers; say whether it did."""
    try:
        wire.ask(wire.socket_in(settings.SIGNER_DOOR), {"verb": "ping"})
    except SignerProblem:
        return False
    secrets = {}
    for name, stage in STAGES.items():
        command = [sys.executable, "-m", "answerable.cli.main", "signer", "enrol", name, stage]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        secrets[name] = parse_qs(urlsplit(said.strip()).query)["secret"][0]
    file = _file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(secrets))
    return True


def signing_code(username: str, at: dt.datetime) -> str | None:
    """Return a demo person's current signing code; None for somebody without a device."""
    secret = json.loads(_file().read_text()).get(username) if _file().exists() else None
    return pyotp.TOTP(secret).at(int(at.timestamp())) if secret else None


def confirm_permit(dossier: Dossier, staff: Staff, *, at: dt.datetime) -> None:
    """Confirm a dossier's permit as its reviewer does on the page; nothing where there are no devices."""
    code = signing_code(staff.username, at)
    request = ask_for_dossier(dossier, by=system("demo"), at=at)
    if code and request:
        confirm(request, code, staff=staff, at=at)


def _file() -> Path:
    return Path(settings.OUTBOX) / "signing-devices.json"
