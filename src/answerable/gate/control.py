"""Ask the running Kamailio about itself over its own socket (JSON-RPC 2.0 in datagrams): figures, never a deed on a call.

Trust: who can open the socket can do to the gate what its user can; it is 0600 in the gate's own run folder.
"""

from __future__ import annotations

import json
import secrets
import socket
from pathlib import Path
from typing import Any

from answerable.gate.settings import GateSettings
from answerable.lib import ports

NAME = "kamailio.sock"
LONGEST = 65_535
_CONFIG = """loadmodule "jsonrpcs.so"
modparam("jsonrpcs", "transport", 4)
modparam("jsonrpcs", "fifo_name", "")
modparam("jsonrpcs", "dgram_socket", "{path}")
modparam("jsonrpcs", "dgram_mode", 0600)
modparam("jsonrpcs", "dgram_timeout", 500)
"""


class NoAnswer(Exception):
    """Kamailio did not answer, or not with what was asked."""

    code = "GATE_NO_ANSWER"


def path(settings: GateSettings) -> Path:
    """Return where the socket lies: in the run folder, or in one under /tmp where that path is too long."""
    return ports.folder_for_socket(settings.run_folder, NAME) / NAME


def lines(settings: GateSettings) -> str:
    """Return the lines of Kamailio's configuration; make the socket's folder."""
    place = path(settings)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _CONFIG.format(path=place)


def ask(settings: GateSettings, method: str, *params: str, timeout_seconds: float = 2.0) -> Any:
    """Call one RPC and return its result; raise NoAnswer."""
    question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
    there = path(settings)
    here = there.with_name(f"{secrets.token_hex(4)}.sock")  # a file: a name without one ends at the network namespace
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as near:
            near.settimeout(timeout_seconds)
            near.bind(str(here))
            near.connect(str(there))
            near.send(json.dumps(question).encode())
            answer = json.loads(near.recv(LONGEST))
    except (OSError, ValueError) as error:
        raise NoAnswer(f"{method}: {error}") from error
    finally:
        here.unlink(missing_ok=True)
    if "result" not in answer:
        raise NoAnswer(f"{method}: {answer.get('error')}")
    return answer["result"]


def calls_in_progress(settings: GateSettings) -> int:
    """Count the calls that Kamailio knows of: ringing or answered. Those from before its start it does not know."""
    return int(ask(settings, "dlg.stats_active")["all"])


def memory(settings: GateSettings) -> dict[str, int]:
    """Return bytes of shared memory: used, and free; and transactions under way."""
    found = ask(settings, "stats.fetchn", "shmem:real_used_size", "shmem:free_size", "tmx:inuse_transactions")
    names = {"shmem.real_used_size": "used", "shmem.free_size": "free", "tmx.inuse_transactions": "transactions"}
    return {names[name]: int(value) for name, value in found.items() if name in names}
