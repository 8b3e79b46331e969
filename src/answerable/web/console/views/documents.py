"""Show an enterprise its own documents, stamped, and write down each showing."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from answerable.parties.actions import actor_of
from answerable.verification import actions, queries
from answerable.web.doors import found, person_of, person_only
from answerable.web.middleware import Request


@person_only
def page(request: Request, document_id: UUID, page: int) -> HttpResponse:
    """Serve one page as JPEG."""
    person = person_of(request)
    document = found(queries.document_of(person, document_id))
    if page >= document.pages:
        found(None)
    jpeg = actions.view(document, page=page, purpose="查看", by=actor_of(person), at=timezone.now())
    return HttpResponse(jpeg, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})
