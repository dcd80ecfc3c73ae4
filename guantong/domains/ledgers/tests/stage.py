"""A unit taken through the procedures of a key task by actions, for tests of the platform's pages and the journey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.models import User
from guantong.base.accounts.public import SYSTEM
from guantong.base.accounts.selectors import actor_for
from guantong.base.files.public import store_file
from guantong.base.orgs.actions import register_organisation
from guantong.base.people.public import ensure_person
from guantong.domains.projects.public import open_declaration
from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import act, add_material
from guantong.procedure.panels.actions import close_panel, draw_panel, hand_in_sheet, join_pool, open_pool
from guantong.procedure.panels.models import PanelCase, PanelSeat
from guantong.procedure.rounds.public import open_round
from tests.cast import PASSWORD, Cast, invented_credit_code, invented_id_number

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TASK = "key-task-library"
FLAGS = ("talent_plan", "courses", "graph", "skills", "post_standards", "core_covered", "connected")
PLAN: dict[str, Any] = {
    "project": "数控技术资源库",
    "partners": "学校建库，企业供资源。",
    "plan": "三年建成。",
    "first_year": "2025",
    "a_1": "500", "a_2": "800", "a_3": "1000", "b_1": "60", "b_2": "80", "b_3": "100",
    **dict.fromkeys(FLAGS, "on"),
}  # fmt: skip
EXPERTS = 7


@dataclass
class Stage:
    """The cast with a project officer (许老师, 东湖职院), two officers of the province, and a pool of experts."""

    cast: Cast
    numbers: list[int] = field(default_factory=list)

    def set_up(self) -> None:
        """Everybody the procedures need."""
        for key, name, organisation, role in (
            ("xu", "许老师", "donghu", "project_officer"),
            ("deng", "邓科长", "province_bureau", "bureau_reviewer"),
            ("ye", "叶科长", "province_bureau", "bureau_reviewer"),
        ):
            self.hire(key, name, organisation, role)
        pool = open_pool(actor=SYSTEM, region="990000", code="key-task-experts", title="重点任务专家库")
        for number in range(1, EXPERTS + 1):
            person = ensure_person(actor=SYSTEM, name=f"专家{number}", id_number=invented_id_number(200 + number))
            made = create_user(
                actor=SYSTEM, username=f"expert{number}", display_name=f"专家{number}", password=PASSWORD,
                person_id=person, must_change_password=False,
            )  # fmt: skip
            home = register_organisation(
                actor=SYSTEM, kind="bachelor_school", name=f"远方大学{number}", region="990200",
                in_force_from=date(2010, 1, 1), authority_id=self.cast.province_bureau,
                credit_code=invented_credit_code(300 + number), school_code=f"99007{number:05}",
            )  # fmt: skip
            join_pool(actor=SYSTEM, pool_id=pool.pk, username=made.user.username, organisation_id=home.pk)

    def hire(self, key: str, name: str, organisation: str, role: str) -> None:
        """One more of the cast, unless there already."""
        username = f"{key}.staff"
        found = User.objects.filter(username=username).first()
        if found is None:
            found = create_user(
                actor=SYSTEM, username=username, display_name=name, password=PASSWORD, must_change_password=False
            ).user
            grant_post(
                actor=SYSTEM, user_id=found.pk, organisation_id=self.cast.organisation(organisation), role=role,
                in_force_from=date(2025, 9, 1),
            )  # fmt: skip
        self.cast.users[key] = found.pk

    def act(self, case: Case, who: str, action: str, opinion: Any = "同意。", **more: Any) -> Case:
        """An action at the case's present revision."""
        case.refresh_from_db()
        actor = self.cast.actor(who)
        return act(actor=actor, case_id=case.pk, action=action, revision=case.revision, opinion=opinion, **more)

    def hand_over(self, case: Case, who: str, *requirements: str) -> None:
        """A PDF for each requirement."""
        actor = self.cast.actor(who)
        for requirement in requirements:
            case.refresh_from_db()
            content = PDF.replace(b"<<>>", f"<</{requirement}{case.pk}>>".encode())
            file = store_file(actor, f"{requirement}.pdf", content, "evidence", organisation_id=self.cast.donghu)
            add_material(actor=actor, case_id=case.pk, requirement=requirement, file_id=file.pk, revision=case.revision)

    def register(self) -> Case:
        """The unit registered on the platform."""
        case = open_declaration(actor=self.cast.actor("xu"), procedure="key-task-registration", region="990000")
        values = {"leader": "许", "duty": "处长", "scope": "牵头资源库。", "accepts": "on"}
        self.act(case, "xu", "submit", None, values=values)
        return self.act(case, "deng", "approve")

    def open_round(self, procedure: str = TASK) -> None:
        """The ministry's notice carried in: rounds of a national procedure are the nation's to open."""
        year = clock.today().year
        open_round(
            actor=SYSTEM, procedure=procedure, region="990000", opens_on=clock.today(),
            closes_on=date(year, 12, 31), document_title="关于申报重点任务的通知",
            document_number=f"教职成〔{year}〕1号",
        )  # fmt: skip

    def declare(self, values: Mapping[str, Any] = PLAN) -> Case:
        """The unit's plan handed in."""
        case = open_declaration(actor=self.cast.actor("xu"), procedure=TASK, region="990000")
        self.hand_over(case, "xu", "plan_file", "evidence")
        return self.act(case, "xu", "submit", None, values=values)

    def recommend(self, case: Case, score: str = "28") -> Case:
        """Reviewed, scored by experts, recommended, recorded."""
        self.act(case, "deng", "approve")
        entry = PanelCase.objects.get(case=case)
        draw_panel(actor=self.cast.actor("deng"), panel=entry.panel.public_id)
        for seat in PanelSeat.objects.filter(entry__case=case, withdrawn_at=None).select_related("member__user"):
            hand_in_sheet(
                actor=actor_for(seat.member.user), seat=seat.public_id, revision=seat.revision,
                points={"base": score, "plan": score, "targets": score}, comment="方案可行。",
            )  # fmt: skip
        close_panel(actor=self.cast.actor("deng"), panel=entry.panel.public_id)
        case.refresh_from_db()
        if case.step != "recommend":
            return case
        self.act(case, "he", "approve")
        return self.act(case, "deng", "approve", values={"number": "ZJ-2025-001"})
