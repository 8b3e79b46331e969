"""Write: documents, dossiers, the counter, review. One file per verb's noun."""

from answerable.verification.actions.callback import begin_callback, confirm_callback, end_callback, request_callback
from answerable.verification.actions.carriers import load_line_carriers
from answerable.verification.actions.changes import begin_change, cancel_change, resume
from answerable.verification.actions.consent import decline_photo, give_photo_consent
from answerable.verification.actions.counter import book, handle
from answerable.verification.actions.documents import read_document, store, view
from answerable.verification.actions.dossiers import (
    add_line,
    close,
    open_dossier,
    remove_line,
    renew_proof,
    submit,
    upload,
)
from answerable.verification.actions.erasure import ask_deletion, erase_due
from answerable.verification.actions.holds import ask_end_of_hold, confirm_hold, end_hold, place_hold
from answerable.verification.actions.printing import write_down_print
from answerable.verification.actions.recheck import ask, begin_papers, confirm_by_code, raise_level, send_code, withdraw
from answerable.verification.actions.recheck_auto import ask_before_verification_ends
from answerable.verification.actions.requirements import approve, propose, reject
from answerable.verification.actions.retention import end_keeping, view_locked
from answerable.verification.actions.review import claim, decide, unclaim
from answerable.verification.actions.stated import (
    confirm_handler,
    confirm_licence,
    set_claims,
    set_line,
    set_line_owner,
)
from answerable.verification.actions.thread import ask_reviewer, note, tell_applicant

__all__ = [
    "add_line",
    "approve",
    "ask",
    "ask_before_verification_ends",
    "ask_deletion",
    "ask_end_of_hold",
    "ask_reviewer",
    "begin_callback",
    "begin_change",
    "begin_papers",
    "book",
    "cancel_change",
    "claim",
    "close",
    "confirm_by_code",
    "confirm_callback",
    "confirm_handler",
    "confirm_hold",
    "confirm_licence",
    "decide",
    "decline_photo",
    "end_callback",
    "end_hold",
    "end_keeping",
    "erase_due",
    "give_photo_consent",
    "handle",
    "load_line_carriers",
    "note",
    "open_dossier",
    "place_hold",
    "propose",
    "raise_level",
    "read_document",
    "reject",
    "remove_line",
    "renew_proof",
    "request_callback",
    "resume",
    "send_code",
    "set_claims",
    "set_line",
    "set_line_owner",
    "store",
    "submit",
    "tell_applicant",
    "unclaim",
    "upload",
    "view",
    "view_locked",
    "withdraw",
    "write_down_print",
]
