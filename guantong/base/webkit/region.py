"""Which region this installation serves, and what every page must say about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

INVENTED_NOTICE = "本站展示的是虚构地区：其中的学校、人员、数据和办理结果都不是真实的。"


@dataclass(frozen=True, slots=True)
class ServingRegion:
    """The served region as pages name it; ``invented`` puts the notice on every page."""

    code: str
    name: str
    invented: bool
    notice: str


@cache
def serving_region() -> ServingRegion:
    """From the region folder's ``region.yaml``."""
    try:
        from guantong.base.lawbook import current_policy
    except ImportError:
        invented = settings.REGION == "990000"
        return ServingRegion(settings.REGION, "虚构省" if invented else "", invented, INVENTED_NOTICE * invented)
    region = current_policy().regions[settings.REGION]
    return ServingRegion(
        code=region.code,
        name=region.name_zh,
        invented=region.invented,
        notice=(region.notice or INVENTED_NOTICE) if region.invented else "",
    )


@cache
def fonts_stylesheet() -> str | None:
    """Address of the web font's stylesheet, or ``None`` before ``python -m guantong.base.webkit.fonts`` has run."""
    if not (settings.VAR / "fonts" / "sans.css").is_file():
        return None
    try:
        return str(staticfiles_storage.url("fonts/sans.css"))
    except ValueError:  # fonts were made after the static files were collected
        return None
