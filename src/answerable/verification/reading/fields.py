"""Assign text to fields and parse it; what cannot be parsed keeps its text and has no value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from answerable.lib import lines
from answerable.lib.identifiers import compact, read_credit_code, read_id_number
from answerable.verification.reading import dates
from answerable.verification.reading.engine import Piece
from answerable.verification.reading.keys import KEYS, LICENCE_TAILS
from answerable.verification.reading.layout import Found, Sheet, plain
from answerable.verification.reading.model import Box, Field, Kind

_DIGIT_LIKE = str.maketrans({"B": "8", "D": "0", "Q": "0", "G": "6", "T": "7", "L": "1", "U": "0"})
_ORGANISATION = re.compile(
    r"[一-鿿A-Za-z0-9（）()·&\-]{2,60}?(?:有限责任公司|股份有限公司|有限公司|集团公司|分公司|公司|合作社|合伙）|工作室|事务所|"
    r"医院|学校|中心|协会|商行|经营部|服务部|门市部|酒店|饭店|厂|店|行|部)$"
)
_TYPE = (
    r"(?:其他)?(?:有限责任公司|股份有限公司|个人独资企业|(?:有限|普通)合伙企业|个人经营|家庭经营|个体工商户|"
    r"农民专业合作社|全民所有制|集体所有制)(?:分公司)?(?:[（(][^（）()]{2,16}[)）])?"
)
_OWN_MARK = re.compile(r"(?:仅供|仅用于|仅限|复印无效|此件|再次复印).*$")
"""How a watermark of the applicant's own begins; it never is part of a name or an amount."""
_TRIMMED = {
    "type": (rf"^({_TYPE})(?![（(]|分公司).+$", r"\1"),
    "address": (r"^[0-9.,，、:：]{1,2}(?=[一-鿿])", ""),
    "scope": (r"(开展经营活动[）)])[^；;（(]{1,6}$", r"\1"),
}
"""What a mark beside a field leaves at its end or beginning, and what is kept of the whole."""
_NOBODY = re.compile(r"单位|经办|办理|我司|本公司")
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_LICENCES: tuple[Kind, ...] = ("business_licence", "organisation_certificate", "organisation_code_certificate")


def assign(
    kind: Kind, pieces: Sequence[Piece], sheet: Sheet, box: Callable[[Sequence[Piece]], Box]
) -> dict[str, Field]:
    """Return the fields of a page of a known kind; `box` turns pieces into a place on the page."""
    if kind not in KEYS:
        return {}
    found = sheet.collect(KEYS[kind])
    if kind in _LICENCES and any(name not in found for name in LICENCE_TAILS):
        lost = {name: KEYS[kind][name] + tails for name, tails in LICENCE_TAILS.items() if name not in found}
        found = sheet.collect(KEYS[kind] | lost)
    fields = {
        name: _field(name, value, [sheet.pieces[i] for i in value.pieces], box)
        for name, value in found.items()
        if value.text or kind == "acceptance_form"  # a form's blank is worth telling
    }
    if kind in _LICENCES or "code" in fields:
        _settle_code(fields, pieces, found, box)
    if kind in _LICENCES:
        _settle_licence(fields, sheet, box)
    if kind.startswith("id_"):
        _settle_card(fields, pieces, box)
    if kind == "authorisation_letter":
        _settle_handler(fields, pieces, sheet, box)
    return fields


def _field(name: str, found: Found, pieces: Sequence[Piece], box: Callable[[Sequence[Piece]], Box]) -> Field:
    return Field(found.text, _parse(name, found.text), round(found.score, 4), box(pieces) if pieces else None)


def _parse(name: str, text: str) -> str | None:
    """Turn a field's text into its value; the field's name decides how."""
    parse = _PARSERS.get(name)
    return parse(text) if parse else re.sub(r"\s", "", text) or None


def _parse_day(text: str) -> str | None:
    day = dates.read_day(text)
    return day.isoformat() if day else None


def _parse_month(text: str) -> str | None:
    month = dates.read_month(text)
    return month.isoformat() if month else None


