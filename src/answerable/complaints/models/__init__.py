"""Reports of the public about a number, each with a reference and a clock; and appeals of holders.

Trust: whoever can write here can blame a number or bury a report; not change what was said, nor answer or decide twice.
"""

from answerable.complaints.models.appeal import Appeal
from answerable.complaints.models.duty import DutyNotice, DutyShift
from answerable.complaints.models.escalation import Escalation
from answerable.complaints.models.evidence import Evidence, EvidenceView
from answerable.complaints.models.partner import Handover, Partner
from answerable.complaints.models.report import Report

__all__ = [
    "Appeal",
    "DutyNotice",
    "DutyShift",
    "Escalation",
    "Evidence",
    "EvidenceView",
    "Handover",
    "Partner",
    "Report",
]
