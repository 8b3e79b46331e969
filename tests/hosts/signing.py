"""The signer of the field: its own key store, and permits for records as `answerable signer` makes them."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

from answerable.permits.signer import keys
from answerable.snapshot import permits, trust
from answerable.snapshot.records import encode


class Signer:
    """Signs what it is given; two people's codes are asked for elsewhere (permits/tests)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        keys.make(folder)
        self.serial = 0

    def permitted(self, record: dict[str, Any]) -> bytes:
        """Return a record with a new permit of its own."""
        self.serial += 1
        which, private = keys.current(self.folder)
        lines = [(line["line"], line["proven_until"]) for line in record["destinations"]]
        statement = permits.state(
            record["number"], holder=record["owner"], lines=lines, valid_until=record["verified_until"],
            leaf=secrets.token_hex(32), serial=self.serial, key=which, at=int(time.time()),
        )  # fmt: skip
        return encode({**record, "permit": permits.sign(statement, private)})

    def bring_keys(self, gate: Path) -> None:
        """Bring the file of trusted keys to a gate host, as a person does."""
        draft = gate / f".{trust.FILE}.new"
        draft.write_text(keys.public(self.folder))
        draft.replace(gate / trust.FILE)
