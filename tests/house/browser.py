"""What a real browser says about a page: errors, refused scripts and styles, sideways scrolling."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = "/usr/bin/chromium"
WIDTHS = {"wide": 1440, "narrow": 390}

FINDINGS = """() => {
  const out = [];
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  if (root.scrollWidth > root.clientWidth + 1) {
    const wide = all("body *")
      .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
      .filter((e) => !e.closest(".table-wrap, pre, .sr"))
      .slice(0, 3).map((e) => e.tagName + "." + e.className);
    out.push("scrolls sideways: " + root.scrollWidth + " > " + root.clientWidth + " " + wide.join(", "));
  }
  if (all("h1").length !== 1) out.push("h1: " + all("h1").length);
  all("input:not([type=hidden]), select, textarea").forEach((e) => {
    const named = e.labels.length || e.getAttribute("aria-label") || e.getAttribute("aria-labelledby");
    if (!named) out.push("no label: " + e.name);
  });
  all("a[href], button").forEach((e) => {
    const named = e.textContent.trim() || e.getAttribute("aria-label") || e.querySelector("img[alt]");
    if (!named) out.push("no name: " + e.outerHTML.slice(0, 80));
  });
  const seen = new Set();
  all("[id]").forEach((e) => {
    if (seen.has(e.id)) out.push("id twice: " + e.id);
    seen.add(e.id);
  });
  return out;
}"""


@dataclass
class Look:
    """One page seen at one width."""

    address: str
    status: int
    findings: list[str] = field(default_factory=list)


@contextmanager
def browser() -> Iterator[Any]:
    """Headless Chromium. Its loop runs in this thread, so Django is told that queries beside it are meant."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield chromium
        finally:
            chromium.close()
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def look(context: Any, address: str, picture: Path | None = None) -> Look:
    """Open ``address`` in a new tab of ``context``; collect everything wrong with it, and a picture if asked."""
    page = context.new_page()
    findings: list[str] = []
    page.on("console", lambda m: findings.append(f"console: {m.text[:200]}") if m.type == "error" else None)
    page.on("pageerror", lambda e: findings.append(f"script: {e}"))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI));"
    )
    response = page.goto(address, wait_until="load")
    status = response.status if response else 0
    if status >= 400:
        findings = [f for f in findings if "Failed to load resource" not in f]
    if response and "text/html" in response.headers.get("content-type", ""):
        findings += page.evaluate(FINDINGS)
    if picture is not None:
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(picture), full_page=True)
    page.close()
    return Look(address, status, findings)
