"""The coming year of the vocational examination: everything ready, lists are being filled in today."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from guantong.domains.admission.actions.candidates import register_self
from guantong.domains.admission.actions.cycles import move_cycle, open_cycle
from guantong.domains.admission.actions.lists import lock_list, save_list
from guantong.domains.admission.actions.rounds import open_round
from guantong.domains.admission.models import Candidate, Cycle, PreferenceList, Round
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.site.demo.admission import vocational
from guantong.site.demo.admission.candidates import (
    Invented,
    draw,
    examine,
    invent,
    register,
    registered,
    vocational_facts,
)
from guantong.site.demo.admission.ground import Ground, at, shift_calendar
from guantong.site.demo.admission.offers import Offers, lay_plans
from guantong.site.demo.admission.openings import publish_openings
from guantong.site.demo.admission.rounds import mock_run
from guantong.site.demo.admission.wishes import Market, collect, positions
from guantong.site.demo.schooling import Learner

CHENG = "cheng"
"""User name of the candidate of the coming year who may be tried: a student of the province, no list yet."""
CHENG_FACTS = {
    "group": "中职毕业生",
    "category": "电子与信息大类",
    "origin": "一般地区",
    "health": "合格",
    "colour_vision": "是",
    "grade": "中级工",
}
OWN = 30
"""Learners of the province who fill in their lists by themselves: half have locked them, half are still at it."""


class Coming:
    """Writes the year up to today."""

    def __init__(self, ground: Ground, offers: Offers) -> None:
        self.ground = ground
        self.offers = offers
        self.year = ground.coming
        self.size = max(40, ground.size * 3 // 20)
        self.cycle = Cycle()
        self.round = Round()

    def ago(self, days: int) -> date:
        return self.ground.today - timedelta(days=days)

    def prepare(self) -> None:
        """Plans as last year, a few seats more or fewer; candidates with marks and ranks."""
        ground = self.ground
        with clock.frozen_at(self.ago(165)):
            self.offers.offer(self.year, [*self.offers.higher, *self.offers.bachelor])
            self.cycle = open_cycle(actor=ground.chen, region="990000", year=self.year, channel=vocational.CHANNEL)
            shift_calendar(self.cycle, "choices", ground.today)
        with clock.frozen_at(self.ago(145)), transaction.atomic():
            lay_plans(ground, self.cycle, vocational.entries(ground, self.offers, self.size))
        with clock.frozen_at(self.ago(128)):
            move_cycle(actor=ground.chen, cycle=self.cycle, to="registration")
        own, people = self._people()
        with clock.frozen_at(self.ago(100)):
            for learner, one in own:
                person = ground.person(learner.person_id, learner.name)
                register_self(actor=person, cycle=self.cycle, attributes=one.facts)
            register(ground, self.cycle, people)
        with clock.frozen_at(self.ago(6)):
            examine(ground, self.cycle, [*(one for _, one in own), *people])

    def _people(self) -> tuple[list[tuple[Learner, Invented]], list[Invented]]:
        """Students in the last year of secondary schools register by themselves; the others stand on rosters."""
        ground = self.ground
        categories = sorted({one.category for one in [*self.offers.higher, *self.offers.bachelor]})
        facts = vocational_facts(categories)
        last = [
            one
            for one in ground.schooling.learners
            if one.plan.facts.level == "secondary" and one.plan.cohort == self.year - 3
        ]
        cheng = ground.schooling.cheng
        last = [*([cheng] if cheng is not None else []), *(one for one in last if one is not cheng)]
        own: list[tuple[Learner, Invented]] = []
        by_field = {one.field.key: one.category for one in self.offers.higher}
        for one in last[: min(75, self.size // 3)]:
            known = {**facts(ground.random), "group": "中职毕业生", "merit": None}
            known["category"] = by_field.get(one.plan.field.key, known["category"])
            own.append((one, draw(ground.random, one.name, "", known)))
        if cheng is not None:
            own[0] = (cheng, Invented(cheng.name, "", CHENG_FACTS, 0.3, 0.6))
            ground.cards[CHENG] = cheng.person_id
        born = (date(self.year - 19, 9, 1), date(self.year - 18, 9, 1))
        return own, invent(ground.random, ground.ids, self.size - len(own), born, facts)

    def choose(self) -> None:
        """The round of the lower batch is open: some lists are locked, some begun; a mock run was made this morning."""
        ground = self.ground
        opened = at(self.ago(1), 8)
        with clock.frozen_at(opened):
            self.round = open_round(
                actor=ground.chen,
                cycle=self.cycle,
                batch="higher",
                opens_at=opened,
                closes_at=at(self.ago(-6), 18),
            )
        everybody = registered(self.cycle)
        heading = {one.pk: str(one.facts["category"]) for one in everybody}
        place = positions(everybody, lambda one: heading[one.pk])
        market = Market(ground, self.round)
        lists = {one.pk: market.list_for(place[one.pk], heading[one.pk]) for one in everybody}
        by_person = {one.person_id: one for one in everybody}
        own = set(
            Candidate.objects.filter(
                cycle=self.cycle, person_id__in=[one.person_id for one in ground.schooling.learners]
            ).values_list("person_id", flat=True)
        )
        with clock.frozen_at(at(self.ago(1), 15)):
            for number, person in enumerate(sorted(own - set(ground.cards.values()))[:OWN]):
                one = by_person[person]
                if one.line("total") >= 330:
                    self._fill_in(person, one.name, lists[one.pk], is_locked=number % 2 == 0)
        others = [one for one in everybody if one.person_id not in own and one.line("total") >= 330]
        paper = [one for one in others if ground.random.random() < 0.35]
        with clock.frozen_at(at(self.ago(1), 17)):
            collect(ground, self.round, paper, lists)
        if PreferenceList.objects.filter(round=self.round).exists():
            mock_run(ground, self.round, at(self.ago(1), 20))
        with clock.frozen_at(at(self.ago(1), 9)):
            publish_openings(ground, self.cycle)

    def _fill_in(self, person: int, name: str, entries: tuple[ChoiceEntry, ...], *, is_locked: bool) -> None:
        actor = self.ground.person(person, name)
        if not entries:
            return
        try:
            row = save_list(actor=actor, round_=self.round, entries=entries, revision=0)
            if is_locked:
                lock_list(actor=actor, round_=self.round, revision=row.revision, is_confirmed=True)
        except Refusal as refusal:
            raise RuntimeError(f"list of {name}: {refusal}") from refusal
