"""A browser as far as forms need one: cookies, the CSRF field of the page it stands on, redirects."""

from __future__ import annotations

import re
from typing import Any

import httpx

from answerable.cli.journey.errors import StepFailed

Files = dict[str, tuple[str, bytes, str]]


class Browser:
    """One person at one browser."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(
            base_url=base, follow_redirects=True, timeout=60, headers={"Accept-Language": "zh-CN"}
        )

    def get(self, path: str) -> httpx.Response:
        """Open a page; raise StepFailed unless it answers 200."""
        response = self.client.get(path)
        if response.status_code != 200:
            raise StepFailed(f"GET {path} answered {response.status_code}")
        return response

    def send(
        self, path: str, data: dict[str, Any] | None = None, *, page: str = "", files: Files | None = None
    ) -> httpx.Response:
        """Fill in the form on `page` that goes to `path`; raise StepFailed with the page's own words if it is refused."""
        if "csrftoken" not in self.client.cookies or page:
            self.get(page or path)
        form = (data or {}) | {"csrfmiddlewaretoken": self.client.cookies["csrftoken"]}
        response = self.client.post(path, data=form, files=files, headers={"Referer": str(self.client.base_url)})
        if response.status_code != 200:
            raise StepFailed(f"POST {path} answered {response.status_code}: {complaint(response.text)}")
        return response

    def close(self) -> None:
        """Close the browser."""
        self.client.close()


def complaint(page: str) -> str:
    """Return what a page says is wrong."""
    found = re.search(r'note-bad" role="alert">(.*?)</div>', page, re.S) or re.search(
        r'class="error"[^>]*>(.*?)<', page, re.S
    )
    return re.sub(r"<[^>]+>|\s+", " ", found[1]).strip()[:300] if found else ""


def one(pattern: str, page: str, what: str) -> str:
    """Return what a pattern captures in a page; raise StepFailed naming what is missing."""
    found = re.search(pattern, page, re.S)
    if found is None:
        raise StepFailed(f"the page does not show {what}")
    return found[1].strip()
