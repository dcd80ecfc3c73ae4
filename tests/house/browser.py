"""What a real browser says about a page: errors, refused scripts and styles, sideways scrolling."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = os.environ.get("GUANTONG_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
"""The browser: the one of GUANTONG_CHROMIUM, else the first found on the path; empty when there is none."""
MISSING = (
    "缺少浏览器：这项测试需要 Chromium。请运行 make test（会安装），或安装 chromium，"
    "或用 GUANTONG_CHROMIUM 指明它的路径；不跑浏览器测试请加 -m 'not journey'。"
)
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
  const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const colour = parts(style.backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
      if (colour[3] > 0) return null;
    }
    return [255, 255, 255];
  };
  all("body *").forEach((e) => {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest("[disabled], .sr, svg, option")) return;
    const style = getComputedStyle(e), below = ground(e), above = parts(style.color);
    if (!below || (above.length === 4 && above[3] < 1)) return;
    const [high, low] = [light(above), light(below)].sort((x, y) => y - x);
    const ratio = (high + 0.05) / (low + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) out.push("contrast " + ratio.toFixed(2) + ": " + e.textContent.trim().slice(0, 20));
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
    """Headless Chromium. Its loop runs in this thread, so Django is told that queries beside it are meant.

    A test that needs a browser fails without one, wherever it runs: what is skipped is not tested.
    """
    if not CHROMIUM or not Path(CHROMIUM).is_file():
        raise AssertionError(MISSING)
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
