"""The pages with something on them, wide and narrow, in a real browser."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime

import pytest
from django.test import Client

from guantong.kernel import clock
from guantong.kernel.clock import CHINA_TIME
from guantong.procedure.registers.actions import open_about
from tests.house.browser import WIDTHS, browser, look

LATER = datetime(2028, 8, 1, 10, 0, tzinfo=CHINA_TIME).astimezone(UTC)


@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_pages_fit_wide_and_narrow_screens(world, live_server, tmp_path):
    first, second = world.granted("middle", "wu"), world.granted("junior", "zhao")
    case = world.open("sample-leader", "tests.leader")
    world.act(case, "wu", "submit", values={"years": 3})
    world.act(case, "sun", "approve")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_frozen", ContextVar("of_every_thread", default=LATER))
        assert _seen(world, live_server, tmp_path, first, second) == []


def _seen(world, live_server, tmp_path, first, second) -> list[str]:
    world.follow(first, "withdraw_title")
    follow_up = open_about(actor=world.cast.sun, definition="sample-check", number=second.number)
    public = [
        "/registers/",
        "/registers/sample-dual/",
        "/registers/sample-dual/?state=ended",
        "/registers/sample-dual/?q=没有这个人",
        f"/registers/titles/{first.number}/",
        f"/registers/titles/{second.number}/",
        "/registers/verify/",
    ]
    inside = {
        "chen": ["/bureau/titles/", "/bureau/"],
        "sun": [f"/registers/titles/{second.number}/", f"/registers/cases/{follow_up.public_id}/"],
    }
    wrong = []
    with browser() as running:
        for name, width in WIDTHS.items():
            for who, addresses in (("visitor", public), *inside.items()):
                context = running.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
                if who != "visitor":
                    client = Client()
                    client.force_login(world.cast.user(who))
                    value = client.cookies["sessionid"].value
                    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
                for number, address in enumerate(addresses):
                    seen = look(context, live_server.url + address, tmp_path / f"{who}-{number}-{name}.png")
                    wrong += [f"{width} {address} {finding}" for finding in seen.findings]
                    if seen.status != 200:
                        wrong.append(f"{width} {address} {seen.status}")
                context.close()
    return wrong
