"""What the journeys of declarations have in common: 小吴 as a teacher of 东湖职院, and who recognises teachers."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from guantong.base.accounts.actions import create_user, grant_post
from guantong.base.accounts.public import SYSTEM
from guantong.base.files.models import StoredFile
from guantong.domains.projects.public import open_declaration
from guantong.domains.projects.selectors.holders import Wanted
from guantong.kernel import clock
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.actions import act, add_material
from guantong.procedure.cases.models import Case
from tests.cast import PASSWORD, Cast

TEACHER = "dual-qualified-teacher"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MIDDLE: dict[str, Any] = {
    "level": "middle",
    "theory_ability": True,
    "skill_grade": "technician",
    "enterprise_years": "4",
    "enterprise_project": False,
    "contest_prize": False,
    "applied_result": False,
    "practice_months": "2",
}
_serial = count(1)


def hire(cast: Cast, key: str, name: str, organisation: str, role: str) -> None:
    """One more of the cast, with the account ``<key>.staff``."""
    made = create_user(
        actor=SYSTEM, username=f"{key}.staff", display_name=name, password=PASSWORD, must_change_password=False
    )
    cast.users[key] = made.user.pk
    grant_post(
        actor=SYSTEM,
        user_id=made.user.pk,
        organisation_id=cast.organisations[organisation],
        role=role,
        in_force_from=date(2025, 9, 1),
    )


def does(cast: Cast, case: Case, who: str, action: str, **more: Any) -> Case:
    """An action at the case's present revision."""
    case.refresh_from_db()
    given: dict[str, Any] = {"revision": case.revision, "opinion": "经核实，情况属实。", **more}
    return act(actor=cast.actor(who), case_id=case.pk, action=action, **given)


def adds(cast: Cast, case: Case, who: str, *requirements: str) -> None:
    """One file for each requirement."""
    for requirement in requirements:
        case.refresh_from_db()
        file = StoredFile.objects.create(
            public_id=public_id(12),
            sha256=f"{next(_serial):064d}",
            name="证明.pdf",
            kind="evidence",
            media_type="application/pdf",
            size=1000,
            person_id=case.person_id,
            organisation_id=None if case.person_id else case.organisation_id,
            uploaded_at=clock.now(),
        )
        actor = cast.actor(who)
        add_material(actor=actor, case_id=case.pk, requirement=requirement, file_id=file.pk, revision=case.revision)


def teacher_handed_in(cast: Cast, who: str = "wu", values: dict[str, Any] | None = None) -> Case:
    """A teacher's declaration that waits at the school."""
    case = open_declaration(
        actor=cast.actor(who), procedure=TEACHER, region="990000", wanted=Wanted(organisation="东湖职业技术学院")
    )
    adds(cast, case, who, "proofs", "practice_record")
    return does(cast, case, who, "submit", values=values or MIDDLE)
