"""Declarations of the invented province: every kind of state is there, and every procedure in force can be begun."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings

from guantong.base import lawbook
from guantong.base.accounts.models import User
from guantong.base.accounts.selectors import actor_for
from guantong.domains.projects.actions import open_declaration
from guantong.domains.projects.models import Declaration
from guantong.domains.projects.selectors.catalogue import Entry, list_entries
from guantong.domains.projects.selectors.holders import Wanted, asks_person, may_declare
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import verify_all
from guantong.procedure.panels.models import PoolMember
from guantong.procedure.panels.specs import count_under, panel_steps
from guantong.procedure.publicity.models import PublicNotice
from guantong.procedure.registers.models import HeldTitle
from guantong.procedure.registers.public import follow_ups, list_registers, open_about
from guantong.procedure.rounds.public import plan_of
from guantong.site.demo.build import _accounts
from guantong.site.demo.cast import SIGN_IN_CARDS, STAFF
from guantong.site.demo.places import build_places
from guantong.site.demo.projects.build import build_projects
from guantong.site.demo.projects.people import TEACHERS, _number
from guantong.site.demo.projects.walking import PDF

pytestmark = pytest.mark.django_db
CARDS = {username: number for number, (username, _, _) in enumerate(SIGN_IN_CARDS)}
ELSEWHERE = ("credit.", "admission.")
"""Subjects with desks of their own."""
TO_SPARE = 2
"""Members of a pool beside those drawn, from organisations of their own."""


class Stop(Exception):
    """Ends a trial that is rolled back."""


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """The province with its declarations, built once for this file and rolled back."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        today = clock.today()
        with clock.frozen_at(today - timedelta(days=800)):
            places = build_places()
            _accounts(places.keyed, date(today.year - 2, 1, 1))
        said: list[str] = []
        build_projects(places, today, said.append)
        yield said
        transaction.set_rollback(True)


def test_cases_stand_in_different_states_and_their_logs_hold(province: list[str]) -> None:
    cases = Case.objects.filter(subject_kind="projects.declaration")
    outcomes = set(cases.values_list("outcome", flat=True))
    assert Declaration.objects.filter(is_draft=True).exists()
    assert "" in outcomes and len(outcomes) >= 4, province
    assert len(set(cases.values_list("procedure", flat=True))) >= 45
    assert "没有处理成功" not in province[-1]
    assert not verify_all().problems


def test_several_families_have_titles_and_notices(province: list[str]) -> None:
    shown = [one for one in list_registers(clock.today()) if one.standing]
    assert len(shown) >= 20
    running = PublicNotice.objects.filter(ended_at=None, ends_on__gte=clock.today())
    assert len(set(running.values_list("procedure", flat=True))) >= 4


def test_every_procedure_in_force_can_be_begun_by_somebody(province: list[str]) -> None:
    """``waiting`` are those whose round opens later by the definition itself: the procedure's page says when."""
    entries = list_entries(settings.REGION)
    assert {e.code for e in entries} == set(lawbook.current_policy().procedures(settings.REGION, clock.today()))
    waiting = {entry.code: entry for entry in entries if plan_of(entry.definition) is not None and entry.tone != "good"}
    stuck = {entry.code: why for entry in entries if (why := _why_not_begun(entry))}
    assert stuck == {}
    for code, entry in waiting.items():
        plan = plan_of(entry.definition)
        assert plan is not None and not plan.is_on_notice, f"{code}: {entry.round}"
        assert entry.round.endswith("开始申报") and entry.round in Client().get(f"/procedures/{code}/").content.decode()


def test_a_panel_can_be_drawn_for_every_procedure_that_asks_for_one(province: list[str]) -> None:
    law = lawbook.law_on(clock.today(), settings.REGION)
    short = {}
    for entry in list_entries(settings.REGION):
        for step, spec in panel_steps(entry.definition):
            region = "100000" if step.of == "nation" else settings.REGION
            members = PoolMember.objects.filter(pool__code=spec.pool, pool__region=region, left_on=None)
            homes = set(members.values_list("organisation_id", flat=True))
            if len(homes) < count_under(spec.experts, law) + TO_SPARE:
                short[entry.code] = (spec.pool, region, len(homes))
    assert short == {}


def test_somebody_with_a_card_has_work_at_the_authorities_of_each_line(province: list[str]) -> None:
    held = set(User.objects.filter(username__in=CARDS).values_list("posts__role", "posts__organisation_id"))
    waiting = Case.objects.filter(state__in=RUNNING).select_related("waiting_organisation")
    branches = {
        one.waiting_organisation.branch
        for one in waiting
        if one.waiting_organisation is not None and (one.waiting_role, one.waiting_organisation_id) in held
    }
    assert {"education", "human_resources", "development_reform"} <= branches


