"""The description of the JSON API as one text: ``python -m guantong.config.openapi > docs/api/openapi.json``."""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 description of everything under /api/v1/."""
    from ninja.openapi.schema import get_schema

    from guantong.config.api import api

    return dict(get_schema(api, "/api/v1/"))


def openapi_text() -> str:
    """Sorted and indented, so that a change shows as a change."""
    return json.dumps(openapi(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guantong.config.settings.demo")
    import django

    django.setup()
    sys.stdout.write(openapi_text())
