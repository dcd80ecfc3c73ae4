"""What the JSON addresses of the credit bank share: the router, the texts of identifiers, the shape of refusals."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from guantong.base.accounts.actor import Actor
from guantong.base.webkit.machine import KeyOrSession

router = Router(tags=["学分银行"], auth=KeyOrSession())

PublicId = Annotated[str, Path(..., max_length=40, description="编号")]
CREDITS = r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$"
Credits = Annotated[str, Field(pattern=CREDITS, description="学分，十进制文本", examples=["2.5"])]


class Strict(Schema):
    """A body in which nothing unknown is passed over in silence and nothing is turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ErrorShape(Schema):
    """One finding."""

    code: str = Field(description="编号，例如 CRD-011")
    message: str
    do: str = Field(description="怎么办")
    file: str | None = None
    line: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = Field(None, description="请求里的位置，例如 achievements.3.level")
    title: str | None = None
    value: str | None = None
    clause: str | None = Field(None, description="依据")
    weight: str | None = Field(None, description="必须改、请确认、已处理")


class RefusalShape(Schema):
    """A refusal: every finding at once, in the same sentences as on the pages."""

    ok: bool = Field(description="总是 false")
    status: int
    errors: list[ErrorShape] = Field(min_length=1)


def answers(shape: Any, *refused: int) -> dict[int, Any]:
    """The responses of an operation as described to machines: ``shape`` for 200, the house refusal for the others."""
    return {200: shape} | dict.fromkeys(refused or (400, 401, 403, 404, 409, 413, 422, 503), RefusalShape)


def asker(request: HttpRequest) -> Actor:
    """Who asks, at an address that needs a key or session."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor
