"""Desks' home pages: to-do first, entries by permission."""

from datetime import date

import pytest
from django.test import Client

from guantong.base.webkit import desks
from guantong.base.webkit.desks import Panel, PanelRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def registries(monkeypatch):
    monkeypatch.setattr(desks, "_DESKS", {name: desks._Desk() for name in desks.DESKS})


def figures(actor):
    return Panel("本月存入", (PanelRow("成果 12 项"),), is_to_do=False)


def waiting(actor):
    row = PanelRow("小吴的转换申请", "/school/x/", "待审核", "warn", date(2025, 10, 20), "软件技术")
    return Panel("待审核的申请", (row,), "/school/all/", count=7)


def not_mine(actor):
    return None


def test_to_do_lists_come_first_and_are_counted(cast, registries):
    desks.register_panel("school", 10, figures)
    desks.register_panel("school", 20, waiting)
    desks.register_panel("school", 5, not_mine)
    client = Client()
    client.force_login(cast.user("lin"))
    text = client.get("/school/").content.decode()
    assert "现在有 7 件事等您办理" in text
    assert text.index("待审核的申请") < text.index("本月存入")
    assert "2025年10月20日前" in text
    assert "全部查看（共 7 项）" in text


def test_entries_are_shown_by_permission_and_only_when_the_page_exists(cast, registries):
    desks.register_link("school", 10, "账号", "desks:account")
    desks.register_link("school", 20, "审批", "desks:account", "credit.rules.adopt")
    desks.register_link("school", 30, "没有的页面", "nowhere:page")
    client = Client()
    client.force_login(cast.user("lin"))
    text = client.get("/school/").content.decode()
    assert "没有的页面" not in text
    assert "审批" not in text


def test_an_empty_desk_says_so(cast, registries):
    client = Client()
    client.force_login(cast.user("lin"))
    assert "现在没有等您办理的事" in client.get("/school/").content.decode()
