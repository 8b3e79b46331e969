import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image

from answerable.lib import images
from answerable.lib.images import admit, preview, stamp


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def pdf_of(pages: int, **options: object) -> bytes:
    sheet = Image.new("RGB", (60, 80), "white")
    raw = encoded(sheet, "PDF", save_all=True, append_images=[sheet] * (pages - 1))
    if not options:
        return raw
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as document:
        document.save(out, **options)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG whose header announces a size that its data do not have."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (chunk, data, b"IEND")
    )


PICTURE = Image.linear_gradient("L").resize((300, 200)).convert("RGB")


@pytest.mark.parametrize(
    ("raw", "media", "pages"),
    [
        (encoded(PICTURE), "image/jpeg", 1),
        (encoded(PICTURE, "PNG"), "image/png", 1),
        (encoded(PICTURE.convert("CMYK")), "image/jpeg", 1),
        (encoded(PICTURE.convert("RGBA"), "PNG"), "image/png", 1),
        (encoded(PICTURE.convert("I;16"), "PNG"), "image/png", 1),
        (pdf_of(3), "application/pdf", 3),
    ],
)
def test_pictures_and_pdf_are_admitted_by_content(raw: bytes, media: str, pages: int) -> None:
    admitted = admit(raw)
    assert (admitted.media_type, admitted.page_count, admitted.page(pages - 1).mode) == (media, pages, "RGB")


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (b"", images.EmptyFile),
        (b"x" * (images.MAX_BYTES + 1), images.TooLarge),
        (b"MZ\x90\x00 program.jpg", images.NotAnImage),
        (b"GIF89a" + b"\0" * 100, images.NotAnImage),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", images.NotAnImage),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, images.NotAnImage),
        (encoded(PICTURE)[:900], images.Broken),
        (encoded(PICTURE, "PNG")[:-60], images.Broken),
        (b"\xff\xd8\xff" + b"nothing", images.Broken),
        (png_header(3000, 3000), images.Broken),
        (png_header(30_000, 10), images.TooManyPixels),
        (png_header(30_000, 30_000), images.TooManyPixels),
        (png_header(11_000, 11_000), images.TooManyPixels),
        (encoded(Image.new("RGB", (4, 4)), "PNG"), images.TooSmall),
        (b"%PDF-1.7\nnothing", images.Broken),
        (pdf_of(21), images.TooManyPages),
        (pdf_of(1, encryption=pikepdf.Encryption(user="secret", owner="secret")), images.EncryptedPdf),
    ],
)
def test_bad_file_is_refused_with_its_own_code(raw: bytes, wrong: type[images.RefusedFile]) -> None:
    with pytest.raises(images.RefusedFile) as refused:
        admit(raw)
    assert type(refused.value) is wrong
    assert refused.value.code != images.RefusedFile.code
    assert refused.value.reason in {"B14", "X01"}
    assert refused.value.text_zh
    assert refused.value.text_en


def test_every_refusal_has_its_own_code() -> None:
    kinds = images.RefusedFile.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_bomb_inside_a_pdf_is_found_without_decoding_it() -> None:
    with pikepdf.open(io.BytesIO(pdf_of(1))) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
                item["/Width"] = 40_000
        out = io.BytesIO()
        document.save(out)
    with pytest.raises(images.TooManyPixels):
        admit(out.getvalue())


def test_page_of_ten_metres_is_drawn_small() -> None:
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(14_400, 200))
        out = io.BytesIO()
        document.save(out)
    assert max(admit(out.getvalue()).page(0, max_side=1000).size) <= 1000


def test_picture_is_turned_upright_and_metadata_are_gone() -> None:
    marks = Image.Exif()
    marks[0x0112] = 6
    marks[0x010F] = "SECRET PHONE"
    raw = encoded(PICTURE, exif=marks)
    assert b"SECRET PHONE" in raw
    page = admit(raw).page()
    shown = preview(page)
    assert page.size == (200, 300)
    assert b"SECRET PHONE" not in shown
    assert dict(Image.open(io.BytesIO(shown)).getexif()) == {}


def test_preview_is_bounded() -> None:
    assert Image.open(io.BytesIO(preview(Image.new("RGB", (4000, 1000)), max_side=800))).size == (800, 200)


def test_stamp_marks_every_quarter_of_a_copy() -> None:
    blank = Image.new("RGB", (900, 600), "white")
    marked = stamp(blank, "某运营商 仅用于400号码实名登记 2026-01-05")
    assert marked.size == blank.size
    for box in [(0, 0, 450, 300), (450, 0, 900, 300), (0, 300, 450, 600), (450, 300, 900, 600)]:
        assert marked.crop(box).getcolors(1) is None


def test_missing_font_names_the_package() -> None:
    from pathlib import Path

    with pytest.raises(images.FontMissing, match="fonts-noto-cjk"):
        images.load_font(20, Path("/nowhere.ttc"))
