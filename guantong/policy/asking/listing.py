"""Every dated value as one flat row, for lists, downloads and pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guantong.policy.asking.policy import Policy
from guantong.policy.schema.units import as_written, show


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One dated value of one region (and scope)."""

    parameter: str
    label: str
    region: str
    region_name: str
    written: object
    shown: str
    unit: str
    since: date
    until: date | None
    """First day on which it no longer answers: repealed or superseded."""
    due_on: date | None
    document: str
    document_title: str
    document_number: str | None
    clause: str
    citation: str
    bound: str
    practice: str
    exclusive: bool
    source: str
    scope: str | None
    system: str
    status: str
    note: str | None
    file: str
    line: int

    def as_json(self) -> dict[str, object]:
        """The object of ``guantong policy list --json``; numbers are text, so exact."""
        return {
            "parameter": self.parameter,
            "label": self.label,
            "region": self.region,
            "value": self.written,
            "unit": self.unit,
            "from": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "document_title": self.document_title,
            "document_number": self.document_number,
            "clause": self.clause,
            "bound": self.bound,
            "practice": self.practice,
            "exclusive": self.exclusive,
            "source": self.source,
            "scope": self.scope,
            "system": self.system,
            "status": self.status,
        }


def list_values(policy: Policy, region: str | None = None) -> list[ValueRow]:
    """Rows of all regions, or of one region and its parents (nearest first), by parameter, then oldest first."""
    rows: list[ValueRow] = []
    for parameter, setting, strand, value, until in policy.dated_values(region):
        citation = policy.citations(value)[0]
        rows.append(
            ValueRow(
                parameter=parameter.name,
                label=parameter.short_label,
                region=setting.region,
                region_name=policy.regions[setting.region].name_zh,
                written=as_written(value.value, setting.unit) if value.value is not None else None,
                shown=show(value.value, setting.unit) if value.value is not None else "（规定终止）",
                unit=setting.unit,
                since=value.in_force_from,
                until=until,
                due_on=value.due_on,
                document=citation.document,
                document_title=citation.title,
                document_number=citation.number,
                clause=citation.clause,
                citation=citation.sentence(),
                bound=strand.bound,
                practice=strand.practice,
                exclusive=value.exclusive,
                source=value.source,
                scope=strand.scope if strand.scope is not None else setting.scope,
                system=parameter.system,
                status=value.status,
                note=value.note,
                file=value.place.file,
                line=value.place.line,
            )
        )
    return rows
