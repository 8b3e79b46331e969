"""Uploads over HTTP: a bad file gets a clear error next to its form, and nothing is stored."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from answerable.lib.images import MAX_BYTES
from answerable.trail.models import Fact
from answerable.verification.actions.counter import originals
from answerable.verification.models import Document, Handling

BAD = {
    "no file": (lambda draw: None, "空"),
    "empty": (lambda draw: b"", "空"),
    "too large": (lambda draw: bytes(MAX_BYTES + 1), "15 MB"),
    "text": (lambda draw: b"hello", "JPEG"),
    "gif": (lambda draw: draw("GIF"), "JPEG"),
    "cut short": (lambda draw: draw("JPEG", (300, 300))[:400], "损坏"),
    "30,000 pixels": (lambda draw: draw("PNG", (30_000, 20)), "12000"),
}


def stored():
    return [file for file in Path(settings.DOCUMENTS).rglob("*") if file.is_file()]


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("where", ["slot", "page"])
def test_bad_file_is_refused_and_nothing_is_stored(world, browser, picture, name, where):
    make, word = BAD[name]
    order = world.order({"slot": "paid", "page": "held"}[where])
    path = (
        f"/console/dossiers/{world.dossier(order).pk}/upload/licence/"
        if where == "slot"
        else f"/console/orders/{order.pk}/pages/1/"
    )
    documents, facts, raw = Document.objects.count(), Fact.objects.count(), make(picture)
    form = {} if raw is None else {"file": SimpleUploadedFile("photo.jpg", raw, "image/jpeg")}
    answer = browser(world.hua).post(path, form)
    assert (answer.status_code, word in answer.content.decode()) == (422, True)
    assert (stored(), Document.objects.count(), Fact.objects.count()) == ([], documents, facts)


def test_good_file_is_kept_and_shown_stamped(world, browser, picture):
    order = world.order("paid")
    client = browser(world.hua)
    path = f"/console/dossiers/{world.dossier(order).pk}/upload/licence/"
    assert client.post(path, {"file": io.BytesIO(picture("JPEG", (200, 200)))}).status_code == 302
    document = Document.objects.get(dossier=world.dossier(order))
    shown = client.get(f"/console/documents/{document.pk}/0.jpg")
    assert (shown.status_code, shown.headers["Content-Type"], shown.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-store",
    )
    assert client.get(f"/console/documents/{document.pk}/1.jpg").status_code == 404


@pytest.mark.parametrize("field", ["id_reader", "site_photo", "acceptance_form"])
def test_counter_keeps_nothing_unless_everything_is_there(world, browser, jpeg, field):
    order = world.order("submitted")
    code = world.book(order).code
    files = {
        "id_reader": world.card(order), "site_photo": jpeg, "acceptance_form": jpeg,
    }  # fmt: skip
    form = {name: SimpleUploadedFile(name, raw) for name, raw in files.items() if name != field}
    answer = browser(world.staff("chen")).post(
        f"/desk/counter/{code}/", form | {"originals": originals(world.dossier(order))}
    )
    assert answer.status_code == 422
    assert (Handling.objects.count(), Document.objects.filter(slot__in=files).count()) == (0, 0)


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"{}", bytes(MAX_BYTES + 1)], ids=["empty", "text", "no receipt", "too large"]
)
def test_bad_receipt_is_refused(world, browser, raw):
    answer = browser(world.staff("gong")).post(
        "/desk/operations/receipt/", {"receipt": SimpleUploadedFile("r.json", raw)}
    )
    assert answer.status_code == 422
