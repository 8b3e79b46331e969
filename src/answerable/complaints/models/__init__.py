"""Reports of the public about a number, each with a reference and a clock; appeals of holders; organisations' word that a number is not theirs.

Trust: whoever can write here can blame a number or bury a report; not change what was said, nor answer or decide twice.
"""

from answerable.complaints.models.appeal import Appeal
from answerable.complaints.models.disavowal import Disavowal
from answerable.complaints.models.duty import DutyNotice, DutyShift
from answerable.complaints.models.escalation import Escalation
from answerable.complaints.models.evidence import Evidence, EvidenceView
from answerable.complaints.models.partner import Handover, Partner
from answerable.complaints.models.report import Report

__all__ = [
    "Appeal",
    "Disavowal",
    "DutyNotice",
    "DutyShift",
    "Escalation",
    "Evidence",
    "EvidenceView",
    "Handover",
    "Partner",
    "Report",
]
