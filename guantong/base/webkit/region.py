"""Which region this installation serves, and what every page must say about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from guantong.base.webkit.errors import REGION_MISSING

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
    """From the region folder's ``region.yaml`` alone, so that error pages say it even when the law cannot be loaded."""
    found = sorted(Path(settings.REGIONS).glob(f"{settings.REGION}-*/region.yaml"))
    if not found:
        raise REGION_MISSING.refuse(region=settings.REGION)
    text = yaml.safe_load(found[0].read_text(encoding="utf-8"))
    invented = text.get("invented") is True
    notice = str(text.get("notice") or INVENTED_NOTICE) if invented else ""
    return ServingRegion(settings.REGION, str(text["name_zh"]), invented, notice)


@cache
def fonts_stylesheet() -> str | None:
    """Address of the web font's stylesheet, or ``None`` before ``python -m guantong.base.webkit.fonts`` has run."""
    if not (settings.VAR / "fonts" / "sans.css").is_file():
        return None
    try:
        return str(staticfiles_storage.url("fonts/sans.css"))
    except ValueError:  # fonts were made after the static files were collected
        return None
