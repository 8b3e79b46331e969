"""PDF made with typst: the same template, data and fonts give the same bytes, which are stored once and hashed."""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

FONTS = Path("/usr/share/fonts/opentype/noto")
FAMILY = "Noto Sans CJK SC"
"""Templates set this family: `#set text(font: "Noto Sans CJK SC", lang: "zh", region: "cn")`."""
DATA = "data.json"
"""Templates read what they print with `#let data = json("data.json")`."""


class PdfError(Exception):
    """A PDF could not be made; `code` is stable. Always our fault, never the applicant's."""

    code = "pdf"


class FontMissing(PdfError):
    """The folder holds no Noto CJK font: Chinese would print as empty boxes."""

    code = "pdf_font_missing"


class TemplateError(PdfError):
    """The template is missing, or does not compile with the data given."""

    code = "pdf_template"


def render(template: Path, data: Mapping[str, Any], fonts: Path = FONTS) -> bytes:
    """Compile a template with its data; raise FontMissing or TemplateError.

    Data travel as a file that the template reads, never as text inside it: a company called `#panic()` is only a name.
    Times are not read from the clock; a document date is data.
    """
    if not any(fonts.glob("NotoSansCJK-Regular*")):
        raise FontMissing(f"No NotoSansCJK font in {fonts}: install the Debian package fonts-noto-cjk.")
    if not template.is_file():
        raise TemplateError(f"No template {template}.")
    with tempfile.TemporaryDirectory(prefix="answerable-pdf-") as folder:
        main = Path(folder) / "main.typ"
        shutil.copyfile(template, main)
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
        (Path(folder) / DATA).write_text(text, encoding="utf-8")
        try:
            made = typst.compile(str(main), root=folder, font_paths=_read(fonts), timestamp=0)
        except Exception as wrong:
            raise TemplateError(f"{template.name}: {wrong}") from wrong
    if not isinstance(made, bytes):
        raise TemplateError(f"{template.name}: no document came out.")
    return made


@functools.cache
def _read(fonts: Path) -> typst.Fonts:
    """Read the fonts once a process: they are ninety megabytes, and reading them takes ten times as long as a page."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(fonts)])


def sha256(content: bytes) -> str:
    """Return the hexadecimal SHA-256 of a document, as it is shown and compared."""
    return hashlib.sha256(content).hexdigest()
