"""Declarations of the invented province: every kind of state is there, whatever procedures the folders hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from guantong.domains.projects.models import Declaration
from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import verify_all
from guantong.site.demo.build import _accounts
from guantong.site.demo.places import build_places
from guantong.site.demo.projects.build import build_projects


@pytest.mark.django_db
def test_cases_stand_in_different_states_and_their_logs_hold(settings: Any) -> None:
    settings.DEMO = True
    today = clock.today()
    with clock.frozen_at(today - timedelta(days=800)):
        places = build_places()
        _accounts(places.keyed, date(today.year - 2, 1, 1))
    said: list[str] = []
    build_projects(places, today, said.append)
    cases = Case.objects.filter(subject_kind="projects.declaration")
    outcomes = set(cases.values_list("outcome", flat=True))
    assert Declaration.objects.filter(is_draft=True).exists()
    assert "" in outcomes and len(outcomes) >= 4, said
    assert len(set(cases.values_list("procedure", flat=True))) >= 20
    assert not verify_all().problems
