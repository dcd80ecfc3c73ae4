"""A visitor finds a place in traditional script, reads what it asks for and what it gave, looks up a rank, and takes
cut-offs and the proof of a run away. Nobody signs in.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from guantong.domains.admission.tests.scene import AFTER, build_scene
from guantong.kernel import clock

pytestmark = pytest.mark.journey


@pytest.fixture
def year(cast):
    """The year with its first round published."""
    with transaction.atomic():
        found = build_scene(cast)
    found.run_all()
    with clock.frozen_at(AFTER + timedelta(days=1)):
        yield found


def test_what_is_open_is_found_and_taken_away(year, person):
    visitor = person(width=390)
    when_they_come_by_the_navigation(visitor)
    then_they_find_a_place_in_traditional_script(visitor)
    then_its_page_tells_what_it_asks_for_and_what_it_gave(visitor)
    then_a_mark_has_its_rank(visitor, year)
    then_cutoffs_can_be_taken_away(visitor, year)
    then_the_run_is_proved(visitor, year)
    then_every_page_of_the_year_stands(visitor, year)


def when_they_come_by_the_navigation(visitor):
    visitor.opens("/")
    visitor.opens("/admission/")
    visitor.sees("2026 年云澜省职业教育高考（演示）", "学校审核")


def then_they_find_a_place_in_traditional_script(visitor):
    visitor.follows("找学校和专业")
    visitor.fills("学校、专业、地点", "軟件 東湖")
    visitor.page.get_by_role("button", name="查找", exact=True).click()
    visitor.sees("找到 1 个招生计划。")


def then_its_page_tells_what_it_asks_for_and_what_it_gave(visitor):
    visitor.follows("东湖职业技术学院 软件技术")
    visitor.sees("专业大类对口", "5,000 元一年", "最后一名是第 1 志愿")
    visitor.follows("招生简章和招生章程")
    visitor.unfolds("招生章程全文")
    visitor.sees("招生章程全文。")


def then_a_mark_has_its_rank(visitor, year):
    visitor.opens(f"/admission/cycles/{year.cycle.public_id}/rank-table/?total=550")
    visitor.sees("总分高于 550 分的有 5 人，正好 550 分的有 2 人")


def then_cutoffs_can_be_taken_away(visitor, year):
    visitor.opens(f"/admission/cycles/{year.cycle.public_id}/cutoffs/")
    content = visitor.downloads("下载全部（CSV）").decode("utf-8-sig")
    assert content.splitlines()[0].endswith("总分,职业技能,语文,数学")
    assert visitor.downloads("下载全部（xlsx）").startswith(b"PK")


def then_the_run_is_proved(visitor, year):
    visitor.follows("投档证明")
    visitor.sees(year.run.root, "怎样核验自己的结果")
    assert visitor.downloads("下载核验文件").startswith(b"PK")


def then_every_page_of_the_year_stands(visitor, year):
    for page in ("", "vacancies/", "statistics/", "openings/"):
        visitor.opens(f"/admission/cycles/{year.cycle.public_id}/{page}")
        visitor.sees("概况")
