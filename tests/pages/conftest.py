"""A real Chromium against a live server with a small demo world."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from answerable.cli.world import build

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
POOL = 600
WAIT_MS = 30_000
"""How long until a page counts as stuck, on a machine that does other work beside it."""
PHONE, DESKTOP = 390, 1280


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the browser once."""
    from playwright.sync_api import sync_playwright

    # Playwright runs a loop in this thread; Django would take a plain query for one inside a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def world(transactional_db: None) -> None:
    """Build the demo world without its hotline."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
    build(at=timezone.now(), size=POOL, tell=lambda line: None, with_hotline=False)


@pytest.fixture
def server(live_server: Any, world: None) -> str:
    """Serve the pages; give the address."""
    return str(live_server.url)


@pytest.fixture
def visit(chromium: Any, server: str) -> Iterator[Callable[..., Any]]:
    """Open a page as somebody: a signed-in client's session, or nobody's. No page may complain, of anything."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def hear(message: Any) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def open_page(who: Client | None = None, *, width: int = DESKTOP, language: str = "zh-CN") -> Any:
        context = chromium.new_context(
            base_url=server, viewport={"width": width, "height": 800}, locale=language, reduced_motion="reduce"
        )
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        if who is not None:
            context.add_cookies([{"name": "sessionid", "value": who.cookies["sessionid"].value, "url": server}])
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.complaints = complaints  # a test that provokes a refusal takes it out again
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:  # a picture still on its way would hold a table that is emptied now
            page.wait_for_load_state("networkidle")
        context.close()
    assert complaints == []
