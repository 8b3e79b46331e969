"""Documents lie sealed on disk; each showing is stamped and written down; what is replaced is unseen."""

import io
import random
import uuid

import pikepdf
import pytest
from PIL import Image

from answerable.lib.envelope import Tampered
from answerable.lib.images import MAX_BYTES
from answerable.parties.actions import actor_of
from answerable.trail.models import Fact
from answerable.verification import errors
from answerable.verification.actions import upload, view
from answerable.verification.actions.documents import open_document, path_of
from answerable.verification.models import Document, DocumentView
from answerable.verification.queries import document_for_review, document_of, documents


@pytest.fixture
def dossier(world):
    return world.dossier(world.order("paid"))


def put(world, dossier, raw, slot="licence"):
    return upload(dossier, slot, raw, person=world.hua, at=world.at)


def stored(folders):
    return [file for file in (folders / "documents").rglob("*") if file.is_file()]


def noise(side=300):
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3)).save(out, "JPEG")
    return out.getvalue()


def pdf(pages=1, **save):
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page(page_size=(200, 300))
    made.save(out, **save)
    return out.getvalue()


def test_file_on_disk_holds_no_byte_run_of_the_picture(world, dossier, folders):
    raw = noise()
    document = put(world, dossier, raw)
    (file,) = stored(folders)
    sealed = file.read_bytes()
    assert file == path_of(document.pk)
    assert file.stat().st_mode & 0o777 == 0o600
    assert not [start for start in range(0, len(raw) - 16, 16) if raw[start : start + 16] in sealed]
    assert open_document(document).raw == raw


@pytest.mark.parametrize("position", [20, 60, 200, -1])
def test_changed_byte_is_detected(world, dossier, position):
    document = put(world, dossier, noise(64))
    sealed = bytearray(path_of(document.pk).read_bytes())
    sealed[position] ^= 1
    path_of(document.pk).write_bytes(sealed)
    with pytest.raises(Tampered):
        view(document, page=0, purpose="查看", by=actor_of(world.hua), at=world.at)
    assert not DocumentView.objects.exists()


def test_two_documents_cannot_be_exchanged(world, dossier, jpeg):
    first, second = put(world, dossier, jpeg), put(world, dossier, noise(64), "commitment")
    path_of(first.pk).write_bytes(path_of(second.pk).read_bytes())
    with pytest.raises(Tampered):
        open_document(first)


def test_each_showing_is_stamped_and_written_down(world, dossier):
    """MIIT Order 25: a copy carries the operator's name, purpose and date; PIPL art. 51: access is audited."""
    document = put(world, dossier, noise())
    shown = view(document, page=0, purpose="查看", by=actor_of(world.hua), at=world.at)
    assert Image.open(io.BytesIO(shown)).size == (300, 300)
    assert shown != noise()
    assert DocumentView.objects.values_list("document", "who_kind", "who_id", "purpose").get() == (
        document.pk,
        "person",
        str(world.hua.pk),
        "查看",
    )
    assert Fact.objects.get(what="document.shown").after == {"slot": "licence", "page": 0, "purpose": "查看"}


def test_page_that_is_not_there_is_not_shown(world, dossier, jpeg):
    document = put(world, dossier, jpeg)
    with pytest.raises(errors.DossierUnknown):
        view(document, page=1, purpose="查看", by=actor_of(world.hua), at=world.at)
    assert not DocumentView.objects.exists()


@pytest.mark.parametrize(
    ("draw", "kept"),
    [
        (lambda d: d("JPEG"), ("image/jpeg", 1)),
        (lambda d: d("PNG"), ("image/png", 1)),
        (lambda _: pdf(3), ("application/pdf", 3)),
    ],
    ids=["jpeg", "png", "pdf"],
)
def test_picture_and_pdf_are_admitted_by_their_content(world, dossier, picture, draw, kept):
    document = put(world, dossier, draw(picture))
    assert ((document.mime, document.pages), document.reading_state) == (kept, "waiting")


BAD = {
    "empty": (lambda d: b"", "empty"),
    "text named photo.jpg": (lambda d: b"hello, I am a photo", "Only JPEG"),
    "gif": (lambda d: d("GIF"), "Only JPEG"),
    "html": (lambda d: b"<script>alert(1)</script>", "Only JPEG"),
    "cut short": (lambda d: noise()[:5000], "damaged"),
    "jpeg head only": (lambda d: b"\xff\xd8\xff" + b"x" * 99, "damaged"),
    "too large": (lambda d: b"\xff\xd8\xff" + bytes(MAX_BYTES), "15 MB"),
    "30,000 pixels wide": (lambda d: d("PNG", (30_000, 20)), "12,000 pixels"),
    "bomb": (lambda d: d("PNG", (9_000, 9_000), "1"), "12,000 pixels"),
    "too small": (lambda d: d("PNG", (4, 4)), "too small"),
    "pdf of 21 pages": (lambda d: pdf(21), "20 pages"),
    "locked pdf": (lambda d: pdf(encryption=pikepdf.Encryption(user="x", owner="y")), "password"),
    "broken pdf": (lambda d: b"%PDF-1.7 nothing", "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_gets_a_clear_error_and_nothing_is_stored(world, dossier, folders, picture, name):
    make, word = BAD[name]
    facts = Fact.objects.count()
    with pytest.raises(errors.FileRefused) as refused:
        put(world, dossier, make(picture))
    assert word in str(refused.value)
    assert (stored(folders), Document.objects.filter(dossier=dossier).count(), Fact.objects.count()) == ([], 0, facts)


def test_bad_file_does_not_replace_the_good_one(world, dossier, jpeg):
    good = put(world, dossier, jpeg)
    with pytest.raises(errors.FileRefused):
        put(world, dossier, b"hello")
    assert list(documents(dossier)) == [good]


@pytest.mark.parametrize("slot", ["", "contract", "handler_id_portrait", "acceptance_form", "../licence"])
def test_slot_that_is_not_asked_for_is_refused(world, dossier, jpeg, slot, folders):
    with pytest.raises(errors.SlotUnknown):
        put(world, dossier, jpeg, slot)
    assert stored(folders) == []


def test_replaced_document_is_unseen(world, dossier, jpeg):
    first, second = put(world, dossier, jpeg), put(world, dossier, noise(64))
    assert list(documents(dossier)) == [second]
    dossier.state = "submitted"
    dossier.save()
    assert (document_of(world.hua, first.pk), document_for_review(first.pk)) == (None, None)
    assert (document_of(world.hua, second.pk), document_for_review(second.pk)) == (second, second)


def test_document_is_seen_by_its_own_people_only(world, dossier, jpeg):
    document = put(world, dossier, jpeg)
    assert document_of(world.hua, document.pk) == document
    assert document_of(world.zhao, document.pk) is None
    assert document_of(world.hua, uuid.uuid4()) is None


def test_reviewer_sees_nothing_of_a_draft(world, dossier, jpeg):
    assert document_for_review(put(world, dossier, jpeg).pk) is None


def test_facts_hold_digests_and_never_a_name_or_number(world):
    world.order("handled")
    text = str(list(Fact.objects.values("before", "after")))
    assert world.id_number() not in text
    assert world.hua.mobile not in text
    assert world.line not in text
