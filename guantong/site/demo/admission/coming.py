"""The coming year of the vocational examination: two batches are done, lists of the third are being filled in today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from guantong.domains.admission.actions.candidates import register_self
from guantong.domains.admission.actions.cycles import move_cycle, open_cycle
from guantong.domains.admission.actions.lists import lock_list, save_list
from guantong.domains.admission.actions.rounds import open_round, open_supplementary
from guantong.domains.admission.models import Candidate, Cycle, Placement, PreferenceList, Round, Run
from guantong.domains.admission.models.placements import LIVING
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.site.demo.admission import vocational
from guantong.site.demo.admission.candidates import (
    Invented,
    Registered,
    draw,
    examine,
    invent,
    register,
    registered,
    vocational_facts,
)
from guantong.site.demo.admission.evidence import deposit_for, prove
from guantong.site.demo.admission.finished import wishes_advance
from guantong.site.demo.admission.ground import Ground, at, shift_calendar, stretch_calendar
from guantong.site.demo.admission.objections import appeal_results
from guantong.site.demo.admission.offers import Offers, lay_plans
from guantong.site.demo.admission.openings import publish_openings
from guantong.site.demo.admission.rounds import finish, mock_run, renew, run_and_publish
from guantong.site.demo.admission.wishes import Market, collect, drawn_lists, positions
from guantong.site.demo.schooling import Learner

CHENG = "cheng"
"""User name of the candidate of the coming year who may be tried: a student of the province, no list yet."""
CHENG_FACTS = {
    "group": "中职毕业生",
    "category": "电子与信息大类",
    "origin": "一般地区",
    "health": "合格",
    "colour_vision": "是",
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
            stretch_calendar(self.cycle, "choices", self.ago(27), self.ago(-6))
        with clock.frozen_at(self.ago(145)), transaction.atomic():
            lay_plans(ground, self.cycle, vocational.entries(ground, self.offers, self.size))
        with clock.frozen_at(self.ago(128)):
            move_cycle(actor=ground.chen, cycle=self.cycle, to="registration")
        own, people = self._people()
        cheng = ground.cards.get(CHENG)
        if cheng is not None:
            with clock.frozen_at(self.ago(110)):
                deposit_for(ground, {cheng: [("award", "全省一等奖"), ("grade", "中级工")]}, self.ago(140))
        with clock.frozen_at(self.ago(100)):
            for learner, one in own:
                person = ground.person(learner.person_id, learner.name)
                register_self(actor=person, cycle=self.cycle, attributes=one.facts)
            register(ground, self.cycle, people)
        with clock.frozen_at(self.ago(60)):
            prove(ground, self.cycle, in_bank=0.15, undecided=0.01)
        with clock.frozen_at(self.ago(30)):
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

    def earlier(self) -> None:
        """The early batch and the bachelor batch, done with mock and real run, review, answers, an appeal and a
        supplementary round; what is left for the lower batch is open now."""
        everybody = registered(self.cycle)
        self._batch("advance", everybody, 26, wishes_advance)
        run = self._batch("bachelor", everybody, 22, lambda one: one.line("total") >= 490)
        if run is None:
            return
        appeal_results(self.ground, run, at(self.ago(18), 15))
        self._finish(run.round, 15)
        with clock.frozen_at(at(self.ago(10), 9)):
            round_ = open_supplementary(
                actor=self.ground.chen,
                cycle=self.cycle,
                batch="bachelor",
                opens_at=at(self.ago(10), 9),
                closes_at=at(self.ago(9), 18),
            )
        if self._fill(round_, everybody, lambda one: one.line("total") >= 460, share=0.3):
            run_and_publish(self.ground, round_, at(self.ago(8)))
            self._finish(round_, 8)

    def _batch(
        self, batch: str, everybody: list[Registered], opened: int, who: Callable[[Registered], bool]
    ) -> Run | None:
        """A batch from its opening so many days ago to its publication three days later; the early one to its end."""
        ground = self.ground
        with clock.frozen_at(at(self.ago(opened), 12)):
            round_ = open_round(
                actor=ground.chen,
                cycle=self.cycle,
                batch=batch,
                opens_at=at(self.ago(opened), 12),
                closes_at=at(self.ago(opened - 2), 18),
            )
        if not self._fill(round_, everybody, who, share=0.85):
            return None
        mock_run(ground, round_, at(self.ago(opened - 2), 12))
        run = run_and_publish(ground, round_, at(self.ago(opened - 3)))
        if batch == "advance":
            self._finish(round_, opened - 3)
        return run

    def _finish(self, round_: Round, published: int) -> None:
        finish(self.ground, renew(round_), at(self.ago(published)), share=0.01, confirmed=4, declined=3)

    def _fill(
        self, round_: Round, everybody: list[Registered], who: Callable[[Registered], bool], *, share: float
    ) -> int:
        """Enter lists of those who hold no place; the candidate of the card waits for the lower batch."""
        ground = self.ground
        held = set(
            Placement.objects.filter(cycle=self.cycle, state__in=(*LIVING, "declined")).values_list(
                "candidate_id", flat=True
            )
        )
        cards = set(ground.cards.values())
        free = [one for one in everybody if one.pk not in held and who(one) and one.person_id not in cards]
        lists = drawn_lists(ground, round_, free, share)
        with clock.frozen_at(round_.closes_at - timedelta(hours=7)):
            return collect(ground, round_, free, lists)

    def choose(self) -> None:
        """The round of the lower batch is open: some lists are locked, some begun; a mock run was made this morning."""
        self.earlier()
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
        placed = Placement.objects.filter(cycle=self.cycle, state__in=LIVING).values_list("candidate_id", flat=True)
        held = set(placed)
        everybody = [one for one in registered(self.cycle) if one.pk not in held]
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
            free = sorted((own & set(by_person)) - set(ground.cards.values()))
            for number, person in enumerate(free[:OWN]):
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
