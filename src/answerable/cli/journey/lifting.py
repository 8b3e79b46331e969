"""Lift a stop as it is lifted: one risk officer ends it, and the number rings once the second has confirmed its permit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.utils import timezone

from answerable.cli.journey.browser import one
from answerable.cli.journey.errors import StepFailed
from answerable.cli.world import signing

if TYPE_CHECKING:
    from answerable.cli.journey.walk import Walk


def lift(walk: Walk) -> str:
    """Have the stop lifted by one risk officer; it rings again once a second has confirmed the new permit."""
    sun, feng = ({"permit_code": signing.signing_code(name, timezone.now())} for name in ("sun", "feng"))
    walk.desk("sun").send(f"/desk/risk/numbers/{walk.number}/lift/", sun)
    refused = walk.dial().code
    if not refused:
        raise StepFailed("one officer's code was enough")
    page = walk.desk("feng").get("/desk/permits/").text
    confirm = one(rf'data-number="{walk.number}".*?action="(/desk/permits/\d+/confirm/)"', page, "what waits")
    walk.desk("feng").send(confirm, feng)
    lifted_at = time.time()
    found = walk.until(walk.dial, lambda d: d.status == 200, 2, "SIP 200 after the lift")
    delay = 1000 * (found.invited_at - lifted_at)
    return f"after one officer {refused}; {found.status_line} by a call {delay:.0f} ms after the second's page"
