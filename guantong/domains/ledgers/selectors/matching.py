"""Which organisations of the installation the bodies of a ledger are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guantong.base.orgs.models import Organisation, OrganisationSpan
from guantong.base.orgs.public import region_tree
from guantong.base.orgs.selectors import in_force_on

from ..rules.bodies import branches_of, meaning_of
from ..rules.reading import Ledger, Row

EDUCATION = "education"


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that answers for a row or takes part, and the name the ledger calls it by."""

    organisation_id: int
    name: str
    printed: str
    region: str
    is_lead: bool


class Matcher:
    """The installation's organisations of a day, looked up once for many rows."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.tree = region_tree(day)
        branches = dict(Organisation.objects.filter(kind="authority", state="active").values_list("pk", "branch"))
        self.authorities: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
        self.by_name: dict[str, tuple[int, str, str]] = {}
        spans = OrganisationSpan.objects.filter(in_force_on(day), organisation__state="active").order_by("organisation")
        for pk, name, region in spans.values_list("organisation_id", "name", "region_id"):
            self.by_name.setdefault(name, (pk, name, region))
            if pk in branches:
                key = (self.tree.levels.get(region, ""), branches[pk] or EDUCATION)
                self.authorities.setdefault(key, []).append((pk, name, region))

    def bodies(self, ledger: Ledger, row: Row) -> tuple[Body, ...]:
        """The organisations behind the row's bodies, leads first; each once, with its higher part."""
        found: dict[int, Body] = {}
        for names, is_lead in ((row.leads, True), (row.participants, False)):
            for printed in names:
                group, organisations = self._behind(ledger, row, printed)
                for pk, name, region in organisations:
                    found.setdefault(pk, Body(pk, name, printed, region, is_lead and not group))
        return tuple(sorted(found.values(), key=lambda body: not body.is_lead))

    def _behind(self, ledger: Ledger, row: Row, printed: str) -> tuple[bool, list[tuple[int, str, str]]]:
        """(whether the name is a group of local bodies, the organisations it means)."""
        exact = self.by_name.get(printed)
        if exact is not None:
            return False, [exact]
        meaning = meaning_of(printed)
        lines = branches_of(row.bodies) or (EDUCATION,) if meaning.is_local_group else (meaning.branch,)
        organisations = [
            one
            for line in lines
            if line
            for one in self.authorities.get((meaning.level, line), ())
            if self.tree.holds(ledger.region, one[2])
        ]
        return meaning.is_local_group, organisations
