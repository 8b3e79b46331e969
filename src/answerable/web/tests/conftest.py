"""The pages look at the clock; so the world of their tests begins now. Every address there is, with Hua's own ids in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from answerable.web.tests import everything


@pytest.fixture(scope="session")
def at() -> dt.datetime:
    return timezone.now()


@dataclass(frozen=True)
class Route:
    """One address: its name (site:home), its pattern, and the view behind it."""

    name: str
    pattern: str
    view: Any

    @property
    def door(self) -> str:
        return str(getattr(self.view, "door", "none"))

    @property
    def fields(self) -> set[str]:
        return set(re.findall(r"<(?:\w+:)?(\w+)>", self.pattern))

    def path(self, ids: dict[str, Any]) -> str:
        """Fill the address in."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids[found[1]]), self.pattern)


def walk(patterns: list[Any], prefix: str = "", namespace: str = "") -> Iterator[Route]:
    """Walk the resolver."""
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, pattern, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield Route(namespace + (entry.name or pattern), pattern, entry.callback)


@pytest.fixture(scope="session")
def routes() -> list[Route]:
    """Every address there is."""
    return list(walk(get_resolver().url_patterns))


@pytest.fixture
def ids(world) -> dict[str, Any]:
    """Bring Hua a working number and a second application at the counter, and return all their ids."""
    return everything.made(world, world.order("working"))


class Page(HTMLParser):
    """What a page holds that a strict policy forbids, and what a person types into it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.typed: dict[str, str] = {}
        self.described: set[str] = set()  # may stay empty, and the page says what that means
        self.post_forms = self.tokens = self.rows = 0
        self.language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        is_bare = tag == "style" or (tag == "script" and not has.get("src"))
        if is_bare or "style" in has or any(name.startswith("on") for name in has):
            self.inline.append(self.get_starttag_text() or tag)
        if any((has.get(name) or "").strip().lower().startswith("javascript:") for name in ("href", "src", "action")):
            self.inline.append(self.get_starttag_text() or tag)
        if tag == "html":
            self.language = has.get("lang") or ""
        self.post_forms += tag == "form" and (has.get("method") or "").lower() == "post"
        self.tokens += has.get("name") == "csrfmiddlewaretoken"
        if tag == "textarea" or (
            tag == "input" and has.get("type", "text") in {"text", "tel", "search", "number", "email", "date"}
        ):
            self.typed[has.get("name") or ""] = has.get("value") or ""
            if "required" not in has and has.get("aria-describedby"):
                self.described.add(has.get("name") or "")

    handle_startendtag = handle_starttag


@pytest.fixture(scope="session")
def read() -> type[Page]:
    return Page
