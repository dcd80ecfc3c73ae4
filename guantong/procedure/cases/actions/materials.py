"""Handing in materials. A file handed in stays; another one replaces it and says so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.files.models import StoredFile
from guantong.base.files.rules import TAKEN
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where
from guantong.kernel.tokens import public_id

from .. import errors, library, machine
from ..checks import conflict, place_of, refuse_lapsed, state_of
from ..definition import Definition, Requirement
from ..machine import step_of
from ..mandate import is_declarer
from ..models import Case, Material
from ..narrowing import known_words, named_items
from .progress import Move, lock_readable, progress

_SUFFIX = {kind.media_type: kind.suffix for taken in TAKEN.values() for kind in taken}
MEGABYTE = 1024 * 1024


def add_material(*, actor: Actor, case_id: int, requirement: str, file_id: int, revision: int) -> Case:
    """Hand in a stored file for a requirement, while the case waits at the declaring side.

    Files of the same requirement that were returned for correction count as replaced by this one. The same bytes
    again change nothing. Refuses: PRC-103, PRC-117 kind, PRC-118 size, PRC-119 not now, PRC-120 unknown, PRC-141 file.
    """
    with transaction.atomic():
        case, definition, wanted, now = _ready(actor, case_id, requirement, revision)
        file = _acceptable_file(actor, case, wanted, file_id)
        held = Material.objects.filter(case_id=case.pk, requirement=requirement, state="handed_in")
        if held.filter(file__sha256=file.sha256).exists():
            return case
        material = _write(case, wanted, file, actor, now)
        Material.objects.filter(case_id=case.pk, requirement=requirement, state="returned").update(
            state="replaced", replaced_by=material
        )
        _log(case, definition, actor, "add_material", wanted, file, now)
    return case


def replace_material(*, actor: Actor, case_id: int, material: str, file_id: int, revision: int) -> Case:
    """Replace one file (public id of the material) by another. Refuses as :func:`add_material`, and with PRC-142."""
    with transaction.atomic():
        requirement = Material.objects.filter(public_id=material, case_id=case_id).values_list("requirement", flat=True)
        case, definition, wanted, now = _ready(actor, case_id, requirement.first() or material[:40], revision)
        old = Material.objects.filter(public_id=material, case_id=case.pk).exclude(state="replaced").first()
        if old is None:
            raise errors.NO_SUCH_MATERIAL.refuse()
        file = _acceptable_file(actor, case, wanted, file_id)
        new = _write(case, wanted, file, actor, now)
        old.state, old.replaced_by = "replaced", new
        old.save(update_fields=["state", "replaced_by"])
        _log(case, definition, actor, "replace_material", wanted, file, now, replaced=old.file.sha256)
    return case


def _ready(
    actor: Actor, case_id: int, requirement: str, revision: int
) -> tuple[Case, Definition, Requirement, datetime]:
    case, definition = lock_readable(actor, case_id)
    now = clock.now()
    state = state_of(case)
    if not is_declarer(actor, case, definition):
        raise errors.NOT_DECLARER.refuse(action="提交材料")
    if revision != state.revision:
        raise conflict(case, definition)
    step = step_of(definition, state)
    if step is None or step.of not in ("learner", "declarer"):
        raise errors.MATERIAL_NOT_NOW.refuse(step=place_of(definition, case))
    refuse_lapsed(case, definition, step, now)
    wanted = definition.requirement(requirement)
    if wanted is None:
        known = "、".join(r.title for r in definition.requirements) or "（不需要材料）"
        raise errors.UNKNOWN_MATERIAL.refuse(material=requirement[:40], known=known)
    named = named_items(case, definition)
    if named is not None and wanted.id not in named:
        raise errors.ONLY_ITEMS.refuse(what=wanted.title, known=known_words(definition, named))
    return case, definition, wanted, now


def _acceptable_file(actor: Actor, case: Case, wanted: Requirement, file_id: int) -> StoredFile:
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not _is_own(actor, case, file):
        raise errors.FILE_NOT_YOURS.refuse()
    problems = []
    where = Where(column=wanted.id, title=wanted.title, value=file.name[:60])
    kind = _SUFFIX.get(file.media_type, file.name.rpartition(".")[2].lower()[:8] or "未知")
    if kind not in wanted.kinds:
        known = "、".join(wanted.kinds)
        problems.append(errors.MATERIAL_KIND.problem(where=where, title=wanted.title, found=kind, known=known))
    if file.size > wanted.max_megabytes * MEGABYTE:
        found = -(-file.size // MEGABYTE)
        problems.append(
            errors.MATERIAL_TOO_LARGE.problem(where=where, title=wanted.title, found=found, most=wanted.max_megabytes)
        )
    if problems:
        raise Refusal(problems)
    return file


def _is_own(actor: Actor, case: Case, file: StoredFile) -> bool:
    """Uploaded by this account, or kept for the person or organisation of the case."""
    if actor.user_id is not None and file.uploaded_by_id == actor.user_id:
        return True
    if case.person_id is not None and file.person_id == case.person_id:
        return True
    own = {case.organisation_id, case.declared_organisation_id}
    return case.person_id is None and file.organisation_id is not None and file.organisation_id in own


def _write(case: Case, wanted: Requirement, file: StoredFile, actor: Actor, now: datetime) -> Material:
    return Material.objects.create(
        public_id=public_id(12), case=case, requirement=wanted.id, file=file, added_at=now, added_by=actor.label[:120]
    )


def _log(
    case: Case,
    definition: Definition,
    actor: Actor,
    action: str,
    wanted: Requirement,
    file: StoredFile,
    now: datetime,
    replaced: str = "",
) -> None:
    details = {"requirement": wanted.id, "file": file.sha256, "name": file.name, "size": file.size}
    if replaced:
        details["replaces"] = replaced
    move = Move(action, machine.touch_materials(definition, state_of(case)), details=details, role=case.declared_role)
    progress(case, definition, actor, move, library.law_on(case.law_on, case.region), now)
