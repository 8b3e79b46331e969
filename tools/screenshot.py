"""Make docs/images/console.png from a running demo: `make run`, then `.venv/bin/python tools/screenshot.py [ADDRESS]`.

Calls made beforehand are in the picture. ANSWERABLE_VAR, if the demo runs with one, has to be the same here: the sign-in
code is read from the outbox.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
TARGET = PROJECT / "docs" / "images" / "console.png"
OPERATOR_MOBILE, HOTLINE = "13900000003", "4008000400"
CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


def main(base: str = "http://127.0.0.1:8400") -> int:
    """Sign in as the operator's demo person and photograph the hotline's page, 1280 × 800."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM.split())
        page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
        page.goto(f"{base}/sign-in/")
        page.fill("#mobile", OPERATOR_MOBILE)
        page.click("main form button")
        page.fill("#code", _code())
        page.click("main form button")
        page.goto(f"{base}/console/numbers/{HOTLINE}/")
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=TARGET)
        browser.close()
    Image.open(TARGET).convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(TARGET, optimize=True)
    return 0


def _code() -> str:
    said = subprocess.run(
        [PROJECT / ".venv" / "bin" / "answerable", "demo", "sms", OPERATOR_MOBILE],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"\d{6}", said)
    if found is None:
        raise SystemExit("No code in the newest message.")
    return found[0]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
