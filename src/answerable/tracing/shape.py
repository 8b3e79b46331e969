"""The shape of `trace.json`, published as a JSON Schema. No Django: whoever holds a bundle reads it with this alone.

Times are ISO 8601 with an offset, money is whole fen, a 400 number has ten digits. A part that was not asked for, or that
the legal basis does not reach, is null, and `withheld` says why; an empty list means: looked for, nothing found.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1
FORMAT = "answerable/trace-bundle/v1"


class Shape(BaseModel):
    """Nothing but what is named here."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Basis(Shape):
    """The legal basis that was recorded."""

    code: str
    zh: str
    en: str


class Request(Shape):
    """An authority's document."""

    agency_kind: str
    agency: str
    document_no: str
    officers: list[dict[str, str]] = Field(description="Two: name and card_no.")
    scope: list[str]
    deadline: str
    scan_sha256: str
    taken_by: str
    taken_at: str
    confirmed_by: str
    confirmed_at: str
    legal_hold_until: str | None


class Question(Shape):
    """What was asked, by whom, on which basis."""

    number: str
    moment: str
    since: str
    until: str
    sample_caller: str | None
    ground: Literal["risk", "report", "authority"]
    why: str
    basis: Basis
    asked_by: str
    opened_at: str
    due_at: str
    report: str | None
    request: Request | None


class Withheld(Shape):
    """A part that is not told."""

    part: str
    zh: str
    en: str


class Holder(Shape):
    """Who answered at the moment."""

    name_then: str
    name_now: str
    credit_code: str
    subject_type: str
    legal_representative: str
    address: str
    since: str
    until: str | None
    via_log: Literal["agrees", "differs", "commitment", "silent"] = Field(
        description="What the public log says of the same moment; commitment: a sole trader, opened by an opening below."
    )


class LogEntry(Shape):
    """One entry of the public log about this number: its very bytes, and its proof (C2SP tlog-proof)."""

    index: int
    kind: str
    at: str
    entry: str = Field(description="File with the entry's bytes.")
    proof: str = Field(description="File with the proof.")


class Opening(Shape):
    """What opens a commitment: SHA-256 over `answerable/commitment/v1`, a newline, the salt and the value."""

    commitment: str
    salt: str
    value: str


class Log(Shape):
    """The number's history in the public log."""

    origin: str
    key: str
    tree_size: int
    entries: list[LogEntry]
    not_proven_yet: int = Field(description="Entries that wait for the next checkpoint.")
    openings: list[Opening]


class Number(Shape):
    """Where the number comes from."""

    carrier: str
    branch: str
    batch: str
    allocated_on: str
    business_state_now: str
    network_state_now: str


class Line(Shape):
    """A line that was bound at the moment."""

    line: str
    kind: str
    carrier: str
    range_kind: str
    position: int
    added_at: str
    removed_at: str | None
    proven_until: str | None


class Agent(Shape):
    """Through whom the number was sold; null stands for: at the operator."""

    name: str
    credit_code: str
    licence_no: str
    agreement_no: str
    state_then: str
    penalties: list[dict[str, Any]]


class Handler(Shape):
    """Who acted for the holder."""

    name: str
    role: str
    since: str
    proven_at: str | None
    mobile: str | None
    id_number: str | None


class Document(Shape):
    """One paper that was filed; its pages are opened on a legal basis of their own."""

    slot: str
    zh: str
    en: str
    position: int
    sha256: str
    pages: int
    uploaded_at: str
    replaced_at: str | None
    state: Literal["kept", "locked", "erased"]
    electronic_seal: str


class Review(Shape):
    """One decision."""

    round: int
    stage: str
    decision: str
    at: str
    by: str
    reasons: list[str]


class Handling(Shape):
    """The visit at the counter."""

    at: str
    counter: str
    channel: str
    by: str
    originals_seen: list[str]
    id_reader_matches: bool


class Dossier(Shape):
    """One verification of the holder, of a line, or of a change."""

    kind: str
    purpose: str
    state: str
    line: str
    submitted_at: str | None
    decided_at: str | None
    verified_until: str | None
    line_proven_until: str | None
    documents: list[Document]
    handling: Handling | None
    reviews: list[Review]


class Signalling(Shape):
    """The signalling of the calls, message by message."""

    kept: bool
    zh: str
    en: str
    file: str | None = None
    messages: int = 0
    calls: int = Field(default=0, description="Of how many of the calls in the window anything was kept.")


class Calls(Shape):
    """The calls in the window; one row a call in the file."""

    file: str
    count: int
    answered: int
    missed: int
    refused: int
    talk_seconds: int
    callers: int
    of_sample_caller: int | None
    masked: bool
    only_the_reporter: bool
    signalling: Signalling


class Payment(Shape):
    """One order with what was paid and paid back."""

    order_no: str
    kind: str
    state: str
    price_fen: int
    contract_sha256: str
    signed_at: str | None
    paid_at: str | None
    transfers: list[dict[str, Any]]
    refunds: list[dict[str, Any]]


class Earlier(Shape):
    """Something that was recorded before, about this or another number."""

    shares: Literal["number", "holder", "handler", "line", "address"]
    what: Literal["trace", "report", "measure", "finding", "recheck"]
    number: str
    reference: str
    at: str
    detail: str
    outcome: str


class Permits(Shape):
    """The permits behind the number's state."""

    on_record: bool
    zh: str
    en: str
    permits: list[dict[str, Any]]


class Trace(Shape):
    """Everything a trace tells."""

    schema_version: int
    reference: str
    made_at: str
    operator: dict[str, Any]
    question: Question
    parts: list[str]
    withheld: list[Withheld]
    number: Number
    holder: Holder | None = Field(description="Null: nobody answered at that moment.")
    log: Log
    permits: Permits | None
    lines: list[Line] | None
    agent: Agent | None
    sold_by_agent: bool | None
    people: list[Handler] | None
    documents: list[Dossier] | None
    calls: Calls | None
    money: list[Payment] | None
    earlier: list[Earlier] | None


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `trace.json`."""
    made = Trace.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
