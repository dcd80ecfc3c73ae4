"""Landing page and health."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from guantong.base.sheets.kinds import timed_tasks
from guantong.base.webkit import desks
from guantong.base.webkit.region import serving_region
from guantong.site.home.panels import TASKS
from guantong.site.home.state import HEARTBEAT

pytestmark = pytest.mark.django_db


def test_the_landing_page_says_what_each_visitor_can_do(client: Client):
    text = client.get("/").content.decode()
    for words in ("学习者", "学校", "社会公众", "能算什么", "核验"):
        assert words in text
    assert 'action="/verify/"' in text


def test_every_page_leads_to_what_is_open_to_all(client: Client):
    text = client.get("/sign-in/").content.decode()
    navigation = text.split('aria-label="全站"', 1)[1].split("</nav>", 1)[0]
    for address, label in (
        ("/try/", "能算什么"),
        ("/verify/", "证书核验"),
        ("/programmes/", "专业目录"),
        ("/organisations/", "机构名录"),
        ("/law/", "政策依据"),
        ("/systems/", "制度地图"),
    ):
        assert f'<a href="{address}">{label}</a>' in navigation
        assert client.get(address).status_code == 200


def test_every_page_of_the_invented_region_says_it_is_invented(client: Client):
    assert serving_region().invented
    for address in ("/", "/sign-in/", "/api/", "/no-such-page/"):
        text = client.get(address).content.decode()
        assert "虚构地区" in text
        assert serving_region().notice in text


def test_a_real_region_carries_no_such_notice(client: Client, settings):
    serving_region.cache_clear()
    settings.REGION = "530000"
    try:
        text = client.get("/").content.decode()
    finally:
        serving_region.cache_clear()
    assert "虚构地区" not in text
    assert "云南" in text


def test_figures_are_counted_from_the_registry(client: Client, monkeypatch):
    cache.clear()
    monkeypatch.setattr(desks, "_FIGURES", {})
    desks.register_figure(10, "学分账户", "个", lambda: 20000)
    text = client.get("/").content.decode()
    cache.clear()
    assert "20,000" in text
    assert "学分账户" in text


def test_health_tells_database_and_law(client: Client):
    body = client.get("/healthz").json()
    assert body["ok"] is True
    assert body["database"] is True
    assert len(body["law_version"]) == 64
    assert body["region"] == "990000"


def test_health_is_503_when_the_law_cannot_be_loaded(client: Client, settings, tmp_path):
    folder = tmp_path / "990000-demo"
    folder.mkdir()
    (folder / "region.yaml").write_text("code: '990000'\nname_zh: 破\nunknown: 1\n", encoding="utf-8")
    settings.REGIONS = tmp_path
    serving_region.cache_clear()
    try:
        answer = client.get("/healthz")
    finally:
        serving_region.cache_clear()
    assert answer.status_code == 503
    assert answer.json()["law_version"] is None


def test_health_tells_when_the_worker_was_last_heard_of(client: Client, baseline):
    from datetime import timedelta

    from guantong.base.sheets.command import work_once
    from guantong.kernel import clock

    assert client.get("/healthz").json()["worker"] is False
    work_once()
    body = client.get("/healthz").json()
    assert body["worker"] is True
    assert body["worker_seen_at"] == baseline.astimezone(clock.CHINA_TIME).astimezone(clock.now().tzinfo).isoformat()
    with clock.frozen_at(baseline + timedelta(minutes=6)):
        assert client.get("/healthz").json()["worker"] is False


def test_schools_are_counted(cast):
    from guantong.site.home.figures import count_documents, count_schools

    assert count_schools() == 2
    assert count_documents() > 50


def test_the_operator_sees_how_the_installation_is(cast):
    client = Client()
    client.force_login(cast.user("operator"))
    text = client.get("/operator/").content.decode()
    assert "运行情况" in text
    assert "没有运行" in text
    assert "已装载" in text


def test_what_is_typed_on_the_landing_page_arrives_at_the_trial(client: Client):
    from guantong.site.home.views import KINDS

    assert 'action="/try/"' in client.get("/").content.decode()
    for code, _ in KINDS:
        text = client.get("/try/", {"kind-1": code, "title-1": "电工（试）", "level-1": "高级工"}).content.decode()
        assert f'<option value="{code}" selected>' in text
        assert 'value="电工（试）"' in text


def test_all_timed_work_has_a_name_on_the_operators_desk():
    assert {task.name for task in timed_tasks()} - {HEARTBEAT} == set(TASKS)


def test_the_page_of_the_interface_speaks_chinese(client: Client):
    text = client.get("/api/").content.decode()
    said = re.findall(r'data-label="说明">([^<]+)<', text)
    assert len(said) > 20 and all(re.search("[一-鿿]", words) for words in said)
    assert not [words for words in said if re.search("[A-Za-z]{3,} [a-z]{2,} ", words)]
