"""What the operator accepts beyond the law: the standing policy, changed by the requirement set a dossier is filed under."""

from __future__ import annotations

from django.conf import settings

from answerable.verification.checks.facts import Policy
from answerable.verification.models import RequirementSet


def policy_of(rules: RequirementSet) -> Policy:
    """Return the policy a requirement set puts in force; what it does not name stands as shipped."""
    return Policy.of(rules.policy, mobile_destinations=settings.MOBILE_DESTINATIONS_ALLOWED)
