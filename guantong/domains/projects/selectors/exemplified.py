"""Worked examples of a procedure, as the region folders hold them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from guantong.base import lawbook
from guantong.kernel import clock
from guantong.procedure.cases.definition import Definition
from guantong.procedure.cases.worked.showing import ExampleShown, examples_shown


def list_examples(definition: Definition, region: str) -> tuple[ExampleShown, ...]:
    """Every example of the definition; run once a process for each law, then kept."""
    return examples_shown(lawbook.current_policy(), Path(settings.REGIONS), definition, region, clock.today())
