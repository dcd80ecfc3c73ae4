"""Certificates and achievements as facts of declarations: only what the bank recognised, only the person's own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from guantong.domains.credit.models import Achievement
from guantong.domains.credit.tests.scene import build_scene
from guantong.kernel import clock
from guantong.procedure.conditions import Subject, find_source, read_facts
from guantong.procedure.conditions.facts import fact_from_json


@pytest.fixture
def scene(cast):
    return build_scene(cast)


def read(name: str, *, person: int | None = None, organisation: int | None = None, day: date | None = None):
    """One fact as conditions and forms get it; None when it cannot be known."""
    subject = Subject("tests", "1", "990000", person, organisation)
    return read_facts([name], subject, day or clock.today()).get(name)


def recognised(scene, **changes):
    """An achievement of 小赵 the bank has recognised."""
    row = scene.achievement(**changes)
    Achievement.objects.filter(pk=row.pk).update(state="recognised", recognised_total=400)
    return row


def grades(scene):
    """A middle-level and a senior certificate."""
    for number, (level, on) in enumerate(((3, date(2022, 5, 1)), (4, date(2024, 6, 2)))):
        recognised(
            scene,
            kind="skill_grade",
            title="电工",
            level=level,
            issued_on=on,
            certificate_number=f"S{number}",
            hours=None,
        )


def test_the_highest_certificate_counts_with_its_record(scene):
    grades(scene)
    person = scene.cast.zhao_person
    found = read("certificate.level.skill_grade", person=person)
    assert (found.value, found.origin, found.source) == ("高级工", "certificate", "本系统的学分银行")
    (record,) = found.records
    assert record.on == date(2024, 6, 2) and "电工（高级工）" in record.text and "2024年6月2日" in record.text
    assert record.link.startswith("/learner/achievements/") and not record.is_open
    assert read("certificate.grade.skill_grade", person=person).value == 4
    assert read("certificate.since.skill_grade", person=person).value == date(2024, 6, 2)
    assert read("certificate.count.skill_grade", person=person).value == 2


def test_it_is_as_on_the_day_asked_for(scene):
    grades(scene)
    person = scene.cast.zhao_person
    assert read("certificate.level.skill_grade", person=person, day=date(2024, 6, 1)).value == "中级工"
    assert read("certificate.level.skill_grade", person=person, day=date(2022, 4, 30)).value is None
    Achievement.objects.filter(level=4).update(valid_until=date(2025, 1, 1))
    assert read("certificate.level.skill_grade", person=person, day=date(2025, 1, 1)).value == "高级工"
    assert read("certificate.level.skill_grade", person=person, day=date(2025, 1, 2)).value == "中级工"


@pytest.mark.parametrize("state", ["claimed", "deposited", "refused", "revoked", "expired"])
def test_what_is_not_recognised_does_not_count(scene, state):
    grades(scene)
    Achievement.objects.update(state=state)
    assert read("certificate.level.skill_grade", person=scene.cast.zhao_person).value is None
    assert read("certificate.count.skill_grade", person=scene.cast.zhao_person).value == 0


def test_nobody_elses_certificates_are_read(scene):
    grades(scene)
    assert read("certificate.level.skill_grade", person=scene.cast.wu_person).value is None
    assert read("certificate.level.skill_grade", organisation=scene.cast.donghu) is None  # an organisation has none


def test_a_record_prints_no_number_of_a_certificate(scene):
    grades(scene)
    for name in ("certificate.level.skill_grade", "certificate.count.skill_grade"):
        for record in read(name, person=scene.cast.zhao_person).records:
            assert "S0" not in record.text and "S1" not in record.text


def test_prizes_count_from_their_level_on_and_need_a_place(scene):
    person = scene.cast.zhao_person
    first = recognised(scene, kind="competition", title="技能大赛", level=3, certificate_number="C1", place="二等奖")
    assert read("achievement.prize.province", person=person).value is True
    assert read("achievement.prize.city", person=person).value is True
    assert read("achievement.prize.nation", person=person).value is False
    Achievement.objects.filter(pk=first.pk).update(place="")
    assert read("achievement.prize.province", person=person).value is False
    assert read("achievement.level.competition", person=person).value == "省级"


def test_credits_and_training_hours_are_added_up(scene):
    person, today = scene.cast.zhao_person, clock.today()
    for number, on in enumerate((today, today - timedelta(days=30), today - timedelta(days=400))):
        recognised(
            scene,
            kind="training",
            title=f"培训{number}",
            level=None,
            hours=32,
            issued_on=on,
            certificate_number=f"T{number}",
        )
    assert read("achievement.training_hours", person=person).value == 64
    found = read("achievement.credits", person=person)
    assert found.value == Decimal(12) and "3项" in found.records[0].text


def test_a_long_list_names_a_few_and_says_how_many_more(scene):
    for number in range(5):
        recognised(scene, kind="training", title=f"培训{number}", level=None, certificate_number=f"T{number}")
    found = read("achievement.count.training", person=scene.cast.zhao_person)
    assert found.value == 5 and len(found.records) == 4 and found.records[-1].text == "另有2项。"


def test_figures_of_a_school_are_its_own(scene):
    grades(scene)
    donghu, xiling = scene.cast.donghu, scene.cast.xiling
    assert read("indicator.certified_students", organisation=donghu).value == 1
    share = read("indicator.certified_share", organisation=donghu)
    assert share.value == Decimal(100) and "在籍学生1人" in share.records[0].text
    assert read("indicator.certified_students", organisation=xiling).value == 0
    assert read("indicator.certified_share", organisation=xiling) is None  # nobody is enrolled: no share can be known
    assert read("indicator.students", organisation=donghu).value == 1
    assert read("indicator.students", organisation=donghu, day=date(2020, 1, 1)).value == 0
    assert read("indicator.programmes", organisation=donghu).value == 1
    assert read("indicator.plans", organisation=donghu).value == 1
    assert read("indicator.exempted_students", organisation=donghu).value == 0


def test_certificates_issued_are_those_of_twelve_months(scene):
    recognised(scene, kind="skill_grade", title="钳工", level=4, issued_on=clock.today(), certificate_number="S8")
    recognised(scene, kind="skill_grade", title="焊工", level=4, issued_on=date(2020, 1, 1), certificate_number="S9")
    found = read("indicator.certificates_issued", organisation=scene.cast.enterprise)
    assert found.value == 1 and found.origin == "indicator"


def test_a_log_line_keeps_the_records(scene):
    grades(scene)
    found = read("certificate.level.skill_grade", person=scene.cast.zhao_person)
    assert fact_from_json(found.as_json()) == found


def test_a_misspelt_kind_has_no_source():
    assert find_source("certificate.level.skill_grades") is None
    assert find_source("indicator.pupils") is None
