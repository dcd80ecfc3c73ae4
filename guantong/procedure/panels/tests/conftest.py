"""The sample procedure in force, a pool of reviewers, and two schools that declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.actor import Actor
from guantong.base.accounts.models import User
from guantong.base.accounts.public import SYSTEM
from guantong.base.accounts.selectors import actor_for
from guantong.base.orgs.actions import register_organisation
from guantong.base.people.public import ensure_person
from guantong.kernel.refusal import Refusal
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import act, open_case, withdraw_case
from guantong.procedure.cases.definition import Definition, read_definition
from guantong.procedure.cases.models import Case
from guantong.procedure.panels.actions import hand_in_sheet, join_pool, open_pool
from guantong.procedure.panels.models import Panel, PanelCase, PanelSeat, Pool, PoolMember
from tests.cast import PASSWORD, Cast, invented_credit_code, invented_id_number
from tests.procedures import handled

from .sample import SAMPLE, SUBJECT

ITEM = {"on": "其他", "text": "请补充说明。"}


@dataclass
class World:
    """The cast with the sample procedure, an officer of the province, and reviewers rv1, rv2 …"""

    cast: Cast
    text: str = SAMPLE
    serial: int = 0
    pool: Pool | None = None
    universities: list[int] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)

    @property
    def definition(self) -> Definition:
        return read_definition(self.text, file="sample.yaml")

    def officer(self, key: str, organisation: str, role: str = "bureau_reviewer") -> Actor:
        """Somebody with a post, made at the first asking."""
        name = f"{key}.staff"
        if not User.objects.filter(username=name).exists():
            made = create_user(
                actor=SYSTEM, username=name, display_name=key, password=PASSWORD, must_change_password=False
            )
            grant_post(
                actor=SYSTEM,
                user_id=made.user.pk,
                organisation_id=self.cast.organisation(organisation),
                role=role,
                in_force_from=date(2025, 9, 1),
            )
        return actor_for(User.objects.get(username=name))

    @property
    def organiser(self) -> Actor:
        return self.officer("zuzhi", "province_bureau")

    def reviewers(self, count: int, *, organisation_id: int | None = None, fields: tuple[str, ...] = ()) -> list[str]:
        """Enter so many reviewers into the pool, each of a university of their own unless one is named."""
        self.pool = open_pool(actor=SYSTEM, region="990000", code="key-task-experts", title="重点任务专家库")
        found = []
        for _ in range(count):
            number = len(self.people) + 1
            key = f"rv{number}"
            self.people[key] = ensure_person(
                actor=SYSTEM, name=f"专家{number}", id_number=invented_id_number(100 + number)
            )
            create_user(
                actor=SYSTEM,
                username=key,
                display_name=f"专家{number}",
                password=PASSWORD,
                person_id=self.people[key],
                must_change_password=False,
            )
            home = organisation_id or self.university()
            join_pool(actor=SYSTEM, pool_id=self.pool.pk, username=key, organisation_id=home, fields=fields)
            found.append(key)
        return found

    def university(self) -> int:
        """A further organisation that has nothing to do with anybody."""
        number = 100 + len(self.universities)
        made = register_organisation(
            actor=SYSTEM,
            kind="bachelor_school",
            name=f"远方大学{number}",
            region="990200",
            in_force_from=date(2010, 1, 1),
            authority_id=self.cast.organisation("province_bureau"),
            credit_code=invented_credit_code(number),
            school_code=f"99000{number:05}",
        )
        self.universities.append(made.pk)
        return made.pk

    def reviewer(self, key: str) -> Actor:
        return actor_for(User.objects.get(username=key))

    def member(self, key: str) -> PoolMember:
        return PoolMember.objects.get(user__username=key)

    def open(self, school: str = "donghu", who: str = "lin", **more: Any) -> Case:
        self.serial += 1
        given: dict[str, Any] = {
            "actor": self.cast.actor(who),
            "definition": "sample-panels",
            "region": "990000",
            "subject": (SUBJECT, self.serial),
            "organisation_id": self.cast.organisation(school),
            "form": {"name": f"项目{self.serial}"},
        }
        return open_case(**{**given, **more})

    def act(self, case: Case, who: Actor, action: str) -> Case:
        revision = Case.objects.values_list("revision", flat=True).get(pk=case.pk)
        said: Any = {"submit": None, "return": {"items": [ITEM]}}.get(action, "同意。")
        return act(actor=who, case_id=case.pk, action=action, revision=revision, opinion=said)

    def at_review(self, school: str = "donghu", **more: Any) -> Case:
        """A case at the panel's step."""
        who = {"donghu": "lin", "xiling": "zhou"}[school]
        case = self.open(school, who, **more)
        self.act(case, self.cast.actor(who), "submit")
        return self.act(case, self.officer("shencha", "province_bureau"), "approve")

    def withdraw(self, case: Case, who: str = "lin") -> Case:
        case.refresh_from_db()
        return withdraw_case(actor=self.cast.actor(who), case_id=case.pk, revision=case.revision)

    def panel(self, case: Case) -> Panel:
        return self.entry(case).panel

    def entry(self, case: Case) -> PanelCase:
        found = PanelCase.objects.select_related("panel").filter(case=case).order_by("-id").first()
        assert found is not None
        return found

    def seats(self, case: Case) -> list[PanelSeat]:
        entry = self.entry(case)
        return list(PanelSeat.objects.select_related("member__user").filter(entry=entry).order_by("position"))

    def score(self, seat: PanelSeat, base: str, plan: str, **more: Any) -> None:
        seat.refresh_from_db()
        given: dict[str, Any] = {"points": {"base": base, "plan": plan}, "comment": "条件较好。"}
        hand_in_sheet(
            actor=actor_for(seat.member.user), seat=seat.public_id, revision=seat.revision, **{**given, **more}
        )

    def score_all(self, case: Case, *plans: str) -> None:
        """Every reviewer who stayed hands in 20 and one of ``plans``."""
        staying = [s for s in self.seats(case) if s.state == "invited"]
        for seat, plan in zip(staying, plans, strict=True):
            self.score(seat, "20", plan)


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    found = World(cast)
    real = library.find_document
    read: dict[str, Mapping[str, object]] = {}

    def find(code: str, region: str, on: Any) -> Any:
        if code == "sample-panels":
            if found.text not in read:
                read[found.text] = found.definition.document
            return read[found.text], "sample.yaml"
        return real(code, region, on)

    monkeypatch.setattr(library, "find_document", find)
    with handled(SUBJECT):
        yield found


def code_of(work: Any) -> str:
    """The code of the refusal of ``work``."""
    return refused(work).code


def refused(work: Any) -> Refusal:
    """The refusal of ``work``."""
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value
