"""Ring lines: which come next, over which gateway, under whose number. Only gate.kemi and gate.verdict import this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import KSR

from answerable.gate import caps, transaction
from answerable.gate.decide import Connect
from answerable.gate.settings import GateSettings
from answerable.snapshot.records import Destination, Overflow

GATEWAYS, ROUND_ROBIN = 1, 4
KINDS = {"ALL_BUSY": "busy", "NO_ANSWER": "no_answer", "UNREACHABLE": "unreachable"}
"""What the holder's plan calls the way in which a line was not reached."""
CALLER_HEADERS = (
    "P-Asserted-Identity",
    "P-Preferred-Identity",
    "Remote-Party-ID",
    "Diversion",
    "History-Info",
    "Privacy",
)


def overflow(wanted: Overflow) -> list[str]:
    """List after what the next line is tried: an unreachable line counts as one that does not answer, if not said otherwise."""
    otherwise = wanted["no_answer"]
    return [kind for kind in KINDS.values() if wanted.get(kind, otherwise)]


def untried(state: transaction.State, verdict: Connect) -> list[Destination]:
    """Return the lines that this call has neither rung nor passed over."""
    done = {*state["tried"], *state.get("passed", ())}
    return [line for line in verdict.destinations if line["line"] not in done]


def ringing(state: transaction.State) -> Iterator[tuple[int, str]]:
    """Give the attempt and the line of each branch of the round at hand."""
    first = len(state["tried"]) - len(state.get("round", ()))
    yield from enumerate(state["tried"][first:], first + 1)


def show(state: transaction.State, host: str) -> None:
    """Show the billing number to the line, where the holder chose so, and no trace of the caller's."""
    if not state.get("shown"):
        return
    for name in CALLER_HEADERS:
        KSR.hdr.remove(name)
    KSR.uac.uac_replace_from("", f"sip:{state['shown']}@{host}")
    KSR.hdr.append(f"P-Asserted-Identity: <sip:{state['shown']}@{host}>\r\n")


def dial(state: transaction.State, lines: list[Destination], config: GateSettings) -> None:
    """Make the request ring one line, or several at once; kamailio.cfg sends it."""
    state["round"] = [[line["line"], line["uri"]] for line in lines]
    state["ring_ms"] = 1000 * max(line["ring_seconds"] for line in lines)
    KSR.pv.sets("$ru", lines[0]["uri"])
    if config.gateways and KSR.dispatcher.ds_select_domain(GATEWAYS, ROUND_ROBIN) <= 0:  # none is known to live
        KSR.pv.sets("$ru", f"sip:{lines[0]['line']}@{config.gateways[0]}")
    _aim(state, config)


def dial_elsewhere(state: transaction.State, config: GateSettings, is_silent: bool) -> bool:
    """Make the request ring the same lines over the next gateway; False when there is none left.

    One that says nothing is left out until it answers OPTIONS; a 503 may be one line's own, and is no reason to.
    """
    if is_silent:
        KSR.dispatcher.ds_mark_dst("ip")
    KSR.pv.sets("$ru", state["round"][0][1])
    if KSR.dispatcher.ds_next_domain() <= 0:
        return False
    _aim(state, config)
    return True


def _aim(state: transaction.State, config: GateSettings) -> None:
    """Add the round's other lines as branches to the host that the request's address names now."""
    state["tried"] += [line for line, _ in state["round"]]
    transaction.keep(state)
    for _, uri in state["round"][1:]:
        host = KSR.pv.get("$rd") + ":" + str(KSR.pv.get("$rp"))
        KSR.corex.append_branch_uri(uri.partition("@")[0] + "@" + host if config.gateways else uri)
    KSR.tm.t_set_fr(state["ring_ms"], config.no_response_seconds * 1000)


def let_go(held: Iterable[str]) -> None:
    """Unlock lines that this call holds."""
    for line in held:
        caps.unlock(line, KSR.pv.get("$ci"))