def _parse_term(text: str) -> str | None:
    end, endless = dates.read_end(text)
    return "long_term" if endless else (end.isoformat() if end else None)


def _parse_id_number(text: str) -> str | None:
    hit = re.search(r"[0-9]{17}[0-9X]", compact(text))
    return read_id_number(hit[0]).number if hit else None


def _parse_line(text: str) -> str | None:
    """Read a line; a masked one (0571****8821) is text, not a line."""
    return lines.classify(text).digits if "*" not in plain(text) else None


def _parse_code(text: str) -> str | None:
    hit = _CODE.search(plain(text).upper())
    return as_code(hit[0]) if hit else None


_PARSERS: dict[str, Callable[[str], str | None]] = {
    **dict.fromkeys(("started", "born", "signed", "billed"), _parse_day),
    **dict.fromkeys(("term", "validity"), _parse_term),
    **dict.fromkeys(("id_number", "handler_id"), _parse_id_number),
    "period": _parse_month,
    "nation": lambda text: (re.match(r"[一-鿿]+", text) or [None])[0],
    "line": _parse_line,
    "number_400": lines.normalise_400,
    "code": _parse_code,
}


def as_code(text: str) -> str:
    """Read a credit code as the engine saw it: letters where only digits stand become digits, forbidden ones fold."""
    typed = compact(text)
    return read_credit_code(typed[:2] + typed[2:8].translate(_DIGIT_LIKE) + typed[8:]).code


def _settle_code(
    fields: dict[str, Field], pieces: Sequence[Piece], found: dict[str, Found], box: Callable[[Sequence[Piece]], Box]
) -> None:
    """Prefer a code whose check characters hold, wherever it stands; else the one beside its key."""
    candidates: list[tuple[bool, float, str, Piece]] = []
    for piece in pieces:
        joined = plain(piece.text).upper()
        for hit in re.finditer(r"[0-9A-Z]{18}(?![0-9A-Z])", joined.replace("SPECIMEN", "")):
            code = as_code(hit[0])
            candidates.append((read_credit_code(code).is_valid, piece.score, hit[0], piece))
    best = max(candidates, key=lambda c: (c[0], c[1]), default=None)
    beside = fields.get("code")
    if beside and beside.value and (best is None or not best[0] or read_credit_code(beside.value).is_valid):
        text = (_CODE.search(plain(beside.text).upper()) or [beside.text])[0]
        fields["code"] = Field(text, beside.value, beside.confidence, beside.box)
    elif best is not None:
        fields["code"] = Field(best[2], as_code(best[2]), round(best[1], 4), box([best[3]]))
    elif beside and not re.search(r"[0-9A-Z]{6}", plain(beside.text).upper()):
        del fields["code"]


def _settle_licence(fields: dict[str, Field], sheet: Sheet, box: Callable[[Sequence[Piece]], Box]) -> None:
    """Mend what layouts break: a 15-digit registration number, a name whose key was lost, the end of the term."""
    if "registration_no" in fields:
        hit = re.search(r"[0-9]{13,15}", plain(fields["registration_no"].text))
        if hit:
            old = fields["registration_no"]
            fields["registration_no"] = Field(hit[0], hit[0], old.confidence, old.box)
        else:
            del fields["registration_no"]
    for name in ("name", "person", "capital", "type"):
        if name in fields:
            _shorten(fields, name, _OWN_MARK.sub("", fields[name].text))
    for name, (pattern, kept) in _TRIMMED.items():
        if name in fields:
            _shorten(fields, name, re.sub(pattern, kept, fields[name].text))
    _settle_type(fields, sheet, box)
    _settle_address(fields)
    if "name" not in fields:
        for piece in sheet.pieces:
            text = re.sub(r"^(名?称)?[:：]?", "", plain(piece.text))
            if _ORGANISATION.fullmatch(text) and "公示系统" not in text and "监督管理局" not in text:
                fields["name"] = Field(text, text, round(piece.score * 0.9, 4), box([piece]))
                break
    if "term" in fields and fields["term"].value is None and dates.read_days(fields["term"].text):
        # "自2019年06月20日" with nothing after it says where a term starts, not where it ends.
        fields["term"] = Field(fields["term"].text, None, fields["term"].confidence * 0.8, fields["term"].box)


