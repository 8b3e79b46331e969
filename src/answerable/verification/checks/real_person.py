"""Is the handler a person with a name, and not a post?"""

from __future__ import annotations

import re

from answerable.verification.checks.compare import plain
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged

NAME = "real_person"
_POST = re.compile(
    r"经理|主管|总监|专员|客服|财务|人事|行政|部门?$|科$|处$|负责人|管理员|经办人|先生$|女士$|同志$|[0-9*]"
)


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag I13 for a post, a department, a form of address or digits in the place of the handler's name."""
    name = plain(dossier.claims.handler_name)
    if dossier.claims.role != "handler" or not name:
        return []
    if len(name) >= 2 and not _POST.search(name):
        return []
    text = ("经办人填写的不是真实姓名。", "The handler given is no person's name.")
    return [flagged(NAME, "I13", *text, field="handler_name", read=dossier.claims.handler_name)]
