"""Whether notices and letters still say what they said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Problem
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case

from .. import errors
from ..actions.letters import line_content
from ..actions.publishing import notice_content
from ..models import Evidence, PublicNotice, Sender
from ..reading import NAME
from ..rules import OPEN


def check_case(case: Case, definition: Definition) -> Iterable[Problem]:
    """What does not fit of a case's notices: altered content, a step without its notice, a broken letter."""
    problems = []
    for notice in PublicNotice.objects.filter(case=case):
        if notice.digest != digest_of(notice_content(notice)):
            problems.append(errors.NOTICE_ALTERED.problem(public_id=notice.public_id))
    step = definition.steps.get(case.step)
    is_shown = case.state in RUNNING and step is not None and NAME in step.parts
    if is_shown and not PublicNotice.objects.filter(case=case, step=case.step, state=OPEN).exists():
        problems.append(errors.NOTICE_MISSING.problem(public_id=case.public_id))
    senders = Sender.objects.filter(objection__case=case) | Sender.objects.filter(complaint__case=case)
    for sender in senders:
        problems += check_sender(sender)
    return problems


def check_sender(sender: Sender) -> list[Problem]:
    """What does not fit of one letter's chain."""
    previous = ""
    files: dict[int, list[str]] = {}
    for row in Evidence.objects.filter(sender=sender).order_by("number"):
        files.setdefault(row.line_id, []).append(row.digest)
        if row.digest != hashlib.sha256(bytes(row.sealed)).hexdigest():
            return [errors.EVIDENCE_ALTERED.problem(public_id=sender.public_id, number=row.number)]
    lines = list(sender.lines.order_by("sequence"))
    for expected, line in enumerate(lines, start=1):
        content = line_content(line, sender.public_id, previous, files.get(line.pk, ()))
        if line.sequence != expected or line.digest != digest_of(content):
            return [errors.CHAIN_BROKEN.problem(public_id=sender.public_id, sequence=line.sequence)]
        previous = line.digest
    if sender.sequence != len(lines) or sender.head_digest != previous:
        return [errors.CHAIN_BROKEN.problem(public_id=sender.public_id, sequence=sender.sequence)]
    return []
