"""What was read from a document: plain data that survives JSON. A reading is an observation, never a verdict."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal[
    "business_licence",
    "organisation_certificate",
    "organisation_code_certificate",
    "id_portrait",
    "id_emblem",
    "id_both",
    "id_temporary",
    "authorisation_letter",
    "acceptance_form",
    "contract",
    "commitment",
    "use_statement",
    "bill",
    "statement",
    "unknown",
]
SealKind = Literal["emblem", "registrar", "applicant", "carrier", "other"]
Ink = Literal["red", "faint", "blue", "black"]


@dataclass(frozen=True)
class Box:
    """A place on a page, as fractions of its width and height from the upper left corner; pages count from 0."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Line:
    """One piece of text as the engine saw it; `confidence` between 0 and 1."""

    text: str
    confidence: float
    box: Box


@dataclass(frozen=True)
class Field:
    """One field: `text` as printed, `value` parsed (ISO dates; None when it cannot be), where, and how surely."""

    text: str
    value: str | None
    confidence: float
    box: Box | None


@dataclass(frozen=True)
class QR:
    """A QR code's payload, and the credit code inside it if it carries one. No address in it is ever fetched."""

    payload: str
    code: str
    box: Box


@dataclass(frozen=True)
class Seal:
    """A round mark; `text` is its ring unrolled, empty where nothing could be read.

    `digest` is a perceptual hash of the unrolled ring (256 bits, hexadecimal): equal seals differ in few bits.
    """

    kind: SealKind
    text: str
    confidence: float
    box: Box
    ink: Ink = "red"
    digest: str = ""


@dataclass(frozen=True)
class Quality:
    """How well the picture shows its text: for findings that say why something cannot be told."""

    confidence: float
    characters: int
    sharpness: float
    brightness: float
    is_colour: bool
    turned: int = 0
    """Degrees by which the picture had to be turned clockwise before it read."""
    mirrored: bool = False
    """Whether it reads only when left and right are exchanged."""
    glare: float = 0.0
    """Share of the text's area that is burnt out by a reflection."""

    @property
    def is_legible(self) -> bool:
        """Tie the verdict to the engine's confidence: a fixed sharpness threshold rejects nothing."""
        return self.characters >= 8 and self.confidence >= 0.8


@dataclass(frozen=True)
class Reading:
    """Everything read from one uploaded file."""

    kind: Kind
    fields: dict[str, Field]
    qr: tuple[QR, ...]
    seals: tuple[Seal, ...]
    lines: tuple[Line, ...]
    quality: Quality
    pages: int = 1
    notes: tuple[str, ...] = field(default_factory=tuple)
    """Stable words about the document: `old_edition`, `code_corrected`, `long_term`."""
    marks: tuple[str, ...] = field(default_factory=tuple)
    """Texts that repeat over the page: watermarks."""

    def text(self, name: str) -> str:
        """Return a field as printed, or nothing."""
        return self.fields[name].text if name in self.fields else ""

    def value(self, name: str) -> str:
        """Return a field's parsed value, or nothing."""
        return (self.fields[name].value or "") if name in self.fields else ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Reading:
        """Rebuild a reading from `to_dict`'s data."""
        return cls(
            kind=data["kind"],
            fields={
                name: Field(f["text"], f["value"], f["confidence"], _box(f["box"]))
                for name, f in data["fields"].items()
            },
            qr=tuple(QR(q["payload"], q["code"], Box(**q["box"])) for q in data["qr"]),
            seals=tuple(Seal(**(s | {"box": Box(**s["box"])})) for s in data["seals"]),
            lines=tuple(Line(line["text"], line["confidence"], Box(**line["box"])) for line in data["lines"]),
            quality=Quality(**data["quality"]),
            pages=data["pages"],
            notes=tuple(data["notes"]),
            marks=tuple(data.get("marks", ())),
        )


def _box(data: dict[str, Any] | None) -> Box | None:
    return Box(**data) if data else None