def _settle_address(fields: dict[str, Field]) -> None:
    """Part a name from the address that ran into it because the address's key was lost."""
    if "name" not in fields or "address" in fields:
        return
    whole = fields["name"]
    ran_in = re.match(
        r"(.{4,40}?(?:公司|店|厂|所|中心|社|部|合伙[）)]))((?:.{2,8}(?:省|自治区))?.{2,8}[市州盟县区].{5,})", whole.text
    )
    if ran_in:
        _shorten(fields, "name", ran_in[1])
        fields["address"] = Field(ran_in[2], plain(ran_in[2]), whole.confidence, whole.box)


def _settle_type(fields: dict[str, Field], sheet: Sheet, box: Callable[[Sequence[Piece]], Box]) -> None:
    """Find a type whose key was lost: it ran into the name above it, or stands alone."""
    if "type" in fields:
        return
    if "name" in fields:
        ran_in = re.match(rf"(.{{4,60}}?(?:公司|店|厂|所|中心|社|部|合伙[）)]))[:：]?({_TYPE})", fields["name"].text)
        if ran_in:
            whole = fields["name"]
            _shorten(fields, "name", ran_in[1])
            fields["type"] = Field(ran_in[2], plain(ran_in[2]), whole.confidence, whole.box)
            return
    for piece in sheet.pieces:
        alone = re.fullmatch(rf"型?[:：]?({_TYPE})", re.sub(r"\s", "", piece.text))
        if alone:
            fields["type"] = Field(alone[1], plain(alone[1]), round(piece.score * 0.9, 4), box([piece]))
            return


def _shorten(fields: dict[str, Field], name: str, text: str) -> None:
    old = fields[name]
    if text and text != old.text:
        fields[name] = Field(text, _parse(name, text), old.confidence, old.box)


def _settle_card(fields: dict[str, Field], pieces: Sequence[Piece], box: Callable[[Sequence[Piece]], Box]) -> None:
    """Find the number and the validity even where their keys were not read."""
    if "id_number" not in fields or not fields["id_number"].value:
        for piece in pieces:
            hit = re.search(r"[1-9][0-9]{16}[0-9X]", compact(piece.text))
            if hit:
                fields["id_number"] = Field(hit[0], hit[0], round(piece.score, 4), box([piece]))
    if "validity" not in fields or not fields["validity"].value:
        for piece in pieces:
            value = _parse("validity", piece.text) if re.match(r"[12][0-9]{3}[.\-]", plain(piece.text)) else None
            if value:
                fields["validity"] = Field(plain(piece.text), value, round(piece.score, 4), box([piece]))


def _settle_handler(
    fields: dict[str, Field], pieces: Sequence[Piece], sheet: Sheet, box: Callable[[Sequence[Piece]], Box]
) -> None:
    """Read the handler from the sentence 兹授权 … where the letter has no list of fields."""
    text = "".join("".join(m.character for m in row) for row in sheet.rows)
    named = re.search(r"兹?(?:授权|委托)([一-鿿·]{2,8}?)(?:同志|先生|女士|[（(，,])", plain(text))
    listed = fields.get("handler")
    if named and _NOBODY.search(named[1]):
        named = None
    if named and not (listed and re.fullmatch(r"[一-鿿·]{2,12}", plain(listed.text))):
        holder = [p for p in pieces if named[1] in plain(p.text)]
        if holder:
            fields["handler"] = Field(named[1], named[1], round(holder[0].score, 4), box(holder[:1]))
    number = re.search(r"[1-9][0-9]{16}[0-9X]", compact(text))
    if number and not (fields.get("handler_id") and fields["handler_id"].value):
        holder = [p for p in pieces if number[0][:6] in compact(p.text)]
        if holder:
            fields["handler_id"] = Field(number[0], number[0], round(holder[0].score, 4), box(holder[:1]))
