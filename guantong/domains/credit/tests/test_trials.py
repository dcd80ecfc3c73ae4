"""A trial on past applications says who would gain, who would lose, and through which achievement."""

from __future__ import annotations

import pytest

from guantong.domains.credit.actions.adoption import draft_rules
from guantong.domains.credit.actions.applications import apply_conversion
from guantong.domains.credit.models import ConversionRules, LedgerEntry
from guantong.domains.credit.selectors.shown import told_facts
from guantong.domains.credit.selectors.trials import trial_on_past
from guantong.domains.credit.tests.scene import Scene, build_scene
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return build_scene(cast)


def draft(scene: Scene, **credits: object) -> ConversionRules:
    """A draft in which 1+X certificates give other credits."""
    document = dict(scene.rules.document)
    document["rules"] = [
        rule | {"credits": credits} if rule["id"] == "x-certificate" else rule for rule in document["rules"]
    ]
    return draft_rules(
        actor=scene.cast.sun, school_id=scene.rules.school_id, code="main", title="新规则", document=document
    )


def test_it_names_what_counts_for_more_and_writes_nothing(scene: Scene) -> None:
    scene.achievement()
    application = apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    entries = LedgerEntry.objects.count()
    trial = trial_on_past(draft(scene, by_level={"初级": "2", "中级": "4", "高级": "5"}))
    assert (trial["applications"], trial["gain"], trial["lose"], trial["same"]) == (1, 1, 0, 0)
    (line,) = trial["lines"]
    assert line["application"] == application.public_id and line["change"] > 0
    assert line["why"].startswith(f"“Web 前端开发 1+X 证书”由 {line['before']} 学分变为 {line['after']} 学分：")
    assert LedgerEntry.objects.count() == entries


def test_it_names_what_counts_no_longer(scene: Scene) -> None:
    scene.achievement()
    apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    trial = trial_on_past(draft(scene, by_level={"高级": "5"}))
    assert (trial["gain"], trial["lose"], trial["after_hundredths"]) == (0, 1, 0)
    assert "学分变为 0 学分：" in trial["lines"][0]["why"] and trial["lines"][0]["why"].endswith("。")


def test_an_equal_rule_changes_nothing(scene: Scene) -> None:
    scene.achievement()
    apply_conversion(actor=scene.cast.zhao, student_record=scene.record)
    trial = trial_on_past(scene.rules)
    assert (trial["same"], trial["lines"]) == (1, [])


def test_achievements_of_one_name_are_told_apart() -> None:
    told = told_facts(
        [
            {"id": "1", "kind": "x_certificate", "title": "Web 前端开发", "level": "2"},
            {"id": "2", "kind": "competition", "title": "技能大赛", "level": "3", "place": 2},
            {"id": "3", "kind": "training", "title": "培训", "level": ""},
        ]
    )
    assert [one["what"] for one in told.values()] == ["1+X 证书 · 中级", "竞赛获奖 · 省级 · 二等奖", "培训记录"]
