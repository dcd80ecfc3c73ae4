"""A person at a browser: does what people do, finds things by their visible words, and notices what is wrong.

Whatever page a person comes to is looked at as the house test looks at pages (``tests/house/browser.py``), wide and
narrow: labels, names, contrast, sideways scrolling. A script error, a refused script or style, a request to another
site, a missing static part or an answer of 500 fails the journey at its end.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.cast import PASSWORD
from tests.house.browser import FINDINGS, WIDTHS

WATCH = (
    "document.addEventListener('securitypolicyviolation',"
    " e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI));"
)
PATIENCE = 15_000
"""Milliseconds until something that does not appear fails the journey."""


class Person:
    """One person with a browser of their own (cookies are not shared)."""

    def __init__(self, chromium: Any, site: str, *, name: str = "", width: int = WIDTHS["wide"], scripts: bool = True):
        self.name = name
        self.site = site
        self.findings: list[str] = []
        self.questions: list[str] = []
        """What the pages asked before doing something; always answered with yes."""
        self._scripts = scripts
        self._width = width
        self._looked: set[str] = set()
        self.context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.page.add_init_script(WATCH)
        self.page.on("console", self._hears)
        self.page.on("pageerror", lambda error: self.findings.append(f"script: {error}"))
        self.page.on("response", self._receives)
        self.page.on("dialog", self._is_asked)

    # ---- what the browser tells --------------------------------------------------------------------------------

    def _hears(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.findings.append(f"console: {message.text[:200]}")

    def _receives(self, response: Any) -> None:
        is_page = response.request.resource_type in ("document", "xhr", "fetch")
        if response.status >= (500 if is_page else 400):
            self.findings.append(f"{response.status} {response.url}")
        if not response.url.startswith((self.site, "data:")):
            self.findings.append(f"elsewhere: {response.url}")

    def _is_asked(self, dialog: Any) -> None:
        self.questions.append(dialog.message)
        dialog.accept()

    def _looks(self) -> None:
        """Look at the page just reached, once for each, at both widths."""
        where = re.sub(r"[?#].*", "", self.page.url) + " " + self.heading()
        if not self._scripts or where in self._looked:
            return
        self._looked.add(where)
        for width in WIDTHS.values():
            self.page.set_viewport_size({"width": width, "height": 900})
            self.findings += [f"{width} {where}: {found}" for found in self.page.evaluate(FINDINGS)]
        self.page.set_viewport_size({"width": self._width, "height": 900})

    # ---- what a person does ------------------------------------------------------------------------------------

    def opens(self, address: str) -> None:
        """Type an address of the site (a path, or a whole address)."""
        self.page.goto(address if address.startswith("http") else self.site + address, wait_until="load")
        self._looks()

    def signs_in(self, username: str, after: str = "/desk/") -> Person:
        """Sign in with name and password."""
        self.opens(f"/sign-in/?next={after}")
        self.fills("账号", username)
        self.fills("密码", PASSWORD)
        self.presses("登录")
        self.page.get_by_role("button", name="退出", include_hidden=True).wait_for(state="attached")
        return self

    def follows(self, text: str) -> None:
        """Follow the first link with these words in the page's main part, else anywhere in the frame."""
        within = self.page.locator("main").get_by_role("link", name=text)
        link = within.first if within.count() else self.page.get_by_role("link", name=text).first
        with self.page.expect_navigation(wait_until="load"):
            link.click()
        self._looks()

    def presses(self, text: str, within: Any = None) -> None:
        """Press the button with exactly these words and wait for the next page."""
        button = (within or self.page).get_by_role("button", name=text, exact=True)
        with self.page.expect_navigation(wait_until="load"):
            button.click()
        self._looks()

    def unfolds(self, text: str, within: Any = None) -> Any:
        """Open the folded part whose line has these words (leave it open when it is); returns the part."""
        line = (within or self.page).locator("summary").filter(has_text=re.compile(rf"^\s*{re.escape(text)}"))
        part = line.first.locator("xpath=..")
        if part.get_attribute("open") is None:
            line.first.click()
        return part

    def fills(self, label: str, text: str, within: Any = None) -> None:
        """Write ``text`` into the field with this label."""
        self._field(label, within).fill(text)

    def chooses(self, label: str, option: str, within: Any = None) -> None:
        """Choose ``option`` by its words in the list with this label."""
        self._field(label, within).select_option(label=option)

    def ticks(self, label: str, within: Any = None) -> None:
        """Tick the box (or the choice) with this label."""
        self._field(label, within).check()

    def attaches(self, label: str, name: str, content: bytes, media: str = "application/octet-stream") -> None:
        """Choose a file for the field with this label."""
        self._field(label, None).set_input_files({"name": name, "mimeType": media, "buffer": content})

    def _field(self, label: str, within: Any) -> Any:
        words = re.compile(rf"^\s*{re.escape(label)}\s*(（可不填）|（可不选）)?\s*$")
        return (within or self.page).get_by_label(words)

    def downloads(self, text: str) -> bytes:
        """Follow a link that gives a file; returns the file."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=text).first.click()
        return Path(waiting.value.path()).read_bytes()

    # ---- what a person sees ------------------------------------------------------------------------------------

    def heading(self) -> str:
        """The page's title as shown."""
        found = self.page.locator("h1")
        return found.first.inner_text().strip() if found.count() else ""

    def sees(self, *texts: str) -> None:
        """Each of these words is on the page and visible (folded parts do not count)."""
        for text in texts:
            place = self.page.get_by_text(text).locator("visible=true").first
            try:
                place.wait_for(state="visible")
            except Exception as error:
                raise AssertionError(f"{self.name} does not see “{text}” on:\n{self.reads()}") from error

    def does_not_see(self, *texts: str) -> None:
        """None of these words is anywhere on the page."""
        for text in texts:
            assert text not in self.reads(), f"{self.name} sees “{text}”"

    def reads(self, selector: str = "body") -> str:
        """All visible words."""
        return str(self.page.locator(selector).first.inner_text())

    def row(self, text: str) -> Any:
        """The row of a table that has these words."""
        return self.page.locator("main tr").filter(has_text=text).first

    def path(self) -> str:
        """The address without the site."""
        return str(self.page.url).removeprefix(self.site)
