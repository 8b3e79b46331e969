"""Trace cases, the authority's request behind one, and the bundles that were made.

Trust: whoever can write here can have a trace made that nobody asked for; each is a fact with its legal basis, and what an
authority asked for is handed out by two people (constraint and trigger).
"""

from answerable.tracing.models.case import TraceBundle, TraceCase
from answerable.tracing.models.request import AuthorityRequest

__all__ = ["AuthorityRequest", "TraceBundle", "TraceCase"]
