"""Write: documents, dossiers, the counter, review. One file per verb's noun."""

from answerable.verification.actions.counter import book, handle
from answerable.verification.actions.documents import read_document, store, view
from answerable.verification.actions.dossiers import close, open_dossier, remove, set_claims, submit, upload
from answerable.verification.actions.review import claim, decide, unclaim

__all__ = [
    "book",
    "claim",
    "close",
    "decide",
    "handle",
    "open_dossier",
    "read_document",
    "remove",
    "set_claims",
    "store",
    "submit",
    "unclaim",
    "upload",
    "view",
]
