"""A small admission year on top of the cast: two schools, four places, ten candidates, worked out by hand.

Batch ``higher`` of the invented province's vocational examination: groups, up to six programmes in each, reassignment
asked, filing ratio 1.05, one shot, everybody tied at the last place admitted.

| | culture (语文 数学 外语) | skill (专业知识 技能操作) | total | rank |
|---|---|---|---|---|
| 甲 | 100 80 60 | 120 240 | 600 | 1 |
| 乙 | 95 80 60 | 120 235 | 590 | 2 |
| 丙 | 90 80 60 | 120 230 | 580 | 3 |
| 丁 | 90 75 60 | 115 230 | 570 | 4 |
| 戊 | 90 70 60 | 110 230 | 560 | 5 |
| 己 | 85 70 60 | 105 230 | 550 | 6 |
| 庚 | 85 70 60 | 105 230 | 550 | 6 (tied in every key with 己) |
| 辛 | 80 60 50 | 80 200 | 470 | 9 |
| 壬 | 30 20 20 | 90 200 | 360 | 10 (below the culture line of 115) |
| 癸 | 80 60 60 | 100 200 | 500 | 8 (sits in the medical category) |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import SYSTEM
from guantong.domains.admission.actions import cycles, lists, plans, prospectuses, rounds, runs, scores
from guantong.domains.admission.actions.candidates import CandidateEntry, register_candidates
from guantong.domains.admission.actions.computing import carry_out
from guantong.domains.admission.actions.cycles import LimitEntry
from guantong.domains.admission.actions.plans import PlanEntry
from guantong.domains.admission.actions.scores import ScoreEntry
from guantong.domains.admission.models import Candidate, Cycle, IntakePlan, PreferenceList, Prospectus, Round, Run
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.programmes.models import Offering, Programme
from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act
from tests.cast import BASELINE, PASSWORD, Cast, invented_credit_code, invented_id_number

YEAR = 2026
PROGRAMMES = {
    "510203": ("软件技术", 10, "51", "电子与信息大类", "5102", "计算机类"),
    "510202": ("计算机网络技术", 10, "51", "电子与信息大类", "5102", "计算机类"),
    "520201": ("护理", 12, "52", "医药卫生大类", "5202", "护理类"),
}
MARKS: dict[str, tuple[str, ...]] = {
    "甲": ("100", "80", "60", "120", "240"),
    "乙": ("95", "80", "60", "120", "235"),
    "丙": ("90", "80", "60", "120", "230"),
    "丁": ("90", "75", "60", "115", "230"),
    "戊": ("90", "70", "60", "110", "230"),
    "己": ("85", "70", "60", "105", "230"),
    "庚": ("85", "70", "60", "105", "230"),
    "辛": ("80", "60", "50", "80", "200"),
    "壬": ("30", "20", "20", "90", "200"),
    "癸": ("80", "60", "60", "100", "200"),
}
PAPERS = ("chinese", "mathematics", "english", "theory", "practice")
FACTS = {
    "group": "中职毕业生",
    "category": "电子与信息大类",
    "origin": "一般地区",
    "health": "合格",
    "colour_vision": "是",
}
CLOSES = BASELINE + timedelta(days=3)
AFTER = CLOSES + timedelta(minutes=1)


@dataclass
class Scene:
    """The year as far as it was taken; ``person(name)`` acts as that candidate."""

    cast: Cast
    cycle: Cycle
    nandu: int
    places: dict[str, IntakePlan] = field(default_factory=dict)
    round: Round | None = None
    run: Run | None = None

    @property
    def officer(self) -> Actor:
        """招生办 of 东湖职业技术学院."""
        return self.cast.actor("admission")

    @property
    def he(self) -> Actor:
        """何处长 of the province."""
        return self.cast.he

    def candidate(self, name: str) -> Candidate:
        return Candidate.objects.select_related("cycle", "person").get(cycle=self.cycle, person__name=f"考生{name}")

    def person(self, name: str) -> Actor:
        return Actor(None, self.candidate(name).person_id, f"考生{name}", region="990000")

    def refresh(self) -> Scene:
        self.cycle.refresh_from_db()
        if self.round is not None:
            self.round = Round.objects.select_related("cycle").get(pk=self.round.pk)
        if self.run is not None:
            self.run = Run.objects.select_related("round__cycle").get(pk=self.run.pk)
        return self

    def list_of(self, name: str) -> PreferenceList:
        return PreferenceList.objects.get(candidate=self.candidate(name), round=self.round)

    def fill(self, name: str, *units: str, programmes: Sequence[str] = (), reassign: bool = False) -> PreferenceList:
        """Save and lock a list; ``units`` by the names of :attr:`units`."""
        entries = [ChoiceEntry(UNITS.get(u, u), tuple(programmes), reassign) for u in units]
        row = lists.save_list(actor=self.person(name), round_=self.round, entries=entries, revision=0)
        return lists.lock_list(actor=self.person(name), round_=self.round, revision=row.revision, is_confirmed=True)

    def fill_all(self) -> None:
        """Everybody's list. 东湖01 has 3 seats (软件 2, 网络 1) and may be sent ⌈3 × 1.05⌉ = 4 files, 南渡01 has 2 and
        may be sent 3, 东湖02 (护理) has 1."""
        for name in ("甲", "乙", "丙"):
            self.fill(name, "东湖01", "南渡01", programmes=["510203"])
        self.fill("丁", "东湖01", "南渡01", programmes=["510203"], reassign=True)
        self.fill("戊", "东湖01", "南渡01")
        self.fill("己", "南渡01")
        self.fill("庚", "南渡01")
        self.fill("辛", "东湖01")
        self.fill("壬", "南渡01")
        self.fill("癸", "东湖02")

    def close(self) -> None:
        with clock.frozen_at(AFTER):
            self.round = rounds.close_round(actor=self.he, round_=self.round)
        self.refresh()

    def compute(self) -> Run:
        with clock.frozen_at(AFTER):
            run = runs.start_run(actor=self.he, round_=self.round)
            self.run = carry_out(run=run)
        self.refresh()
        return self.run

    def publish(self) -> Run:
        with clock.frozen_at(AFTER + timedelta(hours=1)):
            self.run = runs.publish_run(actor=self.he, run=self.run)
        self.refresh()
        return self.run

    def run_all(self) -> Scene:
        self.fill_all()
        self.close()
        self.compute()
        self.publish()
        return self


UNITS = {"东湖01": "9900000001-01", "东湖02": "9900000001-02", "南渡01": "9900000003-01"}


def programme(code: str) -> Programme:
    name, number, category, title, class_code, class_name = PROGRAMMES[code]
    return Programme.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "search_text": f"{code} {name}",
            "level": "higher",
            "category_number": number,
            "category_code": category,
            "category_name": title,
            "class_code": class_code,
            "class_name": class_name,
            "edition": "2021",
            "origin": "测试",
        },
    )[0]


def entry(code: str, seats: int, group: str, **changes: Any) -> PlanEntry:
    """A good plan, with some columns changed."""
    values: dict[str, Any] = {
        "programme_code": code,
        "batch": "higher",
        "seats": seats,
        "fee_fen": 500_000,
        "years": Decimal(3),
        "place": "东湖校区",
        "group_code": group,
        "group_name": f"{group} 组",
    }
    return PlanEntry(**values | changes)


def build_schools(cast: Cast) -> int:
    """A second higher school, admission officers at both, a reviewer at the province. Returns the second school."""
    from guantong.base.accounts.actions import create_user, grant_post
    from guantong.base.orgs.actions import register_organisation

    nandu = register_organisation(
        actor=SYSTEM,
        kind="higher_school",
        name="南渡职业学院",
        region="990102",
        in_force_from=date(2010, 1, 1),
        authority_id=cast.province_bureau,
        credit_code=invented_credit_code(33),
        school_code="9900000003",
    ).pk
    cast.organisations["nandu"] = nandu
    for key, name, organisation, role in (
        ("admission", "招生办于老师", cast.donghu, "admission_officer"),
        ("nandu_admission", "南渡招生办", nandu, "admission_officer"),
        ("fang", "方科长", cast.province_bureau, "bureau_reviewer"),
    ):
        account = create_user(
            actor=SYSTEM, username=f"{key}.staff", display_name=name, password=PASSWORD, must_change_password=False
        )
        cast.users[key] = account.user.pk
        grant_post(
            actor=SYSTEM,
            user_id=account.user.pk,
            organisation_id=organisation,
            role=role,
            in_force_from=date(2025, 9, 1),
        )
    for code in PROGRAMMES:
        row = programme(code)
        for school in (cast.donghu, nandu):
            Offering.objects.create(school_id=school, programme=row, year=YEAR)
    return nandu


def build_cycle(cast: Cast, year: int = YEAR, region: str = "990000") -> Scene:
    """The year opened, sizes set; plans not yet there."""
    nandu = cast.organisations.get("nandu") or build_schools(cast)
    cycle = cycles.open_cycle(actor=cast.he, region=region, year=year, channel="vocational-exam")
    cycles.set_school_limits(
        actor=cast.he,
        cycle=cycle,
        limits=[
            LimitEntry(cast.donghu, 10, "云澜招〔2025〕1号"),
            LimitEntry(nandu, 5, "云澜招〔2025〕1号"),
        ],
    )
    return Scene(cast, cycle, nandu)


def file_prospectus(scene: Scene, school_id: int) -> None:
    """方科长 reviews and 何处长 files what the school handed in, in its case."""
    row = Prospectus.objects.get(cycle=scene.cycle, school_id=school_id)
    case = Case.objects.get(pk=row.case_id)
    for name, values in (("fang", {}), ("he", {"telephone": "0990-12345678"})):
        case = act(
            actor=scene.cast.actor(name),
            case_id=case.pk,
            action="approve",
            revision=case.revision,
            opinion="六项齐全，与计划一致。",
            values=values,
        )


def build_plans(scene: Scene) -> Scene:
    """Four approved places, both prospectuses filed."""
    cast, cycle = scene.cast, scene.cycle
    for key, school, actor, row in (
        ("东湖软件", cast.donghu, scene.officer, entry("510203", 2, "01")),
        ("东湖网络", cast.donghu, scene.officer, entry("510202", 1, "01")),
        ("东湖护理", cast.donghu, scene.officer, entry("520201", 1, "02")),
        ("南渡软件", scene.nandu, cast.actor("nandu_admission"), entry("510203", 2, "01", place="南渡校区")),
    ):
        scene.places[key] = plans.save_plan(actor=actor, cycle=cycle, school_id=school, entry=row)
    for school, actor in ((cast.donghu, scene.officer), (scene.nandu, cast.actor("nandu_admission"))):
        plans.submit_plans(actor=actor, cycle=cycle, school_id=school)
        items = {item: f"{item}说明。" for item in prospectuses.required_items(cycle)}
        prospectuses.save_prospectus(actor=actor, cycle=cycle, school_id=school, items=items, charter="招生章程全文。")
        prospectuses.submit_prospectus(actor=actor, cycle=cycle, school_id=school)
        file_prospectus(scene, school)
    plans.decide_plans(actor=cast.he, cycle=cycle, plans=list(scene.places.values()), approve=True)
    scene.places = {key: IntakePlan.objects.get(pk=row.pk) for key, row in scene.places.items()}
    return scene


def roster() -> list[CandidateEntry]:
    """Ten candidates; 癸 sits the medical category."""
    return [
        CandidateEntry(
            f"考生{name}",
            invented_id_number(100 + position, date(2007, 5, 1)),
            FACTS | ({"category": "医药卫生大类"} if name == "癸" else {}),
        )
        for position, name in enumerate(MARKS)
    ]


def build_candidates(scene: Scene) -> Scene:
    """Registered, scored, ranked; the seed committed."""
    cycle, he = scene.cycle, scene.cast.he
    cycles.move_cycle(actor=he, cycle=cycle, to="registration")
    register_candidates(actor=he, cycle=cycle, entries=roster())
    entries = [
        ScoreEntry(scene.candidate(name).number, dict(zip(PAPERS, marks, strict=True)), f"考生{name}")
        for name, marks in MARKS.items()
    ]
    scores.enter_scores(actor=he, cycle=cycle, entries=entries)
    scores.rank_candidates(actor=he, cycle=cycle)
    cycles.commit_seed(actor=he, cycle=cycle)
    return scene.refresh()


def build_scene(cast: Cast, opens_at: datetime | None = None, region: str = "990000") -> Scene:
    """Everything up to the open round, in which lists may be filled from the baseline on."""
    scene = build_candidates(build_plans(build_cycle(cast, region=region)))
    scene.round = rounds.open_round(
        actor=cast.he, cycle=scene.cycle, batch="higher", opens_at=opens_at or BASELINE, closes_at=CLOSES
    )
    return scene.refresh()
