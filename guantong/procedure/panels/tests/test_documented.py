"""What ``docs/dev/procedures.md`` shows of rounds, quotas and panels is read as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

from guantong.procedure.cases.definition import read_definition
from guantong.procedure.panels.specs import panel_steps
from guantong.procedure.rounds.homes import plan_of, quotas_of

from .sample import SAMPLE

TEXT = Path(__file__).parents[4].joinpath("docs/dev/procedures.md").read_text("utf-8")


def block(heading: str) -> str:
    found = re.search(rf"## {heading}\n.*?```yaml\n(.*?)```", TEXT, re.S)
    assert found is not None
    return found[1]


def test_the_documented_rounds_quotas_and_panel_are_read():
    top = block("Rounds and quotas").replace("provincial_recommendation", "expert_review")
    step = block("A panel of reviewers").replace("passed: notice", "passed: granted")
    step = step.replace("declared.category", "declared.field").replace("name, plan, proposal", "name, plan")
    start, end = SAMPLE.index("rounds:"), SAMPLE.index("materials:")
    text = SAMPLE[:start] + top + SAMPLE[end:]
    start, end = text.index("  - id: review\n"), text.index("outcomes:")
    text = text[:start] + step + text[end:]
    text = text.replace("to: review,", "to: expert_review,").replace("check, review]", "check, expert_review]")
    definition = read_definition(text, file="documented.yaml")
    plan = plan_of(definition)
    assert plan is not None and plan.opens is not None and (plan.opens.month, plan.opens.day) == (3, 1)
    (quota,) = quotas_of(definition)
    assert (quota.parameter, quota.is_used_up, quota.of) == ("base.projects_per_province", True, "province")
    ((_, spec),) = panel_steps(definition)
    assert spec.ties == ("plan", "all_scores", "handed_in", "lot") and spec.is_ranked and spec.is_blind
