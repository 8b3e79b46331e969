"""Name what the spool carries from the gate to the control plane.

| kind           | when                                          | fields besides the common ones                   |
|----------------|-----------------------------------------------|--------------------------------------------------|
| invite         | a call is let through to its first line       | line, attempt                                    |
| ringing        | a line rings (180 or 183), once for each line | line, attempt, sip; written with what comes next |
| attempt_failed | a line did not answer                         | line, attempt, sip, code (ALL_BUSY, NO_ANSWER …) |
| answered       | a line answered (200)                         | line, attempt                                    |
| ended          | the call is over, after an answer             | by (caller, callee, gate), sip 200, code         |
| cancelled      | the caller hung up before an answer           | line, attempt, by = caller, sip 487              |
| refused        | the call was not connected                    | code, sip, cause, reason; later also line        |
| gate_stop      | staff stopped a number on a gate host         | number, by, reason                               |
| gate_lift      | staff lifted such a stop                      | number, by                                       |
| permit_alarm   | a record's permit was refused                 | number, code, record (its SHA-256)               |
| snapshot_refused | a build or many changes would silence too many numbers | what, source, open, lost, digest |
| snapshot_forced | two people let such a thing through          | by (two names), reason, what, source, epoch, open, lost, digest |
| strangers      | a minute is over in which an address that is  | address (or `other`), dialled (first), count;    |
|                | no trunk called                               | at is the minute's beginning                     |
| media_call     | a call of the media side is over              | answered_at, ended_at (None where it was not),   |
|                |                                               | by, sip, packets_sent, packets_received          |

Common fields of a call: `call` (SIP Call-ID), `at` (epoch seconds, the gate's clock), `number` (as dialled, folded to
ten digits where it is one; a probed line otherwise), `caller` (the user part of From), `source` (trunk, caller,
unknown), `trunk` (the trunk's name), `owner` (credit code of the holder in the snapshot), `epoch` (the publication
decided on).

Added by the writer: `host`, `boot`, `process`, `sequence`. Together they name a record for ever, and the receiver keeps
them unique: a record may be delivered twice, never counted twice. And `up`, the seconds since the host started, which
no clock step changes: it orders what processes of one host wrote, and tells how long a call lasted.

`ended` may come of a call whose `answered` is unknown (a gate that was restarted), may come twice (both sides hung up:
the first counts), and may miss (a gate that died): calls closes such a call as end_unknown after its maximum duration.
`code` of `ended` is MAX_DURATION when the gate cut the call.
"""

from __future__ import annotations

from typing import Any

SpoolRecord = dict[str, Any]
MEDIA_CALL = "media_call"
STRANGERS = "strangers"


def identity(record: SpoolRecord) -> tuple[str, str, str, int]:
    """Return what makes a record unique."""
    return record["host"], record["boot"], record["process"], record["sequence"]
