"""Who at the operator may do what: the one table of roles and permissions."""

from __future__ import annotations

PERMISSIONS: dict[str, frozenset[str]] = {
    "counter": frozenset({"handle"}),
    "reviewer": frozenset({"review", "pre_check", "confirm_permits"}),
    "carrier_reviewer": frozenset({"review", "carrier_review", "confirm_permits"}),
    "cashier": frozenset({"match_payments"}),
    "risk": frozenset(
        {
            "stop_numbers",
            "confirm_permits",
            "decide_appeals",
            "decide_disavowals",
            "see_rechecks",
            "see_stock_check",
            "see_complaints",
            "answer_complaints",
            "see_calls",
            "see_figures",
            "open_traces",
        }
    ),
    "operations": frozenset(
        {
            "register_numbers",
            "see_operations",
            "reconcile_register",
            "reconcile_calls",
            "see_signalling",
            "pass_losses",
        }
    ),
    "auditor": frozenset({"see_trail", "see_figures"}),
    "compliance": frozenset(
        {
            "edit_requirements",
            "decide_appeals",
            "decide_disavowals",
            "keep_privacy",
            "run_stock_check",
            "see_stock_check",
            "see_rechecks",
            "see_figures",
            "manage_agents",
            "see_complaints",
            "lead_complaints",
            "reconcile_register",
            "answer_authorities",
            "send_weekly_report",
            "pass_losses",
        }
    ),
}

NAMES: dict[str, tuple[str, str]] = {
    "counter": ("受理员", "Counter staff"),
    "reviewer": ("初审员", "Reviewer, pre-check"),
    "carrier_reviewer": ("复审员", "Reviewer for the carrier"),
    "cashier": ("出纳", "Cashier"),
    "risk": ("风控专员", "Risk officer"),
    "operations": ("运维工程师", "Operations engineer"),
    "auditor": ("审计员", "Auditor"),
    "compliance": ("合规专员", "Compliance officer"),
}

INCOMPATIBLE = tuple(
    frozenset({one, reviewer}) for one in ("counter", "cashier") for reviewer in ("reviewer", "carrier_reviewer")
)
"""Pairs one person may never hold together (受理与审核分离)."""


def permissions(roles: list[str]) -> frozenset[str]:
    """Collect what `roles` may do."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
