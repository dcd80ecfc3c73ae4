"""What the frame does in a real browser: menu, fragments, refusals, rows, questions before deleting, the keyboard."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from guantong.base.webkit import errors
from guantong.base.webkit.pages import render
from tests.house.browser import FINDINGS, browser, look

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls(__name__),
]

POSTED: list[dict[str, str]] = []


def probe(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        POSTED.append(request.POST.dict())
    words = request.GET.get("words", "")
    if words == "拒":
        raise errors.TOO_LARGE.refuse()
    return render(request, "webkit_tests/probe.html", words=words, fragment="results")


urlpatterns = [path("", probe)]
handler404 = "guantong.base.webkit.views.not_found"


@pytest.fixture
def open_page(live_server):
    POSTED.clear()
    with browser() as chromium:

        def opened(width: int = 1440, scripts: bool = True):
            context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
            page = context.new_page()
            page.goto(live_server.url)
            return page

        yield opened


def test_every_component_is_well_made_at_both_widths(open_page, live_server):
    for width in (1440, 390):
        page = open_page(width)
        assert look(page.context, live_server.url).findings == []
        assert page.get_by_text("<b>x</b>").is_visible()


def test_low_contrast_is_noticed(open_page):
    page = open_page()
    page.evaluate(
        "() => { const p = document.createElement('p'); p.textContent = '淡';"
        " p.style.color = 'rgb(190, 190, 190)'; document.querySelector('main').append(p); }"
    )
    assert any("contrast" in finding and "淡" in finding for finding in page.evaluate(FINDINGS))


def test_the_menu_opens_on_a_narrow_screen(open_page):
    page = open_page(390)
    entry = page.locator("#site-nav a", has_text="政策依据")
    button = page.get_by_role("button", name="菜单")
    assert not entry.is_visible()
    button.click()
    assert entry.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    button.click()
    assert not entry.is_visible()
    assert not open_page(1440).get_by_role("button", name="菜单").is_visible()


def test_without_scripts_the_navigation_is_simply_there(open_page):
    page = open_page(390, scripts=False)
    assert page.locator("#site-nav a", has_text="政策依据").is_visible()
    assert not page.get_by_role("button", name="菜单").is_visible()
    page.get_by_label("要查的字").fill("电工")
    page.get_by_role("button", name="查找").click()
    assert page.get_by_text("找到：电工").is_visible()
    assert page.get_by_role("heading", name="试验页").is_visible()


def test_a_search_replaces_only_its_results(open_page):
    page = open_page()
    page.evaluate("() => { document.querySelector('h1').dataset.kept = 'yes'; }")
    page.get_by_label("要查的字").fill("电工")
    page.get_by_role("button", name="查找").click()
    page.get_by_text("找到：电工").wait_for()
    assert page.locator("h1[data-kept=yes]").count() == 1
    assert page.locator("html").count() == 1


def test_a_refused_search_is_told_in_the_message_area_and_gets_the_focus(open_page):
    page = open_page()
    page.get_by_label("要查的字").fill("拒")
    page.get_by_role("button", name="查找").click()
    told = page.locator("#messages [role=alert]")
    told.wait_for()
    assert "编号 WEB-006" in told.inner_text()
    assert page.evaluate("() => document.activeElement.closest('#messages') !== null")
    assert page.get_by_text("找到：").is_visible()


def test_rows_are_added_and_dropped_without_sending(open_page):
    page = open_page()
    add = page.get_by_role("button", name="加一行")
    add.click()
    add.click()
    assert page.locator("[data-row]").count() == 3
    assert page.locator("input[name=name-1]").count() == 1
    assert page.locator("input[name=name-2]").count() == 1
    assert page.evaluate("() => document.activeElement.name") == "name-2"
    page.get_by_role("button", name="去掉").first.click()
    assert page.locator("[data-row]").count() == 2
    add.click()
    assert page.locator("input[name=name-3]").count() == 1
    assert POSTED == []


def test_deleting_is_asked_first_and_sent_once(open_page):
    page = open_page()
    questions = []

    def dismiss(dialog):
        questions.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", dismiss)
    page.get_by_role("button", name="删除").click()
    assert questions == ["确定要删除吗？"]
    assert POSTED == []
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="删除").click()
    page.wait_for_load_state()
    assert [one["what"] for one in POSTED] == ["delete"]


def test_a_chosen_file_is_named_with_its_size(open_page):
    page = open_page()
    page.set_input_files("#f-sheet", {"name": "成果.xlsx", "mimeType": "application/zip", "buffer": b"x" * 2048})
    assert page.get_by_text("已选择：成果.xlsx（2.0 KB）").is_visible()


def test_the_keyboard_reaches_the_main_part_first(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
