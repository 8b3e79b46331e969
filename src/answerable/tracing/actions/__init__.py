"""Open a trace, take an authority's request, make the bundle, hand it out."""

from answerable.tracing.actions.build import build, sweep
from answerable.tracing.actions.clock import follow
from answerable.tracing.actions.hand_out import hand_out, show_scan
from answerable.tracing.actions.look import look_at_signalling
from answerable.tracing.actions.open import ask_again, open_case
from answerable.tracing.actions.request import Officer, confirm_request, refuse_request, take_request

__all__ = [
    "Officer",
    "ask_again",
    "build",
    "confirm_request",
    "follow",
    "hand_out",
    "look_at_signalling",
    "open_case",
    "refuse_request",
    "show_scan",
    "sweep",
    "take_request",
]
