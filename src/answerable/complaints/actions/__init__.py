"""Write: take a report and answer it. One file per verb."""

from answerable.complaints.actions.answer import answer
from answerable.complaints.actions.ask_for_proof import ask_for_proof
from answerable.complaints.actions.confirm_mobile import confirm_mobile, send_code
from answerable.complaints.actions.decide import assign, dismiss, stop
from answerable.complaints.actions.duty import add_shift, remove_shift
from answerable.complaints.actions.erase import erase_due
from answerable.complaints.actions.escalate import escalate
from answerable.complaints.actions.evidence import add_appeal_evidence, add_evidence, show_evidence
from answerable.complaints.actions.partners import add_partner, end_partner
from answerable.complaints.actions.remind import remind
from answerable.complaints.actions.report import report
from answerable.complaints.actions.take_over import take_over

__all__ = [
    "add_appeal_evidence",
    "add_evidence",
    "add_partner",
    "add_shift",
    "answer",
    "ask_for_proof",
    "assign",
    "confirm_mobile",
    "dismiss",
    "end_partner",
    "erase_due",
    "escalate",
    "remind",
    "remove_shift",
    "report",
    "send_code",
    "show_evidence",
    "stop",
    "take_over",
]
