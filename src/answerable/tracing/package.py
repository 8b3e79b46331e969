"""Put a bundle together: the parts, their files, the PDF, and the signed manifest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answerable.lib import keystore
from answerable.lib.archive import Bundle
from answerable.lib.pdf import render
from answerable.parties.queries import operator
from answerable.tracing import scope, shape
from answerable.tracing.collect import calls, earlier, holder, log, money, papers, permits, signalling
from answerable.tracing.collect.said import People, moment
from answerable.tracing.models import AuthorityRequest, TraceCase
from answerable.tracing.words import words
from answerable.transparency import manifests
from answerable.transparency.evidence_key import evidence_key, public_pem

PAPERS = Path(__file__).parent / "papers"


@dataclass(frozen=True)
class Packed:
    """What came out: the manifest that was signed, and how many calls are told."""

    manifest: bytes
    calls: int


def pack(case: TraceCase, bundle: Bundle, *, at: dt.datetime) -> Packed:
    """Collect what the case's parts ask for and write the bundle; raise what cannot be read, for a bundle is whole."""
    people = People(case)
    call_file, signalling_file = calls.CallFile(case, people), signalling.SignallingFile(case)
    if "calls" in case.parts:
        bundle.add(calls.FILE, call_file.rows(), ("通话记录", "Calls"))
        if (lines := signalling_file.rows()) is not None:
            bundle.add(signalling.FILE, lines, ("通话的信令", "Signalling of the calls"))
    told = call_file.said(signalling_file.said()) if "calls" in case.parts else None
    proven = log.prove(case)
    trace = _trace(case, people, proven, told, at)
    for name, content in proven.files.items():
        what = (
            ("公开日志条目", "Entry of the public log")
            if name.endswith(".json")
            else ("条目的证明", "Proof of the entry")
        )
        bundle.add(name, [content], what)
    written = trace.model_dump()
    bundle.add("trace.json", [manifests.write(written)], ("全部内容，供程序读取", "Everything, for programs"))
    bundle.add("trace.schema.json", [manifests.write(shape.schema())], ("trace.json 的格式", "The shape of trace.json"))
    bundle.add(
        "trace.pdf", [render(PAPERS / "trace.typ", _for_paper(written))], ("全部内容，供阅读", "Everything, to read")
    )
    readme = (PAPERS / "README.md").read_bytes()
    bundle.add("README.md", [readme], ("说明：如何核验", "How to verify this"))
    bundle.add(manifests.KEY_FILE, [public_pem()], ("证据公钥", "The evidence key's public half"))
    signed = manifests.signed(_about(case, at) | {"files": bundle.files}, evidence_key())
    bundle.end_with(signed)
    return Packed(signed[manifests.MANIFEST], trace.calls.count if trace.calls else 0)


def _about(case: TraceCase, at: dt.datetime) -> dict[str, Any]:
    return {
        "format": shape.FORMAT, "reference": case.pk, "number": case.number_id, "moment": moment(case.moment),
        "made_at": moment(at), "operator": operator().name_zh, "operator_code": operator().credit_code,
        "key": str(evidence_key().verifier),
    }  # fmt: skip


def _trace(
    case: TraceCase, people: People, proven: log.Proven, told: shape.Calls | None, at: dt.datetime
) -> shape.Trace:
    has = case.parts.__contains__
    lines = holder.lines(case) if has("lines") else None
    log.open_commitments(proven, holder.sole_trader_values(case) | {one.line for one in lines or []})
    who, agent = operator(), holder.agent(case) if has("agent") else None
    return shape.Trace(
        schema_version=shape.VERSION, reference=case.pk, made_at=moment(at),
        operator={"name": who.name_zh, "credit_code": who.credit_code, "hotline": who.hotline, "is_demo": who.is_demo},
        question=_question(case, people), parts=list(case.parts), withheld=_withheld(case),
        number=holder.number(case), holder=holder.holder(case, proven), log=proven.said,
        permits=permits.permits(case) if has("permits") else None, lines=lines,
        agent=agent, sold_by_agent=agent is not None if has("agent") else None,
        people=papers.handlers(case, people) if has("people") else None,
        documents=papers.dossiers(case, people) if has("documents") else None,
        calls=told, money=money.payments(case) if has("money") else None,
        earlier=earlier.earlier(case) if has("earlier") else None,
    )  # fmt: skip


def _question(case: TraceCase, people: People) -> shape.Question:
    basis, caller = scope.BASES[case.basis], calls.sample_caller(case)
    request = AuthorityRequest.objects.select_related("taken_by", "confirmed_by", "hold").filter(pk=case.pk).first()
    return shape.Question(
        number=case.number_id, moment=moment(case.moment), since=moment(case.since), until=moment(case.until),
        sample_caller=caller or None, ground=case.ground, why=case.why,  # type: ignore[arg-type]
        basis=shape.Basis(code=case.basis, zh=basis.zh, en=basis.en), asked_by=people.staff(case.asked_by),
        opened_at=moment(case.opened_at), due_at=moment(case.due_at), report=case.report_id,
        request=_request(request, people) if request else None,
    )  # fmt: skip


def _request(request: AuthorityRequest, people: People) -> shape.Request:
    officers = keystore.open_json(request.officers, keystore.trace_key(request.pk), f"officers:{request.pk}")
    return shape.Request(
        agency_kind=request.agency_kind, agency=request.agency, document_no=request.document_no, officers=officers,
        scope=list(request.scope), deadline=moment(request.deadline), scan_sha256=request.scan_sha256,
        taken_by=people.staff(request.taken_by), taken_at=moment(request.taken_at),
        confirmed_by=people.staff(request.confirmed_by), confirmed_at=moment(request.confirmed_at) or "",
        legal_hold_until=request.hold_until.isoformat() if request.hold and request.hold.confirmed_at else None,
    )  # fmt: skip


def _withheld(case: TraceCase) -> list[shape.Withheld]:
    reached = scope.BASES[case.basis].parts
    found = []
    for part, (zh, en) in scope.PARTS.items():
        if part not in case.parts:
            why = (
                ("不在调取范围内", "not asked for")
                if part in reached
                else ("法定依据不及于此", "beyond the legal basis")
            )
            found.append(shape.Withheld(part=part, zh=f"{zh}：{why[0]}", en=f"{en}: {why[1]}"))
    return found


def _for_paper(written: dict[str, Any]) -> dict[str, Any]:
    """Add the words that the PDF prints in place of codes."""
    return written | {"words": words()}
