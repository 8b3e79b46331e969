"""Write: documents, dossiers, the counter, review. One file per verb's noun."""

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
from answerable.verification.actions.review import claim, decide, unclaim
from answerable.verification.actions.stated import confirm_handler, confirm_licence, set_claims, set_line

__all__ = [
    "add_line",
    "book",
    "claim",
    "close",
    "confirm_handler",
    "confirm_licence",
    "decide",
    "handle",
    "open_dossier",
    "read_document",
    "remove_line",
    "renew_proof",
    "set_claims",
    "set_line",
    "store",
    "submit",
    "unclaim",
    "upload",
    "view",
]
