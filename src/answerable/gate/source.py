"""Tell where a call comes from: a trunk by its address or its password, the platform's own caller, or a stranger.

Only gate.kemi imports this. A stranger learns nothing: whatever it dials, it gets the same answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import KSR

from answerable.gate import transaction
from answerable.snapshot import keys, records
from answerable.snapshot.records import TrunkRecord

if TYPE_CHECKING:
    from answerable.gate.kemi import Gate

NO_CREDENTIALS, NONCE_EXPIRED, NONCE_REUSED = -5, -4, -6
PLAIN, IS_HA1, FROM_MUST_MATCH = 0, 1, 1
NOBODY = TrunkRecord(name="", kind="trunk")
_trunk = lru_cache(256)(records.decode_trunk)


def recognise(
    gate: Gate, state: transaction.State, by_address: tuple[bytes | None, ...], *, is_digest: bool
) -> TrunkRecord | None:
    """Write `source` and `trunk` into the state and return the trunk's record; None = it has been replied to.

    `by_address` is what the snapshot has for the source's address with its port, and for the address alone.
    """
    for data in by_address:
        trunk: TrunkRecord | None = transaction.decode(_trunk, data, "of a trunk")
        if trunk is not None:
            state["source"], state["trunk"] = "trunk", trunk["name"]
            return trunk
    state["source"], state["trunk"] = "unknown", None
    if KSR.pike.pike_check_req() < 0:
        gate.strangers.count(KSR.pv.get("$si"), state["number"])
        return None  # a flood from one stranger: no answer
    if gate.caller_secret and state["caller"] == gate.config.caller_user:
        return _signed_in(state, gate.caller_secret, PLAIN, "caller", NOBODY)
    if not is_digest:
        return NOBODY
    user = transaction.text("$au")
    (data,) = gate.snapshot.read(keys.trunk_user(user))
    trunk = transaction.decode(_trunk, data, "of a trunk that signs in") or NOBODY
    return _signed_in(state, trunk.get("ha1") or "0" * 32, IS_HA1, "trunk", trunk)


def _signed_in(state: transaction.State, secret: str, form: int, kind: str, trunk: TrunkRecord) -> TrunkRecord | None:
    """Hold a call against its password (RFC 3261 section 22); None = it is asked for it."""
    checks = FROM_MUST_MATCH if kind == "caller" else 0
    code = KSR.auth.pv_auth_check(records.REALM, secret, form, checks)
    if code in (NO_CREDENTIALS, NONCE_EXPIRED, NONCE_REUSED):
        KSR.auth.auth_challenge(records.REALM, 1)
        return None
    if code > 0 and (kind == "caller" or trunk.get("ha1")):
        KSR.auth.consume_credentials()
        state["source"], state["trunk"] = kind, trunk["name"] or None
        return trunk
    return NOBODY
