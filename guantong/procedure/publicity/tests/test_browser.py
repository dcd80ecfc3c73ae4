"""The pages with something on them, wide and narrow, in a real browser."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC

import pytest
from django.test import Client

from guantong.kernel import clock
from guantong.procedure.publicity.actions import answer_objection
from guantong.procedure.publicity.models import PublicNotice
from tests.cast import BASELINE
from tests.house.browser import WIDTHS, browser, look

from .conftest import NAMED

NOW = BASELINE.astimezone(UTC)


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_pages_fit_wide_and_narrow_screens(world, live_server, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_frozen", ContextVar("of_every_thread", default=NOW))
        assert _seen(world, live_server, tmp_path) == []


def _seen(world, live_server, tmp_path) -> list[str]:
    notice, other = world.shown(), world.shown()
    objection, code = world.objected(notice, NAMED)
    past, _ = world.objected(other)
    answer_objection(actor=world.cast.chen, public_id=past.public_id, verdict="upheld", answer="清单有误。" * 20)
    case, _ = world.complained(NAMED)
    public = [
        "/publicity/",
        "/publicity/?state=all",
        f"/publicity/{notice.public_id}/",
        f"/publicity/{PublicNotice.objects.get(pk=other.pk).public_id}/",
        f"/publicity/{notice.public_id}/object/",
        "/letters/",
        "/complaints/",
        "/complaints/sample-complaint/?find=东湖",
    ]
    inside = [
        "/bureau/",
        "/objections/",
        "/objections/?state=answered",
        f"/objections/{objection.public_id}/",
        f"/objections/{past.public_id}/",
        f"/letters/{objection.sender.public_id}/identity/",
        f"/complaints/cases/{case.public_id}/",
    ]
    client = Client()
    client.force_login(world.cast.user("chen"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    wrong = []
    with browser() as running:
        for name, width in WIDTHS.items():
            for who, addresses in (("visitor", public), ("chen", inside)):
                context = running.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
                context.add_cookies([session] if who == "chen" else [])
                for number, address in enumerate(addresses):
                    seen = look(context, live_server.url + address, tmp_path / f"{who}-{number}-{name}.png")
                    wrong += [f"{width} {address} {finding}" for finding in seen.findings]
                    if seen.status != 200:
                        wrong.append(f"{width} {address} {seen.status}")
                if who == "visitor":
                    wrong += _errand(context, live_server.url, notice.public_id, code, tmp_path / f"errand-{name}")
                context.close()
    return wrong


def _errand(context, site, number, code, pictures) -> list[str]:
    """Object without signing, read the code off the page, and ask with it; with another code see a letter's story."""
    page = context.new_page()
    page.goto(f"{site}/publicity/{number}/object/")
    page.get_by_label("异议的内容").fill("清单不属实。")
    page.get_by_role("button", name="提交异议").click()
    shown = page.locator(".notice.good strong").inner_text()
    pictures.mkdir()
    page.screenshot(path=str(pictures / "sent.png"), full_page=True)
    found = []
    for typed in (shown, code):
        page.goto(f"{site}/letters/")
        page.get_by_label("查询码").fill(typed)
        page.get_by_role("button", name="查看").click()
        if "正在核实" not in page.content():
            found.append(f"the code {typed[:4]}… shows nothing")
    page.screenshot(path=str(pictures / "letter.png"), full_page=True)
    page.close()
    return found
