"""Go from one operator to another, as a holder does: run in the environment of an installation, one verb each.

`leave` makes a customer here and downloads its archive; `come` takes its number over there with the papers of the archive.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from answerable.cli import installation

BUILT_SECONDS = 120


def leave(walk: Any, folder: Path) -> dict[str, str]:
    """Serve a new enterprise from choosing to its first call, then download everything that is its."""
    from answerable.cli.world.reference import APPLICANTS, applicant

    for act in (walk.choose, walk.sign_in, walk.apply, walk.sign, walk.pay):
        act()
    _open(walk, walk.bring_papers)
    page = walk.hua.get("/console/papers/").text
    asked = re.findall(r'action="(/console/papers/export/\d+/)"', page)
    walk.hua.send(asked[0], page="/console/papers/")
    built = walk.until(
        lambda: re.findall(r"/console/papers/exports/[0-9a-f-]{36}/", walk.hua.get("/console/papers/").text), bool, BUILT_SECONDS, "archive",
    )  # fmt: skip
    archive = folder / "archive.zip"
    archive.write_bytes(walk.hua.send(built[0], page="/console/papers/").content)
    firm = next(n for n in range(APPLICANTS) if applicant(n) == walk.firm)
    return {"number": walk.number, "line": walk.line, "mobile": walk.mobile, "firm": str(firm), "archive": str(archive)}


def come(walk: Any, left: dict[str, str]) -> dict[str, str]:
    """Take the number over at its next operator: the papers are at hand, all proofs are given anew, and it rings."""
    from answerable.cli.world.reference import applicant

    walk.number, walk.line, walk.mobile, walk.firm = (
        left["number"],
        left["line"],
        left["mobile"],
        applicant(int(left["firm"])),
    )
    before = walk.dial().code
    walk.sign_in()
    _apply(walk)
    _sign(walk)
    walk.dossier = re.findall(r"/console/dossiers/(\d+)/", walk.hua.get(f"/console/orders/{walk.order}/").text)[0]
    brought: list[str] = []
    _open(walk, lambda: brought.extend(_papers(walk)))
    return {"before": before, "brought": ",".join(brought), "status": walk.dial().status_line}


def _apply(walk: Any) -> None:
    """Take over: nothing to choose and nothing to pay."""
    walk.hua.send(f"/apply/{walk.number}/", {"role": "legal_representative"})
    walk.hua.send(f"/apply/{walk.number}/organisation/", {"credit_code": walk.firm.credit_code})
    page = walk.hua.send(f"/apply/{walk.number}/confirm/", {"industry": "manufacturing", "use": "own"})
    walk.order = re.findall(r"/orders/([A-Z0-9]+)/", str(page.url))[0]


def _sign(walk: Any) -> None:
    from answerable.cli.journey.walk import JPEG
    from answerable.verification.specimens.make import make

    path = f"/console/orders/{walk.order}/"
    for n in sorted({int(n) for n in re.findall(r"/pages/(\d+)/", walk.hua.get(path).text)}):
        made = make("contract", {"name": walk.firm.name, "number_400": walk.number}, seed=n)
        walk.hua.send(f"{path}pages/{n}/", files={"file": (f"page-{n}.jpg", made.jpeg, JPEG)})
    walk.hua.send(f"{path}sign/")


def _papers(walk: Any) -> list[str]:
    """Use the archive's papers, then file what it does not carry; the line is rung as for any new holder."""
    import time

    from answerable.cli.journey.walk import JPEG, READING_SECONDS
    from answerable.verification.consent import CURRENT
    from answerable.verification.specimens.papers import papers

    base = f"/console/dossiers/{walk.dossier}/"
    walk.rung_at = time.time()
    walk.hua.send(f"{base}callback/")
    made = papers(walk.firm, role="legal_representative", line=walk.line, number=walk.number, day=walk.today())
    walk.hua.send(f"{base}brought/")
    walk.hua.send(f"{base}photo-consent/", {"answer": "given", "consent": CURRENT})
    page = walk.until(
        lambda: walk.hua.get(base).text, lambda text: "hx-trigger" not in text, READING_SECONDS, "papers read"
    )
    brought = [slot for slot in made if f'id="slot-{slot}"' in page and _is_filled(page, slot)]
    for slot in made.keys() - set(brought):
        walk.hua.send(f"{base}upload/{slot}/", files={"file": (f"{slot}.jpg", made[slot], JPEG)})
    walk.until(lambda: walk.hua.get(base).text, lambda text: "hx-trigger" not in text, READING_SECONDS, "papers read")
    return brought


def _is_filled(page: str, slot: str) -> bool:
    part = page.split(f'id="slot-{slot}"', 1)[1].split('id="slot-', 1)[0]
    return "未上传" not in part


def _open(walk: Any, bring: Any) -> None:
    bring()
    for act in (walk.answer_line, walk.submit, walk.come_to_counter):
        act()
    walk.review("lin")
    walk.review("zhou")
    for act in (walk.register, walk.await_opening, walk.call, walk.see_record):
        act()


def main(verb: str, base: str, gate: str, trunk_port: str, given: str) -> None:
    """Do one verb and print what came of it as JSON."""
    installation.load_django()
    from answerable.cli.journey.walk import Walk

    walk = Walk(base, gate, int(trunk_port))
    try:
        print(json.dumps(leave(walk, Path(given)) if verb == "leave" else come(walk, json.loads(given))))
    finally:
        walk.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
