"""What do these facts count for? One reader and one answer for the API and the command line. Nothing is kept.

Two forms (docs/api/credit-simulate.md): typed facts (a plan, rules, achievements in plain words) or the kept facts of
an application, exported and brought back. Both end in ``rules.conversion``, which the page and decisions use too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings

from guantong.base.accounts.actor import Actor
from guantong.base.lawbook import law_on
from guantong.base.orgs.public import name_on
from guantong.domains.credit import errors
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS, COMPETITION_PLACES
from guantong.domains.credit.rules.checking import check_deposit
from guantong.domains.credit.rules.conversion import answer, facts_json
from guantong.domains.credit.rules.kept import MARK, check_kept
from guantong.domains.credit.rules.recognition import Recogniser
from guantong.domains.credit.selectors.access import access_rules_for, adopted_rules
from guantong.domains.credit.selectors.facts import law_numbers
from guantong.domains.programmes.public import find_plan_id, plan_facts
from guantong.engines.conversion import errors as reading
from guantong.engines.conversion.body import (
    MAX_DEPTH,
    Body,
    depth_of,
    finish,
    read_achievements,
    read_choices,
    read_learner,
    read_plan,
)
from guantong.engines.conversion.facts import AchievementFacts
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal, Where
from guantong.policy.asking import Law

TYPED_KEYS = ("on", "region", "plan", "rules", "achievements", "learner", "choices", "note")
PLACES = dict(enumerate(reversed(COMPETITION_PLACES), 1))
"""Rank → prize, as the recognition standard names it."""


def simulate(body: object, *, actor: Actor) -> dict[str, Any]:
    """The answer for typed or kept facts. Raises :class:`Refusal` with every fault and its place."""
    return answer(facts_from(body, actor=actor))


def facts_from(body: object, *, actor: Actor) -> dict[str, Any]:
    """Kept facts, ready to compute: brought ones are checked, typed ones are completed from plan, rules and law."""
    if not isinstance(body, Mapping):
        raise reading.BODY_NOT_OBJECT.refuse()
    if depth_of(body, MAX_DEPTH) > MAX_DEPTH:
        raise reading.BODY_TOO_DEEP.refuse()
    if MARK in body:
        check_kept(body)
        return dict(body)
    return _complete(body, actor)


def _complete(value: Mapping[str, object], actor: Actor) -> dict[str, Any]:
    body = Body(value, "", [], TYPED_KEYS)
    day = body.day("on") or clock.today()
    region = body.text("region") or settings.REGION
    body.text("note")
    plan, school_id = _plan(body)
    achievements = read_achievements(body)
    learner, choices = read_learner(body), read_choices(body)
    given = value.get("rules")
    if given is None and school_id is None:
        body.need("rules")
    elif given is not None and not isinstance(given, str | Mapping):
        body.fault("rules", reading.BODY_WRONG_TYPE, given, expected="规则的编号，或一份规则（对象）")
    finish(body)
    law = law_on(day, region)
    rules = _rules(given, school_id, day, actor)
    if not achievements:
        raise errors.NOTHING_CHOSEN.refuse()
    return facts_json(
        on=day,
        region=law.region,
        law_version=law.version,
        law=law_numbers(law),
        rules=rules,
        plan=plan,
        achievements=_recognised(body, achievements, law, day),
        learner=learner,
        choices=choices,
    )


def _plan(body: Body) -> tuple[Any, int | None]:
    """The plan, and the school whose adopted rules hold when none are named."""
    given = body.value.get("plan")
    if not isinstance(given, str):
        return read_plan(body), None
    plan_id = find_plan_id(given[:40])
    if plan_id is None:
        raise errors.PLAN_NEEDED.refuse(where=Where(column="plan", value=given[:40]))
    plan = plan_facts(plan_id)
    return plan, plan.school_id


def _rules(given: object, school_id: int | None, day: date, actor: Actor) -> Mapping[str, Any]:
    if isinstance(given, str):
        found: Mapping[str, Any] = access_rules_for(actor, given[:40]).document
        return found
    if isinstance(given, Mapping):
        return given
    if school_id is None:
        raise errors.RULES_UNKNOWN.refuse()
    rules = adopted_rules(school_id, day)
    if rules is None:
        raise errors.NO_RULES.refuse(school=name_on(school_id, day), day=day)
    document: Mapping[str, Any] = rules.document
    return document


def _recognised(body: Body, given: list[AchievementFacts], law: Law, day: date) -> list[AchievementFacts]:
    """Achievements without credits are recognised by the region's rule, as if deposited on the day (as on the page)."""
    judge = Recogniser(law)
    raw: Any = body.value["achievements"]
    found: list[AchievementFacts] = []
    faults = body.faults
    for position, (facts, typed) in enumerate(zip(given, raw, strict=True)):
        if facts.recognised_hundredths is not None:
            found.append(facts)
            continue
        title = facts.title or ACHIEVEMENT_KINDS[facts.kind].label
        issued_on = facts.issued_on or day
        prize = str(typed.get("place") or "").strip()
        prize = prize if prize in COMPETITION_PLACES else PLACES.get(facts.place or 0, prize)
        level = int(facts.level) if facts.level.isascii() and facts.level.isdigit() else None
        if facts.hours is not None and facts.hours.denominator != 1:
            body.fault(f"achievements[{position}].hours", reading.BODY_WRONG_TYPE, facts.hours, expected="整数")
            continue
        hours = None if facts.hours is None else int(facts.hours)
        problems = list(
            check_deposit(
                kind=facts.kind,
                title=title,
                level=level,
                place=prize,
                grade=facts.grade,
                hours=hours,
                declared=None,
                certificate_number="试算",
                issued_on=issued_on,
                valid_until=facts.valid_until,
                born_on=None,
                today=day,
            )
        )
        if problems:
            faults.extend(p.at(replace(p.where, column=f"achievements[{position}].{p.where.column}")) for p in problems)
            continue
        result = judge.recognise(
            kind=facts.kind,
            level=level,
            place=prize,
            grade=facts.grade,
            hours=hours,
            declared=None,
            issued_on=issued_on,
            valid_until=facts.valid_until,
            on=day,
        )
        found.append(
            replace(
                facts,
                title=title,
                certificate_code=facts.certificate_code or facts.subject_code,
                recognised_hundredths=result.hundredths,
                issued_on=issued_on,
                valid_until=result.valid_until,
                state="recognised" if result.outcome == "recognised" else "deposited",
                national_recognised=typed.get("national_recognised", True) is True,
            )
        )
    if faults:
        raise Refusal(faults[:100])
    return found


def show_answer(found: Mapping[str, Any]) -> list[str]:
    """An answer as lines of text, in the sentences of the page."""
    lines = [f"按 {found['on']} 施行的规则“{found['rules']['title']}”，对照“{found['plan']['name'] or '所给方案'}”："]
    for verdict in found["verdicts"]:
        reason = verdict["reason"]
        lines.append(
            f"· {verdict['achievement']}　{'能算' if verdict['counts'] else '不能算'}　"
            f"{reason['message']}{reason['do']}　编号 {reason['code']}"
        )
    for one in found["best"]["assignments"]:
        lines.append(f"最佳用法：{one['achievement']} → {one['course']}　{one['credits']} 学分")
    lines.append(found["difference"]["sentence"])
    return lines
