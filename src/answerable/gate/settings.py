"""Say how one gate host runs: a plain dataclass, filled by whoever starts the gate; no environment is read here."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

LOOK_SECONDS = 0.2
"""How often a worker looks for a whole new snapshot file and for a drain: each walk along a path costs as much as a
look-up. What changes within a file, and a stop at the gate, is seen with the next call."""


@dataclass(frozen=True)
class GateSettings:
    """Settings of one gate."""

    folder: Path
    """The gate host's folder: snapshot/, stops/, spool/ and run/ lie in it."""
    address: str = "127.0.0.1"
    port: int = 5460
    landline_trunk: str = "127.0.0.1:5461"
    """Where lines ring: sip:LINE@this."""
    gateways: tuple[str, ...] = ()
    """The carrier's gateways (ADDRESS:PORT) that `landline_trunk` stands for; none = that address itself."""
    probe_gateways_seconds: int = 5
    """How often each gateway is asked whether it lives (OPTIONS)."""
    tls_port: int = 0
    """Where trunks may come over TLS; 0 = nowhere."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    hides_topology: bool = True
    """Whether each side is kept from seeing the other's hosts in Contact, Via and Record-Route."""
    caller_a_minute: int = 60
    """New calls that one caller may make in a minute; 0 = not limited. Callers without a number are not told apart: no limit."""
    number_a_second: int = 30
    """New calls that one number may have in a second; 0 = not limited."""
    caller_user: str = "caller"
    caller_secret_file: Path | None = None
    """Password of the platform's own caller; without it nobody is that caller."""
    stale_after_hours: float = 24.0
    longest_call_seconds: int = 4 * 3600
    probe_ring_seconds: int = 45
    no_response_seconds: int = 4
    """A line whose side says nothing at all for this long cannot be reached."""
    capture: str = ""
    """host:port of the collector to which the signalling of calls is copied (HEP v3 over UDP); empty: nothing is copied."""
    capture_key_file: Path | None = None
    """What the collector knows this gate by."""
    workers: int = max(2, os.cpu_count() or 2)
    """Kamailio's processes that read from the port. One for each core: more keep each other's caches cold."""
    kamailio: str = "/usr/sbin/kamailio"
    modules: str = "/usr/lib/x86_64-linux-gnu/kamailio/modules/"

    @property
    def run_folder(self) -> Path:
        """What the gate itself writes to start: rendered configuration, secrets, locks."""
        return self.folder / "run"

    def caller_secret(self) -> str:
        if self.caller_secret_file is None or not self.caller_secret_file.exists():
            return ""
        return self.caller_secret_file.read_text().strip()

    def capture_key(self) -> str:
        if self.capture_key_file is None or not self.capture_key_file.exists():
            return ""
        return self.capture_key_file.read_text().strip()

    def as_json(self) -> str:
        """Write them down for the workers, which run in another Python."""
        return json.dumps(
            {name: str(value) if isinstance(value, Path) else value for name, value in asdict(self).items()}
        )


def from_json(text: str) -> GateSettings:
    """Read what `as_json` wrote."""
    value = json.loads(text)
    for name in ("folder", "caller_secret_file", "capture_key_file", "tls_certificate", "tls_key"):
        value[name] = Path(value[name]) if value[name] else None
    value["gateways"] = tuple(value["gateways"])
    return GateSettings(**value)
