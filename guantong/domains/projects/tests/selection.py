"""A selection by rounds and a blind panel, declared at the hall; what pages say beside a field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.test import Client

from guantong.base.accounts.actions import create_user
from guantong.base.accounts.public import SYSTEM
from guantong.base.orgs.actions import register_organisation
from guantong.base.people.public import ensure_person
from guantong.procedure.cases.models import Case
from guantong.procedure.panels.models import PanelCase, PanelSeat
from guantong.procedure.panels.public import draw_panel, join_pool, open_pool
from guantong.procedure.panels.tests.sample import SAMPLE
from guantong.procedure.rounds.models import Round
from tests.cast import PASSWORD, invented_credit_code, invented_id_number

from .conftest import World

YEARLY = 'rounds: {yearly: {opens: "10-01", closes: "10-31"}, source: local, note: 测试。}'
ON_NOTICE = "rounds: {on_notice: true, source: local, note: 测试。}"
PANEL = SAMPLE.replace("subject: tests.panels", "subject: projects.declaration").replace(
    "[registrar]", "[project_officer]"
)
NOTICE = PANEL.replace(YEARLY, ON_NOTICE).replace("id: sample-panels", "id: sample-notice", 1)
POOL = "key-task-experts"
ROUNDS = "/bureau/procedures/rounds/?procedure=sample-notice"
OPENING = {
    "rounds.document_title": "关于开展样例评审的通知",
    "rounds.document_number": "云职〔2025〕1号",
    "rounds.opens_on": "2025-10-15",
    "rounds.closes_on": "2025-10-31",
    "rounds.title": "",
}


@dataclass
class Selection:
    """The world with the selection in force, experts ``rv1`` … of universities that have nothing to do with anybody."""

    world: World

    def experts(self, count: int = 5) -> None:
        """So many experts in the pool."""
        pool = open_pool(actor=SYSTEM, region="990000", code=POOL, title="重点任务专家库")
        for number in range(1, count + 1):
            self.expert(f"rv{number}", number)
            join_pool(actor=SYSTEM, pool_id=pool.pk, username=f"rv{number}", organisation_id=self.university(number))

    def expert(self, key: str, number: int) -> None:
        """Somebody with an account and a registered identity."""
        person = ensure_person(actor=SYSTEM, name=f"钟离{number}号", id_number=invented_id_number(100 + number))
        made = create_user(
            actor=SYSTEM,
            username=key,
            display_name=f"钟离{number}号",
            password=PASSWORD,
            person_id=person,
            must_change_password=False,
        )
        self.world.cast.users[key] = made.user.pk

    def university(self, number: int) -> int:
        """A further organisation."""
        made = register_organisation(
            actor=SYSTEM,
            kind="bachelor_school",
            name=f"远方大学{number}",
            region="990200",
            in_force_from=date(2010, 1, 1),
            authority_id=self.world.cast.organisation("province_bureau"),
            credit_code=invented_credit_code(100 + number),
            school_code=f"99000{100 + number:05}",
        )
        return made.pk

    def drawn(self) -> tuple[Case, list[PanelSeat]]:
        """A case before its three experts."""
        case = self.world.open(procedure="sample-panels")
        case = self.world.act(case, "xu", "submit", values={"name": "项目一"}, opinion=None)
        case = self.world.act(case, "shencha", "approve")
        entry = PanelCase.objects.get(case=case)
        draw_panel(actor=self.world.cast.actor("shencha"), panel=entry.panel.public_id)
        return case, list(PanelSeat.objects.select_related("member__user").filter(entry=entry).order_by("position"))

    def browser(self, seat: PanelSeat) -> Client:
        """The browser of the expert of a seat."""
        made = Client()
        made.force_login(seat.member.user)
        return made

    def round(self, **more: str) -> Round:
        """A round opened through the page."""
        answer = self.world.client("shencha").post(ROUNDS, {**OPENING, **more})
        assert answer.status_code == 303
        return Round.objects.order_by("-pk")[0]


def said_at(html: str, control: str) -> str:
    """What the page says beside a control; empty when nothing."""
    found = re.findall(rf'<p class="field-error" id="e-{re.escape(control)}-\d+">(.*?)</p>', html, re.S)
    return " ".join(re.sub(r"<[^>]+>", "", text) for text in found)


def shown_in(html: str, control: str) -> Any:
    """The value of an input."""
    found = re.search(rf'<input id="f-{re.escape(control)}"[^>]*? value="([^"]*)"', html)
    return found.group(1) if found is not None else None
