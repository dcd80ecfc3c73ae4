"""What a procedure's page tells of its panel and of when it is begun."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from guantong.base.lawbook import current_policy, law_on
from guantong.domains.projects.selectors.catalogue import about_words, find_definition
from guantong.domains.projects.selectors.described import describe
from guantong.procedure.cases.definition import read_definition
from guantong.procedure.panels.in_words import panel_words
from guantong.procedure.panels.spec import NAME
from guantong.procedure.panels.tests.sample import SAMPLE

DAY = date(2026, 3, 2)


def test_a_panel_is_told_with_number_sheet_and_who_passes() -> None:
    definition = read_definition(SAMPLE, file="sample.yaml")
    spec = next(s.parts[NAME] for s in definition.steps.values() if NAME in s.parts)
    words = panel_words(spec, law_on(DAY, "990000"))
    assert words.startswith(f"抽取{spec.experts.value}名专家") and "；评分：" in words and words.endswith("的通过")
    for criterion in spec.criteria:
        assert f"{criterion.title}{criterion.most}分" in words


@pytest.mark.django_db
def test_every_panel_in_force_is_told_without_a_missing_number() -> None:
    law = law_on(DAY, "990000")
    told = 0
    for code in current_policy().procedures("990000", DAY):
        definition = find_definition(code, "990000", DAY)
        for line, step in zip(describe(definition, law).steps, definition.steps.values(), strict=True):
            if NAME in step.parts:
                (words,) = [a for a in line.actions if a.startswith("抽取")]
                assert "没有登记的数" not in words, code
                assert panel_words(step.parts[NAME], law) == words
                told += 1
    assert told >= 10


@pytest.mark.django_db
def test_a_procedure_about_titles_does_not_say_that_anybody_may_declare_at_any_time() -> None:
    year = find_definition("practice-centre-year", "990000", DAY)
    assert about_words(year).endswith("由系统为在册的称号开办") and "月" in about_words(year)
    page = Client().get("/procedures/practice-centre-year/").content.decode()
    assert "由系统为在册的称号开办" in page and "随时可以申报" not in page
    assert about_words(find_definition("practice-centre-restoration", "990000", DAY)) == "有称号的可以提出"
    assert about_words(find_definition("practice-centre", "990000", DAY)) == ""
