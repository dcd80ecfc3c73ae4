"""Whose a case is, as a part of the machine: spread by the scan, shown beside a case, handed on with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .parts_api import Part, Snippet

if TYPE_CHECKING:
    from guantong.base.accounts.actor import Actor

    from .actions.scanning import ScanReport
    from .definition import Definition
    from .models import Case, CaseAction


class LoadPart(Part):
    """Reads no key of a definition: every desk's load is spread."""

    name = "load"
    order = 90

    def on_scan(self, now: datetime, report: ScanReport) -> None:
        from .actions.spreading import spread_open_cases

        spread_open_cases(now)

    def pages(self, actor: Actor, case: Case, definition: Definition) -> Iterable[Snippet]:
        from .selectors.loads import assignment_shown

        shown = assignment_shown(actor, case, definition)
        return [Snippet("cases/_assigned.html", {"assigned": shown}, "side")] if shown is not None else ()

    def take_posted(self, actor: Actor, case: Case, what: str, post: Any, files: Mapping[str, Any]) -> Case | None:
        from .actions.spreading import reassign_case

        if what != "reassign":
            raise LookupError(what)
        to = str(post.get("load.to") or "")
        user = int(to) if to.isascii() and to.isdigit() and len(to) < 18 else 0
        reassign_case(actor=actor, case_id=case.pk, to_user=user, reason=str(post.get("load.reason") or ""))
        case.refresh_from_db()
        return case

    def told(self, line: CaseAction, definition: Definition) -> tuple[str, tuple[tuple[str, str], ...]]:
        before = str(line.details.get("before_label") or "没有分派")
        return "转交承办", (("原承办人", before), ("现承办人", str(line.details.get("to_label", ""))))


LOAD = LoadPart()
