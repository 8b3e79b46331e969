"""Serve the log's files as they are; where it is open to everybody, any web server or object store may do it instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from answerable.lib.lines import parse_400
from answerable.tracing import shape
from answerable.transparency import evidence_key as installation
from answerable.transparency import manifests
from answerable.transparency.checkpoints import open_checkpoint
from answerable.transparency.client import LogClient
from answerable.transparency.integrate import here, signing_key
from answerable.transparency.models import Entry
from answerable.transparency.readers import reader_of
from answerable.transparency.schema import published
from answerable.transparency.store import CHECKPOINT, FileStore
from answerable.web.doors import public
from answerable.web.middleware import Request

TILE = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/(x[0-9]{3}/)*[0-9]{3}(\.p/([1-9][0-9]{0,2}))?")
FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=2"


View = Callable[..., HttpResponse]


def _to_readers(view: View) -> View:
    """Where the log is closed, serve only who shows a reader's key (RFC 6750), and have nobody on the way keep it."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.LOG_CLOSED:
            return view(request, *args, **kwargs)
        if reader_of(request.headers.get("Authorization", ""), at=timezone.now()) is None:
            said = _("公开日志在本平台只向监管部门和见证人开放，须用读者密钥（Authorization: Bearer）。")
            refused = HttpResponse(f"{said}\n", status=401, content_type="text/plain; charset=utf-8")
            refused.headers["WWW-Authenticate"] = 'Bearer realm="log"'
            return refused
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return guarded


@public
@_to_readers
def file(request: Request, path: str) -> HttpResponse:
    """Serve the checkpoint or a tile; nothing else in the folder has an address."""
    is_tile = TILE.fullmatch(path) is not None
    if not is_tile and path != CHECKPOINT:
        raise Http404
    try:
        raw = FileStore(settings.LOG).read(path)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise Http404 from None
    kind = "application/octet-stream" if is_tile else "text/plain; charset=utf-8"
    return HttpResponse(raw, content_type=kind, headers={"Cache-Control": FOR_EVER if is_tile else A_MOMENT})


@public
def key(request: Request) -> HttpResponse:
    """Say the log's key: convenient, and no evidence, for whoever could show another log could show another key."""
    return HttpResponse(f"{signing_key().verifier}\n", content_type="text/plain; charset=utf-8")


@public
def evidence_key(request: Request) -> HttpResponse:
    """Say the key that signs evidence bundles, as a verifier key and as PEM; the same warning holds as for the log's."""
    said = f"{installation.evidence_key().verifier}\n{installation.public_pem().decode()}"
    return HttpResponse(said, content_type="text/plain; charset=utf-8")


@public
def trace_schema(request: Request) -> HttpResponse:
    """Publish the shape of a bundle's trace.json."""
    return HttpResponse(manifests.write(shape.schema()), content_type="application/schema+json")


@public
def schema(request: Request) -> HttpResponse:
    """Serve the JSON schema of entries."""
    return HttpResponse(published(), content_type="application/schema+json", headers={"Cache-Control": A_MOMENT})


@public
@_to_readers
def number(request: Request, number: str) -> HttpResponse:
    """List the indices of a number's entries: a log cannot be searched."""
    parsed = parse_400(number)
    if parsed.kind != "open" or parsed.number != number:
        raise Http404
    indices = list(Entry.objects.filter(number=number).order_by("index").values_list("index", flat=True))
    return JsonResponse({"number": number, "indices": indices}, headers={"Cache-Control": A_MOMENT})


@public
@_to_readers
def proof(request: Request, index: int) -> HttpResponse:
    """Make the proof of one entry (C2SP tlog-proof) for somebody to keep; the entry itself goes along as extra data."""
    store = FileStore(settings.LOG)
    entry = Entry.objects.filter(pk=index).first()
    if entry is None or not store.has(CHECKPOINT):
        raise Http404
    checkpoint, key = store.read(CHECKPOINT), here().key.verifier
    if index >= open_checkpoint(checkpoint, key).checkpoint.size:
        raise Http404
    made = LogClient(store.read, key).prove(index, checkpoint, extra=bytes(entry.leaf))
    response = HttpResponse(bytes(made), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{index}.tlog-proof"'
    return response
