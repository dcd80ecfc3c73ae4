"""The finished year of the vocational examination: three batches, supplementary rounds, students registered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction

from guantong.domains.admission.actions.cycles import move_cycle, open_cycle, set_figures
from guantong.domains.admission.actions.placements import Registration
from guantong.domains.admission.actions.rounds import open_round, open_supplementary
from guantong.domains.admission.models import Cycle, Placement, Round, Run
from guantong.domains.admission.models.placements import LIVING
from guantong.kernel import clock
from guantong.site.demo.admission import vocational
from guantong.site.demo.admission.candidates import (
    Registered,
    examine,
    invent,
    register,
    registered,
    vocational_facts,
)
from guantong.site.demo.admission.evidence import prove
from guantong.site.demo.admission.ground import Ground, at
from guantong.site.demo.admission.objections import appeal_results
from guantong.site.demo.admission.offers import Offers, lay_plans
from guantong.site.demo.admission.openings import publish_openings
from guantong.site.demo.admission.registering import enrol
from guantong.site.demo.admission.rounds import finish, mock_run, renew, run_and_publish
from guantong.site.demo.admission.wishes import collect, drawn_lists

LUO = ("luo", "罗星野")
"""The candidate of the finished year who may be tried."""
FILLED = {"advance": 1.0, "bachelor": 0.75, "higher": 0.93}
"""Batch → which part of those who may fill in a list does; in supplementary rounds three in ten."""


class Finished:
    """Writes the year in order of time."""

    def __init__(self, ground: Ground, offers: Offers) -> None:
        self.ground = ground
        self.offers = offers
        self.year = ground.past
        self.cycle = Cycle()
        self.runs: dict[str, Run] = {}

    def day(self, month: int, day: int, before: int = 0) -> date:
        return date(self.year - before, month, day)

    def prepare(self) -> None:
        """Open, plans, prospectuses."""
        ground = self.ground
        with clock.frozen_at(self.day(11, 12, before=1)):
            self.offers.offer(self.year, [*self.offers.higher, *self.offers.bachelor])
            self.cycle = open_cycle(actor=ground.chen, region="990000", year=self.year, channel=vocational.CHANNEL)
        with clock.frozen_at(self.day(12, 2, before=1)), transaction.atomic():
            lay_plans(ground, self.cycle, vocational.entries(ground, self.offers, ground.size))

    def examine(self) -> None:
        """Candidates, marks, ranks."""
        ground = self.ground
        with clock.frozen_at(self.day(12, 26, before=1)):
            move_cycle(actor=ground.chen, cycle=self.cycle, to="registration")
        categories = sorted({one.category for one in [*self.offers.higher, *self.offers.bachelor]})
        people = invent(
            ground.random,
            ground.ids,
            ground.size,
            (date(self.year - 19, 9, 1), date(self.year - 18, 9, 1)),
            vocational_facts(categories),
        )
        first = people[0]
        facts = {**first.facts, "group": "中职毕业生", "category": "电子与信息大类", "health": "合格"}
        for key in ("award", "sponsor", "targeted_county", "merit"):
            facts.pop(key, None)
        facts["grade"] = "高级工"
        people[0] = type(first)(LUO[1], first.id_number, facts, 0.35, 0.3)
        with clock.frozen_at(self.day(1, 20)):
            register(ground, self.cycle, people)
        luo = self.cycle.candidates.get(person__name=LUO[1], number__endswith="000001")
        ground.cards[LUO[0]] = luo.person_id
        with clock.frozen_at(self.day(3, 12)):
            prove(ground, self.cycle, in_bank=0.06, own=[luo.person_id])
        with clock.frozen_at(self.day(4, 15)):
            examine(ground, self.cycle, people)

    def choose(self) -> None:
        """The three batches one after another; in each the places of the batches before are held."""
        everybody = registered(self.cycle)
        self._batch("advance", everybody, (4, 25), (4, 27), (4, 28), wishes_advance)
        self._batch("bachelor", everybody, (4, 28), (4, 30), (5, 1), lambda one: one.line("total") >= 490)
        self._batch("higher", everybody, (5, 1), (5, 3), (5, 6), lambda one: one.line("total") >= 330)

    def _batch(
        self,
        batch: str,
        everybody: list[Registered],
        opens: tuple[int, int],
        closes: tuple[int, int],
        published: tuple[int, int],
        who: Callable[[Registered], bool],
    ) -> None:
        ground = self.ground
        opened = at(self.day(*opens), 12)
        with clock.frozen_at(opened):
            round_ = open_round(
                actor=ground.chen, cycle=self.cycle, batch=batch, opens_at=opened, closes_at=at(self.day(*closes), 18)
            )
        self._fill(round_, everybody, who)
        if batch == "advance":
            mock_run(ground, round_, at(self.day(*closes), 12))
        self.runs[batch] = run_and_publish(ground, round_, at(self.day(*published)))
        if batch != "higher":
            self._finish(round_, at(self.day(*published)))

    def _fill(self, round_: Round, everybody: list[Registered], who: Callable[[Registered], bool]) -> None:
        ground = self.ground
        held = set(
            Placement.objects.filter(cycle=self.cycle, state__in=(*LIVING, "declined")).values_list(
                "candidate_id", flat=True
            )
        )
        free = [one for one in everybody if one.pk not in held and who(one)]
        share = 0.3 if round_.is_supplementary else FILLED[round_.batch]
        lists = drawn_lists(ground, round_, free, share)
        with clock.frozen_at(round_.closes_at - timedelta(hours=6)):
            collect(ground, round_, free, lists)

    def _finish(self, round_: Round, published: datetime) -> None:
        size = self.ground.size
        finish(
            self.ground,
            renew(round_),
            published,
            share=0.006,
            confirmed=max(3, size // 2000),
            declined=size // 1400 + 1,
        )

    def settle(self) -> None:
        """Appeals, review, answers, a supplementary round of the lower batches, registration, the end."""
        ground = self.ground
        main = renew(self.runs["higher"].round)
        appeal_results(ground, self.runs["higher"], at(self.day(5, 6), 15))
        self._finish(main, at(self.day(5, 9)))
        for batch, first, last, published in (("bachelor", 23, 24, 25), ("higher", 26, 28, 29)):
            opened = at(self.day(5, first), 9)
            with clock.frozen_at(opened):
                round_ = open_supplementary(
                    actor=ground.chen,
                    cycle=self.cycle,
                    batch=batch,
                    opens_at=opened,
                    closes_at=at(self.day(5, last), 18),
                )
            least = 460 if batch == "bachelor" else 310
            self._fill(round_, registered(self.cycle), partial(_reaches, least))
            run_and_publish(ground, round_, at(self.day(5, published)))
            self._finish(round_, at(self.day(5, published)))

    def enrol(self) -> None:
        """Every confirmed candidate becomes a student of the school."""
        ground = self.ground
        taught = [*self.offers.higher, *self.offers.bachelor]
        with clock.frozen_at(self.day(8, 20)):
            self.offers.write_curricula(self.year, taught)
        department: Mapping[tuple[int, str], str] = {
            (one.school, code): one.field.department for one in taught for code, _ in one.programmes
        }
        rows = Placement.objects.filter(cycle=self.cycle, state="confirmed").order_by("plan__school_id", "pk")
        promoted = rows.filter(candidate__attributes__group="中职毕业生").count()
        by_school: dict[int, list[Registration]] = {}
        for pk, school, code in rows.values_list("pk", "plan__school_id", "plan__programme__code"):
            own = by_school.setdefault(school, [])
            own.append(
                Registration(
                    pk,
                    f"{self.year}9{len(own) + 1:05d}",
                    online_review="网上审核通过",
                    site_check="现场核查相符",
                    department=department[(school, code)],
                )
            )
        with clock.frozen_at(self.day(9, 5)):
            for school, registrations in by_school.items():
                enrol(ground, self.cycle, school, registrations)
            set_figures(
                actor=ground.chen,
                cycle=self.cycle,
                figures={"secondary_graduates": ground.size * 9 // 10, "secondary_graduates_promoted": promoted},
                source="云澜省教育事业统计（虚构）",
            )
            move_cycle(actor=ground.chen, cycle=self.cycle, to="closed")
        with clock.frozen_at(self.day(9, 18)):
            publish_openings(ground, self.cycle)


def _reaches(least: int, one: Registered) -> bool:
    return one.line("total") >= least


def wishes_advance(one: Registered) -> bool:
    """Whether somebody may want a place of the early batch: targeted, sponsored, paired."""
    facts = one.facts
    return bool(facts.get("targeted_county") or facts.get("sponsor") or facts["origin"] == "对口帮扶县")
