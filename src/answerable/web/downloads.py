"""Hand a file out piece by piece, for nobody's cache."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import StreamingHttpResponse


def as_file(pieces: Iterator[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    """Stream a download."""
    return StreamingHttpResponse(
        pieces,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
