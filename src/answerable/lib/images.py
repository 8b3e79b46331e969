"""Pictures and PDF files that strangers upload: admit them by content, render their pages, mark their copies.

Nothing is decoded before its size is known, and no byte of an upload is ever shown as it came: a display copy is drawn
anew, without metadata. What is admitted is not yet evidence of anything.
"""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pikepdf
import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

MAX_BYTES = 15 * 1024 * 1024
MAX_SIDE = 12_000
MAX_PIXELS = 64_000_000
MAX_PAGES = 20
MIN_SIDE = 16
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_SIMPLIFIED = 2
"""Index of the SC face inside Noto's collection."""
_MARK_INK = (40, 70, 160)
"""Blue: a red mark would be taken for part of a seal."""
_PDFIUM = threading.Lock()
"""PDFium is not thread-safe: one caller at a time."""

MediaType = Literal["image/jpeg", "image/png", "application/pdf"]


class RefusedFile(Exception):
    """A file that is not admitted: `code` is stable, `reason` is from the reasons table, the texts say what to do."""

    code = "file_refused"
    reason = "B14"
    text_zh = "文件无法受理。"
    text_en = "The file cannot be taken."


class EmptyFile(RefusedFile):
    """No bytes came."""

    code = "file_empty"
    text_zh = "文件是空的，请重新选择文件上传。"
    text_en = "The file is empty. Choose it again and upload it once more."


class TooLarge(RefusedFile):
    """More than MAX_BYTES."""

    code = "file_too_large"
    text_zh = "文件超过 15 MB。请用手机“中等大小”发送，或重新拍照后上传。"
    text_en = "The file is larger than 15 MB. Send it at medium size, or take the picture again."


class NotAnImage(RefusedFile):
    """Neither JPEG nor PNG nor PDF, whatever its name says."""

    code = "file_not_an_image"
    text_zh = (
        "只接受 JPEG、PNG 图片或 PDF。苹果手机请在“设置—相机—格式”选“兼容性最佳”后重拍；Word 文件请打印盖章后拍照。"
    )
    text_en = (
        "Only JPEG or PNG pictures and PDF are taken. On an iPhone choose Settings, Camera, Formats, Most Compatible "
        "and take the picture again; print and seal a Word file, then photograph it."
    )


class Broken(RefusedFile):
    """The type is right but the content cannot be decoded."""

    code = "file_broken"
    reason = "X01"
    text_zh = "文件已损坏或没有传完，无法打开。请重新拍照或重新导出后上传。"
    text_en = "The file is damaged or incomplete and cannot be opened. Take or export it again and upload it."


class TooManyPixels(RefusedFile):
    """Too wide, too high or too many pixels; found before decoding."""

    code = "file_too_many_pixels"
    text_zh = "图片尺寸过大（边长上限 12000 像素，总像素上限 6400 万）。请用手机普通模式重新拍照后上传。"
    text_en = "The picture is too large (at most 12,000 pixels a side and 64 million in all). Take it in normal mode."


class TooSmall(RefusedFile):
    """A picture in which nothing can be written."""

    code = "file_too_small"
    text_zh = "图片太小，看不清内容。请上传原图。"
    text_en = "The picture is too small to show anything. Upload the original."


class TooManyPages(RefusedFile):
    """A PDF of more than MAX_PAGES pages."""

    code = "file_too_many_pages"
    text_zh = "PDF 超过 20 页。请只上传需要的页。"
    text_en = "The PDF has more than 20 pages. Upload only the pages that are asked for."


class EncryptedPdf(RefusedFile):
    """A PDF that asks for a password."""

    code = "file_encrypted"
    reason = "X01"
    text_zh = "PDF 设有打开密码。请去掉密码后重新上传。"
    text_en = "The PDF asks for a password. Remove the password and upload it again."


class FontMissing(Exception):
    """Noto Sans CJK is not installed: the machine's fault, never the applicant's."""

    code = "font_missing"


@dataclass(frozen=True)
class AdmittedFile:
    """An upload that may be stored; `page()` draws one of its pages."""

    raw: bytes = field(repr=False)
    media_type: MediaType
    sha256: str
    page_count: int

    def page(self, index: int = 0, *, max_side: int = 2400) -> Image.Image:
        """Draw one page upright as RGB, its longer side at most `max_side` pixels; raise Broken or IndexError."""
        if not 0 <= index < self.page_count:
            raise IndexError(f"page {index} of {self.page_count}")
        if self.media_type == "application/pdf":
            return _draw_pdf_page(self.raw, index, max_side)
        return _draw_picture(self.raw, max_side)


