"""What the JSON addresses of the credit bank share: the router and how credits are written."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import Field

from guantong.base.webkit.machine import KeyOrSession

router = Router(tags=["学分银行"], auth=KeyOrSession())
CREDITS = r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$"
Credits = Annotated[str, Field(pattern=CREDITS, description="学分，十进制文本", examples=["2.5"])]
