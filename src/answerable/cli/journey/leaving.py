"""Give the number up as its holder does: papers, both reviewers, and nobody answers for it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from answerable.cli.journey.browser import one
from answerable.verification.specimens.papers import papers

if TYPE_CHECKING:
    from answerable.cli.journey.walk import Walk

READING_SECONDS, WORKER_SECONDS = 120, 15


def give_up(walk: Walk) -> str:
    """Ask for the release, file what it takes, have it approved twice, and dial."""
    page = walk.hua.send(f"/console/numbers/{walk.number}/release/", {"confirm": walk.number[-4:]})
    walk.dossier = one(r"/dossiers/(\d+)/", str(page.url), "the release's dossier")
    base = f"/console/dossiers/{walk.dossier}/"
    made = papers(walk.firm, role="legal_representative", line=walk.line, number=walk.number, day=walk.today())
    walk.hua.send(f"{base}upload/licence/", files={"file": ("licence.jpg", made["licence"], "image/jpeg")})
    walk.until(
        lambda: walk.hua.get(base).text, lambda text: "hx-trigger" not in text, READING_SECONDS, "the licence read"
    )
    walk.hua.send(f"{base}submit/")
    said = [walk.review("lin"), walk.review("zhou")]
    found = walk.until(
        walk.dial, lambda d: d.code == "NOT_IN_SERVICE", WORKER_SECONDS, "NOT_IN_SERVICE after the release"
    )
    kind = walk.hua.get(f"/who/{walk.number}/?format=json").json()["kind"]
    return f"{len(said)} reviewers approved; {found.status_line}; the look-up says {kind}"
