"""What the JSON addresses of admission share: the router, identifiers, pages of results, the shape of refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.machine import KeyOrSession
from guantong.domains.admission.rules.declaration.shapes import Ground
from guantong.kernel.refusal import Citation

router = Router(tags=["招生录取"], auth=KeyOrSession())

PublicId = Annotated[str, Path(..., max_length=40, description="编号")]
SIZE = 50
"""Rows of one page of results."""


class Strict(Schema):
    """A body in which nothing unknown is passed over in silence and nothing is turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ErrorShape(Schema):
    """One finding."""

    code: str = Field(description="编号，例如 ADM-075")
    message: str
    do: str = Field(description="怎么办")
    file: str | None = None
    line: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = Field(None, description="请求里的位置，例如 entries.3")
    title: str | None = None
    value: str | None = None
    clause: str | None = Field(None, description="依据")
    weight: str | None = Field(None, description="必须改、请确认、已处理")


class RefusalShape(Schema):
    """A refusal: every finding at once, in the same sentences as on the pages."""

    ok: bool = Field(description="总是 false")
    status: int
    errors: list[ErrorShape] = Field(min_length=1)


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


def answers(shape: Any, *refused: int) -> dict[int, Any]:
    """The responses of an operation as described to machines: ``shape`` for 200, the house refusal for the others."""
    return {200: shape} | dict.fromkeys(refused or (400, 401, 403, 404, 409, 413, 422, 503), RefusalShape)


def open_answers(shape: Any) -> dict[int, Any]:
    """The responses of an address open to all."""
    return answers(shape, 400, 404, 422, 503)


def asker(request: HttpRequest) -> Actor:
    """Who asks, at an address that needs a key or session."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


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
