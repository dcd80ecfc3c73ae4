"""A channel whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .batches import Bar, Batch, Opening, Period, Prospectus, Step
from .grounds import DERIVED, Ground
from .places import Kind, Line, Match, Quota, Requirement, Share
from .scores import Attribute, Exemption, Paper, Part, PolicyPoints, Total


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of admission as a region set it up, with what it inherits, on one day."""

    id: str
    region: str
    region_name: str
    version: str
    title: str
    systems: tuple[str, ...]
    is_framework: bool
    """True: it only holds what channels of lower regions must contain; nobody is admitted by it."""
    inherits: tuple[str, ...]
    """Codes of the regions whose declarations of this channel it builds upon, nearest first."""
    on: date
    law_version: str
    about: str | None
    together_with: tuple[str, ...]
    """Other admissions of the same calendar and batch."""
    calendar: tuple[Period, ...]
    calendar_ground: Ground | None
    attributes: tuple[Attribute, ...]
    parts: tuple[Part, ...]
    papers: tuple[Paper, ...]
    total: Total | None
    exemptions: tuple[Exemption, ...]
    points: PolicyPoints | None
    lines: tuple[Line, ...]
    conditions: tuple[Requirement, ...]
    matches: tuple[Match, ...]
    kinds: tuple[Kind, ...]
    quotas: tuple[Quota, ...]
    shares: tuple[Share, ...]
    batches: tuple[Batch, ...]
    bars: tuple[Bar, ...]
    prospectus: Prospectus | None
    openings: tuple[Opening, ...]
    steps: tuple[Step, ...]
    ground: Ground
    digest: str
    """Of the declaration after inheritance and of every answer of the law it took."""

    @property
    def titles(self) -> dict[str, str]:
        """Chinese name of every column: attributes, papers, parts, totals."""
        named = {attribute.id: attribute.title for attribute in self.attributes}
        named.update({part.id: part.title for part in self.parts})
        named.update({paper.id: paper.title for paper in self.papers})
        return {**DERIVED, **named}

    def batch(self, batch_id: str) -> Batch:
        """The batch of this id; KeyError when there is none."""
        found = next((b for b in self.batches if b.id == batch_id), None)
        if found is None:
            raise KeyError(batch_id)
        return found

    def attribute(self, attribute_id: str) -> Attribute | None:
        """The fact of this id, or None."""
        return next((a for a in self.attributes if a.id == attribute_id), None)

    def paper(self, paper_id: str) -> Paper:
        """The paper of this id; KeyError when there is none."""
        found = next((p for p in self.papers if p.id == paper_id), None)
        if found is None:
            raise KeyError(paper_id)
        return found

    def kind(self, kind_id: str) -> Kind:
        """The kind of place of this id; KeyError when there is none."""
        found = next((k for k in self.kinds if k.id == kind_id), None)
        if found is None:
            raise KeyError(kind_id)
        return found

    def days(self, year: int) -> dict[str, tuple[date, date]]:
        """First and last day of every period in the admission year ``year``."""
        return {period.stage: period.days(year) for period in self.calendar}
