"""Every stage of an order's way is reached through the actions alone."""

import pytest


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("held", "held"), ("awaiting_payment", "awaiting_payment"), ("paid", "locked"), ("submitted", "pre_checked"), ("handled", "handled"),
        ("reviewed_once", "under_review"), ("approved", "approved"), ("opening", "opening"), ("working", "working"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("role", ["legal_representative", "handler"])
def test_order_reaches_every_stage(world, stage, state, role):
    world.order(stage, role=role)
    assert world.state(world.plain) == state
