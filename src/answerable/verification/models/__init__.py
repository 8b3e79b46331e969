"""Dossiers, documents, the handling at the counter, and the two reviews.

Trust: whoever can write here can make a holder look verified, but not without two reviewers' rows and a handling row: a
trigger in the database asks for them (migrations/0002).
"""

from answerable.verification.models.consent import PhotoConsent
from answerable.verification.models.documents import AGENT_SLOTS, Document, DocumentMark, DocumentView
from answerable.verification.models.dossiers import Dossier, Message
from answerable.verification.models.judging import Appointment, CallBack, Handling, Review
from answerable.verification.models.rechecks import Recheck
from answerable.verification.models.requirements import RequirementSet
from answerable.verification.models.retention import Erasure, LegalHold

__all__ = [
    "AGENT_SLOTS",
    "Appointment",
    "CallBack",
    "Document",
    "DocumentMark",
    "DocumentView",
    "Dossier",
    "Erasure",
    "Handling",
    "LegalHold",
    "Message",
    "PhotoConsent",
    "Recheck",
    "RequirementSet",
    "Review",
]
