"""Facts as JSON in, answer as JSON out: what the command line, the API and the visitor's page all give.

The format: docs/api/credit-simulate.md and ``schema.json`` beside this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from guantong.engines.conversion import errors
from guantong.engines.conversion.allocating import allocate
from guantong.engines.conversion.body import (
    METHODS,
    finish,
    open_body,
    read_achievements,
    read_choices,
    read_law,
    read_learner,
    read_plan,
)
from guantong.engines.conversion.comparing import explain_difference
from guantong.engines.conversion.compiling import compile_rules
from guantong.engines.conversion.facts import LawNumber
from guantong.engines.conversion.verdicts import verdicts


def simulate(
    facts: Mapping[str, object], *, law: Mapping[str, LawNumber] | None = None, today: date | None = None
) -> dict[str, object]:
    """What typed-in achievements count for.

    ``facts``: rules (a rule document), plan, achievements, and optionally on, learner, law, method, choices.
    ``law``: numbers of the region's law; they take precedence over ``facts["law"]``. ``today``: used when ``on`` is
    left out. Raises Refusal with every fault: CNV-2xx for the facts, CNV-0xx for the rule document.
    """
    body = open_body(facts)
    on = body.day("on") or today
    if on is None and body.value.get("on") is None:
        body.fault("on", errors.BODY_MISSING, None, key="on")
    body.text("region")
    body.text("note")
    method = body.choice("method", METHODS, "both")
    plan, achievements, learner = read_plan(body), read_achievements(body), read_learner(body)
    numbers: dict[str, LawNumber] = {**read_law(body), **(law or {})}
    choices = read_choices(body)
    document = body.value.get("rules")
    if body.need("rules") and not isinstance(document, Mapping):
        body.fault("rules", errors.BODY_WRONG_TYPE, document, expected="一份规则（对象）")
    finish(body)
    if not isinstance(document, Mapping) or on is None:  # told above; for the type checker
        raise errors.BODY_NOT_OBJECT.refuse()
    compiled = compile_rules(document, plan, numbers, on, strict=False)
    answer: dict[str, object] = {
        "ok": True,
        "on": on.isoformat(),
        "rules": {
            "id": compiled.ruleset.id,
            "title": compiled.ruleset.title,
            "version": compiled.ruleset.version,
            "digest": compiled.version,
        },
        "conflicts": [problem.as_json() for problem in compiled.conflicts],
        "verdicts": [verdict.as_json() for verdict in verdicts(compiled, achievements, learner)],
    }
    if method in ("both", "best"):
        best = allocate(compiled, achievements, learner, "best", choices=choices)
        answer["best"] = best.as_json()
    if method in ("both", "first_come"):
        came = allocate(compiled, achievements, learner, "first_come", choices=choices)
        answer["first_come"] = came.as_json()
    if method == "both":
        answer["difference"] = explain_difference(best, came).as_json()
    return answer