def test_pools_and_quotas_are_those_of_the_region_that_draws_and_counts(province: list[str]) -> None:
    client = Client()
    client.force_login(User.objects.get(username="jiang.guojia"))
    page = client.get("/bureau/procedures/pools/?pool=key-task-experts&region=100000").content.decode()
    assert "<h2>国家重点任务和项目遴选专家库</h2>" in page
    client.force_login(User.objects.get(username="chen"))
    page = client.get("/bureau/procedures/rounds/?procedure=key-task-library").content.decode()
    assert "数目没有登记" not in page and "教职函" in page


def test_an_authority_hands_in_its_own_order_at_the_page(province: list[str]) -> None:
    title = HeldTitle.objects.filter(register="vocational-schools", state="standing").order_by("pk").first()
    assert title is not None
    officer = User.objects.get(
        posts__role="bureau_reviewer", posts__organisation_id=title.authority_id, username__in=CARDS
    )
    with transaction.atomic():
        case = open_about(
            actor=actor_for(officer, second_factor=True), definition="school-correction", number=title.number
        )
        client = Client()
        client.force_login(officer)
        posted = {
            "action": "add_material",
            "requirement": "order_file",
            "revision": case.revision,
            "material-order_file": SimpleUploadedFile("责令改正.pdf", PDF, "application/pdf"),
        }
        answer = client.post(f"/registers/cases/{case.public_id}/", posted)
        assert answer.status_code == 303, answer.content.decode()
        assert case.materials.get().file.organisation_id == title.authority_id
        transaction.set_rollback(True)


def _why_not_begun(entry: Entry) -> str:
    """Empty when somebody of the province can begin it today, else why nobody can."""
    subject = entry.definition.subject
    if subject == "projects.declaration":
        return _why_not_declared(entry)
    if subject == "registers.title":
        return _why_not_followed(entry)
    if subject == "publicity.complaint":
        return "" if entry.title in Client().get("/complaints/").content.decode() else "not on the page of letters"
    if subject.startswith(ELSEWHERE):
        declarers = entry.definition.declarers
        roles = {role for username, _, _, role, _ in STAFF if username in CARDS}
        return "" if declarers.of == "learner" or roles & set(declarers.roles) else "no card"
    return f"no desk for {subject}"


def _why_not_declared(entry: Entry) -> str:
    """A card's account opens it, and its page offers that."""
    why = "no card"
    for user in sorted(User.objects.filter(username__in=CARDS), key=lambda u: CARDS[u.username]):
        actor = actor_for(user, second_factor=True)
        if not may_declare(actor, entry.definition):
            continue
        person = (_number(201), TEACHERS[1]) if asks_person(entry.definition) else ("", "")
        try:
            with transaction.atomic():
                open_declaration(
                    actor=actor,
                    procedure=entry.code,
                    region=settings.REGION,
                    wanted=Wanted("" if entry.definition.declarers.of == "school" else "东湖职业技术学院", *person),
                )
                raise Stop
        except Refusal as refusal:
            why = f"{user.username}: {refusal}"
            continue
        except Stop:
            pass
        client = Client()
        client.force_login(user)
        page = client.get(f"/procedures/{entry.code}/").content.decode()
        return "" if "的名义申报" in page or "开始申报" in page else f"{user.username}: the page offers nothing"
    return why


def _why_not_followed(entry: Entry) -> str:
    """Whoever has a post at the holder or the authority opens it about a title there is; or it waits for the holder."""
    about = entry.definition.parts["titles"].about
    titles = HeldTitle.objects.filter(register=about.register, is_current=True).order_by("pk")
    why = f"no title in {about.register}"
    for title in titles:
        places = {title.organisation_id, title.authority_id} - {None}
        users = list(User.objects.filter(posts__organisation_id__in=places, posts__revoked_at=None).distinct())
        users += list(User.objects.filter(person_id=title.person_id)) if title.person_id else []
        for user in users:
            actor = actor_for(user, second_factor=True)
            if not any(one.may_open for one in follow_ups(actor, title) if one.definition.id == entry.code):
                continue
            try:
                with transaction.atomic():
                    open_about(actor=actor, definition=entry.code, number=title.number)
                    raise Stop
            except Refusal as refusal:
                if refusal.code == "PRC-130":  # opened by itself this year, and waits to be filled in
                    return ""
                why = f"{title.number}: {refusal}"
            except Stop:
                return ""
    return why