def admit(raw: bytes) -> AdmittedFile:
    """Look at the bytes, not the name, and admit a JPEG, PNG or PDF; raise a RefusedFile otherwise."""
    if not raw:
        raise EmptyFile
    if len(raw) > MAX_BYTES:
        raise TooLarge
    digest = hashlib.sha256(raw).hexdigest()
    if raw[:1024].lstrip(b"\xef\xbb\xbf\x00\t\r\n ").startswith(b"%PDF-"):
        return AdmittedFile(raw, "application/pdf", digest, _inspect_pdf(raw))
    if raw.startswith(b"\xff\xd8\xff"):
        media: MediaType = "image/jpeg"
    elif raw.startswith(b"\x89PNG\r\n\x1a\n"):
        media = "image/png"
    else:
        raise NotAnImage
    _draw_picture(raw, 64)
    return AdmittedFile(raw, media, digest, 1)


def preview(page: Image.Image, *, max_side: int = 1400, quality: int = 82) -> bytes:
    """Encode a page anew as JPEG with a bounded side and without any metadata."""
    return _encode(_bounded(page, max_side), quality)


def stamp(image: Image.Image, text: str) -> Image.Image:
    """Mark a copy all over with operator, purpose and date (MIIT Order 25, art. 9: copies of ID papers carry them).

    The mark runs across the whole picture, so that no useful part can be cut out without it.
    """
    base = image.convert("RGB")
    size = max(14, min(base.size) // 34)
    font = load_font(size)
    width = int(font.getlength(text)) + size * 3
    diagonal = int((base.width**2 + base.height**2) ** 0.5)
    layer = Image.new("L", (diagonal, diagonal), 0)
    pen = ImageDraw.Draw(layer)
    for row, y in enumerate(range(0, diagonal, size * 5)):
        for x in range(-(row % 2) * width // 2, diagonal, width):
            pen.text((x, y), text, fill=84, font=font)
    layer = layer.rotate(28, resample=Image.Resampling.BILINEAR)
    left, top = (diagonal - base.width) // 2, (diagonal - base.height) // 2
    mask = layer.crop((left, top, left + base.width, top + base.height))
    base.paste(_MARK_INK, (0, 0), mask)
    return base


@lru_cache(maxsize=64)
def load_font(size: int, path: Path = FONT) -> ImageFont.FreeTypeFont:
    """Load the simplified Chinese face; raise FontMissing with the package to install."""
    if not path.exists():
        raise FontMissing(f"{path} is missing: install the Debian package fonts-noto-cjk.")
    return ImageFont.truetype(str(path), size, index=_SIMPLIFIED)


def _draw_picture(raw: bytes, max_side: int) -> Image.Image:
    """Decode a JPEG or PNG in full, after looking at its announced size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(raw), formats=("JPEG", "PNG"))
            _refuse_size(*picture.size)
            if picture.format != "PNG":
                # The decoder itself scales JPEG down by 2, 4 or 8: a 50-megapixel photo costs a quarter.
                picture.draft("RGB", (max_side, max_side))
            picture.load()
            return _bounded(_flatten(ImageOps.exif_transpose(picture)), max_side)
    except Image.DecompressionBombError:
        raise TooManyPixels from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError):
        raise Broken from None


def _refuse_size(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise TooManyPixels
    if min(width, height) < MIN_SIDE:
        raise TooSmall


def _flatten(picture: Image.Image) -> Image.Image:
    """Turn any colour mode into RGB; what is transparent becomes paper."""
    if picture.mode in {"I", "I;16", "I;16B", "F"}:
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGB")


def _bounded(picture: Image.Image, max_side: int) -> Image.Image:
    if max(picture.size) <= max_side:
        return picture
    scale = max_side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS if scale > 0.2 else Image.Resampling.BOX)


def _encode(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    clean = Image.frombytes("RGB", picture.size, picture.convert("RGB").tobytes())
    clean.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _inspect_pdf(raw: bytes) -> int:
    """Count the pages and refuse pictures inside that would not be admitted alone; nothing in the file is run."""
    try:
        with pikepdf.open(io.BytesIO(raw)) as document:
            pages = len(document.pages)
            if pages > MAX_PAGES:
                raise TooManyPages
            for item in document.objects:
                if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
                    width, height = int(item.get("/Width", 0)), int(item.get("/Height", 0))
                    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
                        raise TooManyPixels
    except pikepdf.PasswordError:
        raise EncryptedPdf from None
    except RefusedFile:
        raise
    except Exception:
        # Whatever the parser stumbles over in a stranger's file, the answer is the same.
        raise Broken from None
    if pages < 1:
        raise Broken
    _draw_pdf_page(raw, 0, 200)
    return pages


def _draw_pdf_page(raw: bytes, index: int, max_side: int) -> Image.Image:
    """Render one page on white; the scale is bounded, so that a page of ten metres costs no more than A4."""
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(raw)
        except pypdfium2.PdfiumError:
            raise Broken from None
        try:
            page = document[index]
            longest = max(*page.get_size(), 1.0)
            drawn = page.render(scale=min(max_side / longest, 4.0))
            return _bounded(drawn.to_pil().convert("RGB"), max_side)
        except (pypdfium2.PdfiumError, ValueError, MemoryError):
            raise Broken from None
        finally:
            document.close()
