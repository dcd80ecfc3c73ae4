"""What the JSON addresses of admission share: the router, clauses and key vectors as data, pages of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from ninja import Router, Schema
from pydantic import Field

from guantong.base.webkit.machine import KeyOrSession, answers
from guantong.domains.admission.rules.declaration.shapes import Ground
from guantong.kernel.refusal import Citation

router = Router(tags=["招生录取"], auth=KeyOrSession())
SIZE = 50
"""Rows of one page of results."""


class CitationOut(Schema):
    """The clause something rests on."""

    document: str = Field(description="文件的编号")
    title: str
    number: str | None = Field(description="文号")
    clause: str


class KeyValue(Schema):
    """One part of a key vector: what is compared and the value of the last admitted."""

    title: str
    value: str


def open_answers(shape: Any) -> dict[int, Any]:
    """The responses of an address open to all."""
    return answers(shape, 400, 404, 422, 503)


def citation_json(citation: Citation) -> dict[str, Any]:
    """A clause as data."""
    return {
        "document": citation.document,
        "title": citation.title,
        "number": citation.number,
        "clause": citation.clause,
    }


def ground_json(ground: Ground | None) -> list[dict[str, Any]]:
    """The clauses behind something; none where a school's charter is the authority."""
    return [citation_json(one) for one in ground.citations] if ground is not None else []


def vector(keys: Sequence[tuple[str, str]]) -> list[Mapping[str, str]]:
    """A key vector as data, in the order that decides."""
    return [{"title": title, "value": value} for title, value in keys]


def part(rows: Sequence[Any] | QuerySet[Any], page: int) -> tuple[list[Any], int | None]:
    """(rows of a page, number of the next page or None)."""
    start = (page - 1) * SIZE
    found = list(rows[start : start + SIZE + 1])
    return found[:SIZE], page + 1 if len(found) > SIZE else None
