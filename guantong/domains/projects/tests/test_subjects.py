"""Several declarations of one school are told apart in lists: by item, by what was typed, by round or year."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guantong.domains.projects.selectors import subjects
from guantong.domains.projects.selectors.subjects import subjects_of
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import definition_of

from .conftest import World

pytestmark = pytest.mark.django_db


def test_lists_tell_the_declarations_of_one_school_apart(world: World) -> None:
    first, second = world.handed_in(name="智能制造基地"), world.handed_in(name="护理基地")
    assert first.title == second.title
    for address, who in (("/school/procedures/mine/", "xu"), ("/bureau/procedures/to-do/", "gu")):
        page = world.client(who).get(address).content.decode()
        assert "智能制造基地，2025年" in page and "护理基地，2025年" in page


def test_a_draft_says_what_was_typed_so_far(world: World) -> None:
    case = world.open()
    assert subjects_of([case]) == {case.pk: "2025年"}
    answer = world.client("xu").post(
        f"/projects/cases/{case.public_id}/",
        {"save_draft": "1", "action": "submit", "revision": str(case.revision), "submit.name": "未交的基地"},
    )
    assert answer.status_code in (302, 303)
    assert subjects_of([case]) == {case.pk: "未交的基地，2025年"}


def test_numbers_of_people_are_masked_and_long_names_cut(world: World) -> None:
    case = world.handed_in(name="联系人13812345678" + "长" * 60)
    (words,) = subjects_of([case]).values()
    assert "13812345678" not in words and "138****5678" in words and "…" in words


def test_who_answers_for_a_declaration_is_not_what_it_is_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.handed_in(name="智能制造基地")
    definition = definition_of(case)
    renamed = tuple(replace(f, title="项目负责人") if f.id == "name" else f for f in definition.form)
    monkeypatch.setattr(subjects, "item_of", lambda *_: "")  # a title without an item
    assert subjects_of([case]) == {case.pk: "智能制造基地，2025年"}
    monkeypatch.setattr(subjects, "definition_of", lambda _: replace(definition, form=renamed))
    assert subjects_of([case]) == {case.pk: "2025年"}


def test_a_page_costs_the_same_queries_whatever_its_length(world: World) -> None:
    cases = [world.handed_in(name=f"基地{n}") for n in range(2)]
    subjects_of(cases)
    counts = []
    for some in (cases[:1], cases):
        with CaptureQueriesContext(connection) as caught:
            assert len(subjects_of(some)) == len(some)
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 4


def test_of_other_kinds_nothing_is_said(world: World) -> None:
    case = world.handed_in()
    Case.objects.filter(pk=case.pk).update(subject_kind="publicity.complaint")
    assert subjects_of(Case.objects.filter(pk=case.pk)) == {}
