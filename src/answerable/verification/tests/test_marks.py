"""One paper or one seal in two applicants' applications is found, whatever the picture; whose it is is not told."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from answerable.verification import marks
from answerable.verification.actions import upload
from answerable.verification.evaluation import evaluate
from answerable.verification.models import Document, DocumentMark
from answerable.verification.reading.model import QR, Box, Field, Quality, Reading, Seal

BOX = Box(0, 0.1, 0.1, 0.2, 0.2)
CARD = Reading(
    "id_portrait", {"id_number": Field("110101199001011237", "110101199001011237", 0.99, BOX)}, (), (), (), Quality(0.9, 80, 90, 120, True)
)  # fmt: skip
LICENCE = replace(CARD, kind="business_licence", fields={"credit_code": Field("X", "91310115MA1DEM017P", 0.99, BOX)})
LETTER = replace(CARD, kind="commitment", fields={})
DIGEST = "0f" * 32


def sealed(text="", digest=DIGEST, kind="applicant"):
    return replace(LETTER, seals=(Seal(kind, text, 0.9, BOX, digest=digest),))


def turned(bits):
    """The digest with so many of its bits turned."""
    return f"{int(DIGEST, 16) ^ ((1 << bits) - 1):064x}"


@pytest.fixture
def file(world):
    """File a paper with this reading for Hua's firm or Zhao's; return it."""
    orders = {"hua": world.order("paid"), "zhao": world.order("paid", world.second, firm="zhao", person=world.zhao)}
    serial = iter(range(100))

    def file(who, reading, slot="commitment"):
        out = io.BytesIO()
        Image.new("RGB", (32 + next(serial), 24), "white").save(out, "JPEG")
        order = orders[who]
        if slot == "handler_photo":
            world.consent(world.dossier(order))
        document = upload(world.dossier(order), slot, out.getvalue(), person=order.person, at=world.at)
        marks.keep(document, reading)
        return document

    return file


def signs(world, document):
    return sorted(
        {f.code for f in evaluate(document.dossier, at=world.at) if f.code in {"X02", "X03"} and f.outcome == "flag"}
    )


def test_same_card_in_another_picture_is_found_on_both_sides(world, file):
    first, second = file("hua", CARD, "rep_id_portrait"), file("zhao", CARD, "rep_id_portrait")
    assert marks.papers_elsewhere(first.dossier) == {first.pk: 1}
    assert marks.papers_elsewhere(second.dossier) == {second.pk: 1}


def test_same_licence_and_same_code_picture_are_found(file):
    code = replace(LETTER, qr=(QR("样本二维码内容", "", BOX),))
    for reading in (LICENCE, code):
        first, second = file("hua", reading, "licence"), file("zhao", reading, "licence")
        assert marks.papers_elsewhere(second.dossier) == {second.pk: 1}
        Document.objects.filter(pk__in=[first.pk, second.pk]).update(replaced_at=first.uploaded_at)


def test_firms_own_papers_again_are_no_sign(world, file):
    file("hua", CARD, "rep_id_portrait")
    again = file("hua", CARD, "handler_photo")
    assert marks.papers_elsewhere(again.dossier) == {}
    assert signs(world, again) == []


def test_number_on_a_letter_is_no_paper_of_its_own(file):
    file("hua", replace(CARD, kind="authorisation_letter"))
    assert DocumentMark.objects.count() == 0


@pytest.mark.parametrize(("bits", "is_same"), [(0, True), (63, True), (64, False), (100, False)])
def test_seals_that_look_the_same_are_linked_both_ways(file, bits, is_same):
    first, second = file("hua", sealed()), file("zhao", sealed(digest=turned(bits)))
    assert marks.seals_elsewhere(second.dossier) == ((DIGEST,) if is_same else ())
    assert marks.seals_elsewhere(first.dossier) == ((turned(bits),) if is_same else ())


def test_firms_own_seal_on_two_of_its_papers_is_no_sign(file):
    file("hua", sealed())
    assert marks.seals_elsewhere(file("hua", sealed(), "use_statement").dossier) == ()


def test_carriers_and_registrars_seals_are_everybodys(file):
    file("hua", sealed(kind="carrier"))
    assert marks.seals_elsewhere(file("zhao", sealed(kind="registrar")).dossier) == ()


def test_two_seals_that_each_bear_their_own_applicants_name_are_two(world, file):
    hua, zhao = world.firm("hua").name, world.firm("zhao").name
    file("hua", sealed(hua + "3101150012345"))
    assert marks.seals_elsewhere(file("zhao", sealed(zhao)).dossier) == ()
    assert marks.seals_elsewhere(file("zhao", sealed(hua), "use_statement").dossier) == (DIGEST,)


def test_paper_that_was_replaced_no_longer_counts_for_its_dossier(world, file):
    first = file("hua", sealed())
    file("zhao", sealed())
    assert marks.seals_elsewhere(first.dossier) == (DIGEST,)
    file("hua", LETTER)
    assert marks.seals_elsewhere(first.dossier) == ()


def test_numbers_are_not_readable_in_the_database(file):
    file("hua", CARD, "rep_id_portrait")
    (mark,) = DocumentMark.objects.all()
    assert (mark.kind, len(mark.value)) == ("id_number", 64)
    assert CARD.value("id_number") not in mark.value


def test_reading_again_replaces_what_was_kept(file):
    document = file("hua", CARD, "rep_id_portrait")
    marks.keep(document, sealed())
    assert [mark.kind for mark in DocumentMark.objects.all()] == ["seal"]
