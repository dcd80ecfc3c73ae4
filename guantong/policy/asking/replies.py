"""Answers as plain data: the same objects for ``--json``, for the API, and for the record of a decision."""

from __future__ import annotations

from guantong.policy.asking.difference import Change
from guantong.policy.asking.law import Answer
from guantong.policy.schema.shapes import Document
from guantong.policy.schema.units import as_written


def answer_as_json(answer: Answer, version: str) -> dict[str, object]:
    """An answer as plain data."""
    return {
        "parameter": answer.name,
        "label": answer.label,
        "region": answer.region,
        "on": answer.on.isoformat(),
        "value": as_written(answer.value, answer.unit),
        "shown": answer.show(),
        "unit": answer.unit,
        "bound": answer.bound,
        "practice": answer.practice,
        "exclusive": answer.exclusive,
        "scope": answer.scope,
        "source": answer.source,
        "status": answer.status,
        "from": answer.in_force_from.isoformat(),
        "until": answer.repealed_on.isoformat() if answer.repealed_on else None,
        "due_on": answer.due_on.isoformat() if answer.due_on else None,
        "document_title": answer.citation.title,
        "document_number": answer.citation.number,
        "clause": answer.citation.clause,
        "citation": answer.citation.sentence(),
        "note": answer.note,
        "chain": [
            {
                "region": link.region,
                "region_name": link.region_name,
                "state": link.state,
                "why": link.why,
                "value": as_written(link.value, answer.unit) if link.value is not None else None,
                "bound": link.bound,
                "citation": link.citation.sentence() if link.citation else None,
            }
            for link in answer.chain
        ],
        "law_version": version,
    }


def change_as_json(change: Change, version: str) -> dict[str, object]:
    """A change as plain data."""
    return {
        "kind": change.kind,
        "parameter": change.name,
        "label": change.label,
        "scope": change.scope,
        "before": answer_as_json(change.before, version) if change.before else None,
        "after": answer_as_json(change.after, version) if change.after else None,
        "sentence": change.sentence(),
    }


def document_as_json(document: Document) -> dict[str, object]:
    """A document as plain data."""
    return {
        "id": document.id,
        "region": document.region,
        "title_zh": document.title_zh,
        "title_en": document.title_en,
        "number": document.number,
        "issuer": document.issuer,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "in_force_from": document.in_force_from.isoformat() if document.in_force_from else None,
        "repealed_on": document.repealed_on.isoformat() if document.repealed_on else None,
        "level": document.level,
        "state": document.state,
        "note": document.note,
    }
