"""The smaller channels around the vocational examination, each in another stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction

from guantong.domains.admission.actions.candidates import register_self
from guantong.domains.admission.actions.cycles import move_cycle, open_cycle
from guantong.domains.admission.actions.plans import PlanEntry
from guantong.domains.admission.actions.rounds import end_review, open_round
from guantong.domains.admission.models import Cycle, Round
from guantong.kernel import clock
from guantong.site.demo.admission.candidates import Invented, draw, examine, invent, pick, register, registered
from guantong.site.demo.admission.evidence import prove
from guantong.site.demo.admission.ground import Ground, at, shift_calendar
from guantong.site.demo.admission.objections import object_to
from guantong.site.demo.admission.offers import Offers, Taught, lay_plans
from guantong.site.demo.admission.openings import publish_openings
from guantong.site.demo.admission.rounds import answer, files, finish, renew, review, run_and_publish
from guantong.site.demo.admission.wishes import Market, collect, positions

Facts = Callable[[Random], dict[str, Any]]
NATIONAL, PROVINCIAL = "全国职业院校技能大赛三等奖以上", "全省职业院校技能大赛一等奖"


class Channels:
    """Six small years; ``size`` scales how many take part."""

    def __init__(self, ground: Ground, offers: Offers) -> None:
        self.ground = ground
        self.offers = offers
        self.part = min(1.0, ground.size / 20_000 + 0.2)
        self.categories = sorted({one.category for one in offers.higher})

    def build(self) -> None:
        """All of them."""
        self.secondary()
        self.through_training()
        self.school_exam()
        self.to_bachelor()
        self.social()
        self.exam_free()

    def ago(self, days: int) -> date:
        return self.ground.today - timedelta(days=days)

    def count(self, most: int) -> int:
        return max(12, round(most * self.part))

    # ---- what they have in common --------------------------------------------------------------------------------

    def _entries(
        self,
        taught: Sequence[Taught],
        batch: str,
        kinds: Sequence[str],
        *,
        schools: int,
        seats: int,
        fee: int,
        years: int = 3,
    ) -> dict[int, list[PlanEntry]]:
        """The first programme of each field; the kinds take turns."""
        found: dict[int, list[PlanEntry]] = {}
        chosen = list(dict.fromkeys(one.school for one in taught))[:schools]
        for number, one in enumerate(one for one in taught if one.school in chosen):
            entry = PlanEntry(
                programme_code=one.programmes[0][0],
                batch=batch,
                seats=max(1, self.ground.random.randint(seats - 2, seats + 2)),
                fee_fen=fee * 100,
                years=Decimal(years),
                place=f"{self.ground.places.names[one.school][:2]}校区",
                kind=kinds[number % len(kinds)],
            )
            found.setdefault(one.school, []).append(entry)
        return found

    def _open(
        self,
        channel: str,
        year: int,
        stage: str | None,
        days: tuple[date, date],
        entries: dict[int, list[PlanEntry]],
        *,
        decide: bool = True,
    ) -> Cycle:
        """The year opened and its plans laid; ``stage``: which one is under way today, None for the past."""
        ground = self.ground
        with clock.frozen_at(days[0]), transaction.atomic():
            cycle = open_cycle(actor=ground.chen, region="990000", year=year, channel=channel)
            if stage is not None:
                shift_calendar(cycle, stage, ground.today)
        with clock.frozen_at(days[1]), transaction.atomic():
            lay_plans(ground, cycle, entries, decide=decide)
            if decide:
                move_cycle(actor=ground.chen, cycle=cycle, to="registration")
        return cycle

    def _people(self, count: int, years: tuple[int, int], facts: Facts, year: int) -> list[Invented]:
        born = (date(year - years[1], 1, 1), date(year - years[0], 1, 1))
        return invent(self.ground.random, self.ground.ids, count, born, facts)

    def _round(
        self, cycle: Cycle, batch: str, opened: date, closed: date, *, by_category: bool = True, share: float = 0.95
    ) -> Round:
        """Open a round and enter the lists of most."""
        ground = self.ground
        with clock.frozen_at(at(opened, 8)):
            round_ = open_round(
                actor=ground.chen, cycle=cycle, batch=batch, opens_at=at(opened, 8), closes_at=at(closed, 18)
            )
        everybody = registered(cycle)
        market = Market(ground, round_, by_category=by_category)

        def heading(one: Any) -> str:
            return str(one.facts.get("category", "")) if by_category else ""

        place = positions(everybody, heading)
        chosen = [one for one in everybody if ground.random.random() < share]
        lists = {one.pk: market.list_for(place[one.pk], heading(one)) for one in chosen}
        with clock.frozen_at(at(opened, 16)):
            collect(ground, round_, chosen, lists)
        return round_

    # ---- one by one ----------------------------------------------------------------------------------------------

    def secondary(self) -> None:
        """Secondary schools of the year past, done."""
        ground, year = self.ground, self.ground.past
        with clock.frozen_at(date(year, 2, 20)):
            self.offers.offer(year, self.offers.secondary)
        entries = self._entries(
            self.offers.secondary,
            "parallel",
            ("ordinary", "ordinary", "ordinary", "adult", "paired"),
            schools=12,
            seats=max(2, round(8 * self.part)),
            fee=0,
        )
        cycle = self._open("secondary", year, None, (date(year, 3, 1), date(year, 4, 10)), entries)
        counties = ("东湖城区", "西岭山县", "南渡河县", "北原新区")

        def facts(random: Random) -> dict[str, Any]:
            group = pick(random, (0.9, "应届初中毕业生"), (0.06, "未升学初高中毕业生")) or "返乡农民工"
            return {
                "group": group,
                "county": random.choice(counties),
                "origin": pick(random, (0.8, "一般地区"), (0.12, "边远和民族地区")) or "对口帮扶县",
                "health": "合格",
                "martyr": "否",
            }

        people = self._people(self.count(200), (15, 16), facts, year)
        with clock.frozen_at(date(year, 5, 10)):
            register(ground, cycle, people)
        with clock.frozen_at(date(year, 6, 29)):
            examine(ground, cycle, people)
        round_ = self._round(cycle, "parallel", date(year, 7, 3), date(year, 7, 8), by_category=False)
        published = at(date(year, 7, 10))
        run_and_publish(ground, round_, published)
        finish(ground, renew(round_), published, share=0.02, confirmed=10, declined=3)
        with clock.frozen_at(date(year, 8, 26)):
            move_cycle(actor=ground.chen, cycle=cycle, to="closed")
            publish_openings(ground, cycle)

    def through_training(self) -> None:
        """3+2 and its kin: plans approved, pupils are registering."""
        ground, year = self.ground, self.ground.coming
        entries = self._entries(
            self.offers.higher, "five-year", ("five-year", "three-two"), schools=6, seats=12, fee=4500, years=5
        )
        longer = self._entries(
            self.offers.bachelor, "three-four", ("three-four",), schools=3, seats=8, fee=5800, years=7
        )
        for school, own in longer.items():
            entries.setdefault(school, []).extend(own)
        cycle = self._open("through-training", year, "registration", (self.ago(90), self.ago(50)), entries)

        def facts(random: Random) -> dict[str, Any]:
            return {
                "age": str(random.choice((14, 15, 15, 15, 16))),
                "health": pick(random, (0.97, "合格")) or "专业受限",
            }

        with clock.frozen_at(self.ago(4)):
            register(ground, cycle, self._people(self.count(50), (14, 16), facts, year))
            publish_openings(ground, cycle)

    def school_exam(self) -> None:
        """Published yesterday; the files lie at the schools, at 东湖职院 nobody has looked yet."""
        ground, year = self.ground, self.ground.coming
        entries = self._entries(self.offers.higher, "first", ("ordinary",), schools=7, seats=6, fee=5500)
        cycle = self._open("school-exam", year, "review", (self.ago(110), self.ago(85)), entries)

        def facts(random: Random) -> dict[str, Any]:
            return {
                "group": pick(random, (0.8, "中职毕业生")) or "普通高中毕业生",
                "category": random.choice(self.categories),
                "residence": pick(random, (0.85, "本省")) or "外省",
                "certificate": pick(random, (0.1, "中级"), (0.03, "高级"), (0.1, "初级")),
                "health": pick(random, (0.97, "合格")) or "专业受限",
            }

        people = self._people(self.count(200), (18, 19), facts, year)
        with clock.frozen_at(self.ago(40)):
            register(ground, cycle, people)
        with clock.frozen_at(self.ago(20)):
            prove(ground, cycle, in_bank=0.4)
        with clock.frozen_at(self.ago(12)):
            examine(ground, cycle, people)
        round_ = self._round(cycle, "first", self.ago(9), self.ago(4))
        run_and_publish(ground, round_, at(self.ago(2)))
        own = ground.places.keyed["donghu"]
        schools = {row.plan.school_id for row in files(renew(round_), "dispatched")} - {own}
        review(ground, renew(round_), at(self.ago(1)), share=0.03, only=schools)
        with clock.frozen_at(self.ago(1)):
            publish_openings(ground, cycle)

    def to_bachelor(self) -> None:
        """Students in the last year of higher schools: admitted, answering; one has appealed."""
        ground, year = self.ground, self.ground.coming
        taught = self.offers.bachelor
        entries = self._entries(taught, "first", ("ordinary",), schools=4, seats=max(2, round(7 * self.part)), fee=6800)
        cycle = self._open("to-bachelor", year, "confirmation", (self.ago(120), self.ago(95)), entries)
        offered = {one.field.key for one in taught}
        by_field = {one.field.key: one.category for one in taught}
        learners = [
            one
            for one in ground.schooling.learners
            if one.plan.facts.level == "higher" and one.plan.cohort == year - 3 and one.plan.field.key in offered
        ][: self.count(100)]
        people = [
            draw(
                ground.random,
                one.name,
                "",
                {
                    "group": "应届高职毕业生",
                    "category": by_field[one.plan.field.key],
                    "award": "是" if ground.random.random() < 0.05 else "否",
                },
            )
            for one in learners
        ]
        if not learners:
            return
        with clock.frozen_at(self.ago(60)):
            for learner, one in zip(learners, people, strict=True):
                register_self(actor=ground.person(learner.person_id, learner.name), cycle=cycle, attributes=one.facts)
        with clock.frozen_at(self.ago(35)):
            prove(ground, cycle, in_bank=0)
        with clock.frozen_at(self.ago(20)):
            examine(ground, cycle, people)
        round_ = self._round(cycle, "first", self.ago(16), self.ago(11))
        run = run_and_publish(ground, round_, at(self.ago(5)))
        round_ = renew(round_)
        review(ground, round_, at(self.ago(3)), share=0.02)
        with clock.frozen_at(at(self.ago(2))):
            end_review(actor=ground.chen, round_=round_)
            publish_openings(ground, cycle)
        answer(ground, renew(round_), at(self.ago(1)), confirmed=8, declined=2)
        loser = run.results.filter(plan=None, reason="not_placed").select_related("candidate__person").first()
        if loser is not None:
            with clock.frozen_at(at(self.ago(1), 15)):
                object_to(ground, round_, loser, "score", "专业技能成绩低于平时水平很多，请核对原始评分记录。")

    def social(self) -> None:
        """Workers, farmers, veterans: registering; what they state of their grades is being checked."""
        ground, year = self.ground, self.ground.coming
        entries = self._entries(
            self.offers.higher, "first", ("ordinary", "ordinary", "veterans"), schools=5, seats=10, fee=3000
        )
        cycle = self._open("social", year, "registration", (self.ago(80), self.ago(55)), entries)

        def facts(random: Random) -> dict[str, Any]:
            return {
                "group": random.choice(("退役军人", "下岗职工", "农民工", "高素质农民", "在岗职工")),
                "category": random.choice(self.categories),
                "work_years": str(random.randint(0, 22)),
                "employer": pick(random, (0.4, "东湖新能源汽车有限公司")),
                "grade": pick(random, (0.2, "中级工"), (0.1, "高级工")),
            }

        people = self._people(self.count(90), (24, 50), facts, year)
        with clock.frozen_at(self.ago(12)):
            register(ground, cycle, people)
        with clock.frozen_at(self.ago(6)):
            prove(ground, cycle, in_bank=0.3, undecided=0.5)
        with clock.frozen_at(self.ago(1)):
            publish_openings(ground, cycle)

    def exam_free(self) -> None:
        """Schools have handed in their plans; the authority has to decide."""
        year = self.ground.coming
        entries = self._entries(self.offers.higher, "first", ("award", "exceptional"), schools=4, seats=3, fee=5500)
        self._open("exam-free", year, "plans", (self.ago(15), self.ago(3)), entries, decide=False)
