"""Cases that stand on titles: noted when handed in, told when a title falls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guantong.kernel import clock
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import note_part
from guantong.procedure.cases.declaring import declared_values, item_of, subject_of
from guantong.procedure.cases.machine import RUNNING
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.telling import tell_waiting
from guantong.procedure.conditions import Subject

from ..facts import PREFIXES, titles_behind
from ..models import HeldTitle, Reliance
from ..reading import NAME
from ..rules import KIND_WORDS


def note_reliance(case: Case, facts: Mapping[str, Any], now: datetime) -> int:
    """Keep which titles the facts of a handed-in case rest on; returns how many are new.

    ``facts`` are those the log line keeps: name → value and source. What was handed in anew is added, never taken
    away: the log of the case holds the earlier judgement too.
    """
    rows = []
    subject: Subject | None = None
    for name, fact in facts.items():
        if name.startswith(PREFIXES) and fact.get("value") not in (None, 0, "0"):
            subject = subject or _subject_of(case)
            titles = titles_behind(subject, name, clock.china_day(now))
            rows += [Reliance(case=case, title_id=pk, fact=name[:120], noted_at=now) for pk in titles]
    before = Reliance.objects.filter(case=case).count()
    Reliance.objects.bulk_create(rows, ignore_conflicts=True)
    return Reliance.objects.filter(case=case).count() - before


def _subject_of(case: Case) -> Subject:
    definition = library.definition_of(case)
    return subject_of(case, item_of(case, definition, declared_values(case, definition)))


def tell_relying(title: HeldTitle, effect: str) -> int:
    """Write into the log of every running case that stands on ``title`` that it fell, and tell whoever decides it."""
    word = KIND_WORDS[effect]
    cases = Case.objects.filter(relied_titles__title=title, state__in=RUNNING).distinct().order_by("pk")
    for case in cases:
        note_part(
            case, part=NAME, what="title_fell", details={"number": title.number, "title": title.name, "word": word}
        )
        about = f"“{case.title}”（编号{case.public_id}）"
        tell_waiting(case, f"{about}所依的称号“{title.name}”（{title.number}）已{word}，请重新核对条件。")
    return len(cases)
