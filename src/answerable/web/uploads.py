"""Take one uploaded file out of a request."""

from __future__ import annotations

from django.http import HttpRequest

from answerable.lib.images import MAX_BYTES, EmptyFile, RefusedFile, TooLarge
from answerable.verification.errors import FileRefused


def uploaded(request: HttpRequest, name: str = "file") -> bytes:
    """Return the bytes of the uploaded file; raise FileRefused if there is none or it is too large to look at."""
    file = request.FILES.get(name)
    refused: RefusedFile | None = None
    if file is None or not file.size:
        refused = EmptyFile()
    elif file.size > MAX_BYTES:
        refused = TooLarge()
    if refused is not None or file is None:
        kind = type(refused) if refused else EmptyFile
        raise FileRefused(why_zh=kind.text_zh, why_en=kind.text_en)
    return bytes(file.read())
