"""What everybody may take away: the ten matters, statistics, a prospectus word by word; places found by past ranks."""

from __future__ import annotations

import pytest
from django.test import Client

from guantong.domains.admission.actions import cycles
from guantong.domains.admission.models import IntakePlan
from guantong.domains.admission.selectors.openings import openings_of
from guantong.domains.admission.selectors.search import Filters, past_cuts, search_places
from guantong.domains.admission.selectors.statistics import statistics_of
from guantong.domains.admission.tests.scene import Scene
from guantong.domains.admission.tests.test_visitor import base, rows_of, text


@pytest.fixture
def visitor() -> Client:
    return Client()


def test_all_ten_matters_are_in_one_file_open_or_not(planned: Scene, visitor: Client) -> None:
    rows = rows_of(visitor.get(base(planned) + "openings/openings.csv"))
    assert rows[0] == ["序号", "公开事项", "状态", "内容", "说明", "发布时间", "依据"]
    assert [row[1] for row in rows[1:]] == sorted(
        (row[1] for row in rows[1:]), key=[one.title for one in openings_of(planned.cycle)].index
    )
    assert {row[1] for row in rows[1:]} == {one.title for one in openings_of(planned.cycle)}
    assert len({row[0] for row in rows[1:]}) == 10
    told = {row[1]: row[2] for row in rows[1:]}
    assert told["招生政策"] == "已公开"
    assert told["新生复查结果"].endswith("阶段公开")
    assert all(row[6] for row in rows[1:]), "each with its clause"
    one = rows_of(visitor.get(base(planned) + "openings/openings.csv", {"item": "intake-plans"}))
    assert [row[3:5] for row in one[1:]] == [["招生计划", "4 项，6 人"]]
    assert visitor.get(base(planned) + "openings/openings.csv", {"item": "weather"}).status_code == 404
    assert visitor.get(base(planned) + "openings/openings.xlsx").content.startswith(b"PK")
    page = text(visitor.get(base(planned) + "openings/"))
    assert "下载全部 10 项" in page
    assert "openings.csv?item=policy" in page
    assert "openings.csv?item=recheck" not in page, "nothing is offered of what is not open yet"


def test_statistics_are_taken_away_figure_by_figure(scene: Scene, visitor: Client) -> None:
    scene.run_all()
    rows = rows_of(visitor.get(base(scene) + "statistics/statistics.csv"))
    figures = {(row[0], row[1]): row[2:4] for row in rows[1:]}
    expected = statistics_of(scene.cycle)
    assert figures["合计", "招生计划"] == [str(expected.seats), ""]
    assert figures["合计", "投出档案"] == ["", str(expected.placed)]
    assert figures["按第几志愿投出", "第 1 志愿"][1] == str(dict(expected.ordinals)[1])
    shares = [row for row in rows if row[0] == "规定的比例"]
    assert any("职业本科" in row[1] and row[5] for row in shares)
    assert "statistics.xlsx" in text(visitor.get(base(scene) + "statistics/"))


def test_a_filed_prospectus_is_taken_away_word_by_word(planned: Scene, visitor: Client) -> None:
    school = planned.places["东湖软件"].school
    address = base(planned) + f"schools/{school.public_id}/prospectus.txt"
    body = visitor.get(address).content.decode("utf-8-sig")
    assert "学费标准\n学费标准说明。" in body
    assert "招生章程\n招生章程全文。" in body
    assert "招生监督电话\n0990-12345678" in body
    planned.cycle.prospectuses.filter(school=school).update(state="returned", filed_on=None)
    assert visitor.get(address).status_code == 404


def test_places_are_found_by_the_rank_it_took_last_year(scene: Scene, visitor: Client) -> None:
    scene.run_all()
    coming = cycles.open_cycle(actor=scene.he, region="990000", year=2027, channel="vocational-exam")
    for name, row in scene.places.items():
        IntakePlan.objects.filter(pk=row.pk)  # the old one stays
        row.pk, row.public_id, row.cycle, row._state.adding = None, f"NEXT{name}", coming, True
        row.save(force_insert=True)
    plans = list(search_places(coming, Filters()))
    ranks = {plan.public_id: cuts[0].rank for plan in plans for cuts in [past_cuts(plans).get(plan.pk)] if cuts}
    assert ranks["NEXT东湖软件"] == 2
    assert ranks["NEXT南渡软件"] is None, "everybody who could be placed there was: any rank would have done"

    def found(**ranks: int) -> set[str]:
        return {plan.public_id for plan in search_places(coming, Filters(**ranks))}

    full = {key for key, rank in ranks.items() if rank is not None}
    assert found(most_rank=2) == {key for key in full if ranks[key] <= 2}
    assert "NEXT南渡软件" in found(least_rank=3)
    assert "NEXT东湖软件" not in found(least_rank=3)
    assert found(least_rank=3, most_rank=5) == {key for key in full if 3 <= ranks[key] <= 5}
    page = visitor.get(f"/admission/cycles/{coming.public_id}/schools/", {"least_rank": "3", "most_rank": "x"})
    assert "南渡职业学院" in text(page)
    assert "去年最后一名的位次，从" in text(page)
