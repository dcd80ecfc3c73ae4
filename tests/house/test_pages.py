"""Every page without parameters, for visitors and each desk: one h1, labels, language, no inline style or script.

The last part opens the same pages in Chromium at 1440 and 390 pixels: no sideways scrolling, nothing on the console, no
refused script or style.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.browser import WIDTHS, browser, look

NOT_PAGES = ("/healthz", "/robots.txt", "/static/")
PUBLIC = ("/try/", "/verify/", "/law/", "/systems/", "/programmes/", "/sign-in/", "/api/")
WHO = ("visitor", "lin", "ma", "sun", "qian", "chen", "he", "zhang", "wu", "operator")


def addresses() -> list[str]:
    """Every address of the site that needs no parameter and is meant for people."""
    found: set[str] = set()

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for item in patterns:
            here = prefix + str(item.pattern)
            if "<" in here or "(" in here:
                continue
            if isinstance(item, URLResolver):
                walk(item.url_patterns, here)
            else:
                found.add("/" + here)

    walk(get_resolver().url_patterns, "")
    return sorted(a for a in found if not a.startswith((*NOT_PAGES, "/api/v1/")))


class PageReader(HTMLParser):
    """Collects what the checks need from one page."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.headings = 0
        self.language: str | None = None
        self.title = ""
        self.ids: set[str] = set()
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, str]] = []
        self.posts_without_token = 0
        self._form_is_post = False
        self._in_label = False
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "style" in values or tag == "style":
            self.problems.append(f"inline style on <{tag}>")
        self.problems += [f"{name} on <{tag}>" for name in values if name.startswith("on")]
        if tag == "script" and "src" not in values:
            self.problems.append("inline script")
        if "id" in values:
            if values["id"] in self.ids:
                self.problems.append(f"id twice: {values['id']}")
            self.ids.add(values["id"])
        if tag == "html":
            self.language = values.get("lang")
        elif tag == "h1":
            self.headings += 1
        elif tag == "title":
            self._in_title = True
        elif tag == "label":
            self._in_label = True
            self.labelled.add(values.get("for", ""))
        elif tag == "img" and "alt" not in values:
            self.problems.append("picture without alt")
        elif tag in ("input", "select", "textarea"):
            if values.get("name") == "csrfmiddlewaretoken":
                self._form_is_post = False
            kind = values.get("type", "text")
            if kind in ("hidden", "submit") or "aria-label" in values or "aria-labelledby" in values or self._in_label:
                return
            self.fields.append((values.get("id", ""), values.get("name", "")))
        elif tag == "form":
            self._form_is_post = values.get("method", "get").lower() == "post"

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._in_label = False
        elif tag == "title":
            self._in_title = False
        elif tag == "form":
            self.posts_without_token += self._form_is_post
            self._form_is_post = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def findings(self) -> list[str]:
        """Everything wrong with the page."""
        found = list(self.problems)
        if self.language != "zh-Hans":
            found.append(f"language {self.language}")
        if self.headings != 1:
            found.append(f"{self.headings} h1")
        if not self.title.strip():
            found.append("no title")
        if self.posts_without_token:
            found.append("a form is sent without its token")
        found += [f"no label: {name}" for identity, name in self.fields if identity not in self.labelled]
        return found


def read_page(text: str) -> list[str]:
    """Findings of one page's source."""
    reader = PageReader()
    reader.feed(text)
    return reader.findings()


def test_the_reader_sees_what_is_wrong():
    bad = (
        "<html lang=en><title></title><p style='x'><script>1</script><h1>a</h1><h1>b</h1>"
        "<form method=post><input name=q></form><a onclick=x id=i></a><b id=i></b><img src=x>"
    )
    found = " ".join(read_page(bad))
    for words in (
        "inline style",
        "inline script",
        "language en",
        "2 h1",
        "no label: q",
        "onclick",
        "id twice: i",
        "alt",
    ):
        assert words in found
    assert "without its token" in found
    assert "no title" in found


def _client(cast, who: str) -> Client:
    client = Client(raise_request_exception=True)
    if who != "visitor":
        client.force_login(cast.user(who))
    return client


@pytest.mark.parametrize("who", WHO)
def test_every_page_is_well_made(cast, who):
    client = _client(cast, who)
    wrong = []
    for address in addresses():
        answer = client.get(address)
        if answer.status_code >= 500:
            wrong.append(f"{address} {answer.status_code}")
        kind = answer.headers.get("Content-Type", "")
        if not kind.startswith("text/html") or answer.status_code in (301, 302, 303):
            continue
        wrong += [f"{address} {answer.status_code}: {finding}" for finding in read_page(answer.content.decode())]
    assert wrong == []


def test_visitors_reach_public_pages_without_signing_in(cast):
    client = Client()
    for address in ("/", *PUBLIC):
        assert client.get(address).status_code == 200, address


def test_desks_ask_visitors_to_sign_in(cast):
    client = Client()
    desks = ("learner", "school", "bureau", "issuer", "expert", "operator", "desk")
    inside = [address for address in addresses() if address.split("/")[1] in desks]
    assert len(inside) >= 6
    for address in inside:
        answer = client.get(address)
        assert answer.status_code in (303, 405), address
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith("/sign-in/?next="), address


@pytest.fixture
def chromium() -> Iterator[object]:
    with browser() as running:
        yield running


@pytest.mark.journey
@pytest.mark.parametrize("who", ["visitor", "lin", "chen", "zhang", "wu", "operator"])
def test_every_page_fits_wide_and_narrow_screens(cast, live_server, chromium, who):
    cookies: list[dict[str, str]] = []
    if who != "visitor":
        client = _client(cast, who)
        name, value = "sessionid", client.cookies["sessionid"].value
        cookies = [{"name": name, "value": value, "url": live_server.url}]
    seen_by = _client(cast, who)
    shared = () if who == "visitor" else PUBLIC
    pages = [
        address
        for address in addresses()
        if not address.startswith(shared)
        and (answer := seen_by.get(address)).status_code == 200
        and answer.headers["Content-Type"].startswith("text/html")
    ]
    wrong = []
    for width in WIDTHS.values():
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        context.add_cookies(cookies)
        for address in pages:
            seen = look(context, live_server.url + address)
            wrong += [f"{width} {address} {finding}" for finding in seen.findings]
            if seen.status != 200:
                wrong.append(f"{width} {address} {seen.status}")
        context.close()
    assert pages
    assert wrong == []
