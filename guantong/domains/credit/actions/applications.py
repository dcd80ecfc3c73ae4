"""Conversion applications: computed, reserved, decided through the procedure, written to the plan, replayable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.lawbook import law_on
from guantong.base.orgs.public import name_on
from guantong.domains.credit import errors
from guantong.domains.credit.actions.posting import lock_accounts, post
from guantong.domains.credit.models import (
    Achievement,
    ConversionApplication,
    ConversionItem,
    CreditAccount,
    Exemption,
)
from guantong.domains.credit.rules.conversion import compute
from guantong.domains.credit.rules.ledger import Transfer, plain_text
from guantong.domains.credit.selectors.access import adopted_rules
from guantong.domains.credit.selectors.evaluation import kept_facts
from guantong.domains.programmes.public import RecordFacts
from guantong.kernel import clock
from guantong.kernel.credits import show_credits, to_hundredths
from guantong.kernel.refusal import Problem, Refusal
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.public import open_case, story

if TYPE_CHECKING:
    from guantong.procedure.cases.models import Case
    from guantong.procedure.cases.public import Action, Outcome

OPEN = ("in_review", "returned", "in_appeal")


def apply_conversion(
    *,
    actor: Actor,
    student_record: RecordFacts,
    choices: Sequence[tuple[str, str]] | None = None,
    law_day: date | None = None,
) -> ConversionApplication:
    """Apply to have achievements count for courses of the learner's plan.

    ``choices`` are (achievement public id, course code) pairs; None asks for the best use of everything that counts.
    The law and the school's rules of ``law_day`` (today) hold for the whole case. What is applied for is reserved in
    the same transaction, so that nothing can be used twice. Refused: someone else's record, no rules in force, a choice
    that the rules do not allow (each with its reason), an application already under way.
    """
    if actor.person_id is None or actor.person_id != student_record.person_id or student_record.state != "enrolled":
        raise errors.NO_STUDENT_RECORD.refuse()
    day = law_day or clock.today()
    law = law_on(day)
    rules = adopted_rules(student_record.school_id, day)
    if rules is None:
        raise errors.NO_RULES.refuse(school=name_on(student_record.school_id, day), day=day)
    with transaction.atomic():
        account = CreditAccount.objects.select_related("person").filter(person_id=actor.person_id).first()
        if account is None:
            raise errors.NOTHING_CHOSEN.refuse()
        lock_accounts([account.pk])
        running = ConversionApplication.objects.filter(
            account=account, student_record_id=student_record.id, state__in=OPEN
        ).first()
        if running is not None:
            raise errors.OPEN_APPLICATION.refuse(number=running.public_id)
        facts = kept_facts(account, student_record, rules, law, day, choices=choices)
        proposal = compute(facts)
        assignments = proposal["best"]["assignments"]
        if choices is not None:
            _refuse_other_choices(facts, proposal, choices)
        if not assignments:
            raise _why_nothing(proposal)
        application = ConversionApplication.objects.create(
            public_id=public_id(),
            account=account,
            student_record_id=student_record.id,
            rules=rules,
            region=actor.region,
            law_on=day,
            law_version=law.version,
            state="in_review",
            facts=facts,
            proposal=proposal,
            applied_at=clock.now(),
        )
        items = _create_items(application, assignments, facts)
        post({account.pk: [Transfer(i.achievement_id, "reserve", i.hundredths, f"item:{i.pk}") for i in items]})
        case = open_case(
            actor=actor,
            definition="credit-conversion",
            region=actor.region,
            subject=("credit.conversion", application.public_id),
            organisation_id=student_record.school_id,
            person_id=actor.person_id,
            law_on=day,
            facts={"items": len(items), "credits": show_credits(sum(i.hundredths for i in items))},
            title=f"学分转换申请：{account.person.name}，{show_credits(sum(i.hundredths for i in items))} 学分",
            department=student_record.department,
        )
        application.case_id = case.pk
        application.save(update_fields=["case_id"])
        record(
            actor=actor,
            action="apply_conversion",
            subject=("credit.application", application.public_id),
            organisation_id=student_record.school_id,
            law_version=law.version,
            facts={"rules": rules.digest, "items": [[i.achievement_id, i.course_id, i.hundredths] for i in items]},
        )
    return application


def _create_items(
    application: ConversionApplication, assignments: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]
) -> list[ConversionItem]:
    achievements = {
        a.public_id: a.pk
        for a in Achievement.objects.filter(
            account_id=application.account_id, public_id__in=[x["achievement"] for x in assignments]
        )
    }
    courses = {c["code"]: c["id"] for c in facts["plan"]["courses"]}
    return [
        ConversionItem.objects.create(
            application=application,
            achievement_id=achievements[x["achievement"]],
            course_id=courses[x["course"]],
            hundredths=to_hundredths(x["credits"]),
            grade=_grade(x),
        )
        for x in assignments
    ]


def _grade(assignment: Mapping[str, Any]) -> str:
    grade, score = assignment.get("grade") or "", assignment.get("score") or ""
    return f"{grade}（{score}）" if grade and score and grade != score else grade or score


def _refuse_other_choices(
    facts: Mapping[str, Any], proposal: Mapping[str, Any], choices: Sequence[tuple[str, str]]
) -> None:
    """Every chosen pair must be among what was assigned; otherwise say why for each."""
    made = {(x["achievement"], x["course"]) for x in proposal["best"]["assignments"]}
    verdicts = {v["achievement"]: v for v in proposal["verdicts"]}
    titles = {a["id"]: a["title"] for a in facts["achievements"]}
    names = {c["code"]: c["name"] for c in facts["plan"]["courses"]}
    problems: list[Problem] = []
    for achievement, course in choices:
        if (achievement, course) in made:
            continue
        verdict = verdicts.get(achievement)
        if verdict is None or course not in names:
            problems.append(errors.ACHIEVEMENT_UNKNOWN.problem())
            continue
        closed = next((c["message"] for c in verdict["closed"] if c["course"] == course), "")
        why = closed or ("与所选的其他成果合在一起超过了上限。" if verdict["counts"] else verdict["reason"]["message"])
        problems.append(errors.CHOICE_NOT_ALLOWED.problem(title=titles[achievement], course=names[course], why=why))
    if problems:
        raise Refusal(problems)


def _why_nothing(proposal: Mapping[str, Any]) -> Refusal:
    reasons = [
        Problem(code=v["reason"]["code"], message=v["reason"]["message"], do=v["reason"]["do"])
        for v in proposal["verdicts"]
        if not v["counts"]
    ]
    return Refusal(reasons[:20]) if reasons else errors.NOTHING_CHOSEN.refuse()


def on_conversion_action(case: Case, action: Action, actor: Actor, values: Mapping[str, Any]) -> None:
    """Keep the application's own state in step with its case."""
    application = _locked(case)
    if action.kind == "return":
        application.state = "returned"
    elif action.kind == "submit" and application.state == "returned":
        application.state = "in_review"
    else:
        return
    application.save(update_fields=["state"])


def why_not_act(case: Case, action: Action, actor: Actor, values: Mapping[str, Any]) -> Iterable[Problem]:
    """Before granting: the kept facts must still give the kept proposal, so that nobody grants what was altered."""
    if action.kind != "approve":
        return ()
    application = ConversionApplication.objects.get(public_id=case.subject_id)
    found = replay_application(application)
    return () if not found else (errors.REPLAY_DIFFERS.problem(number=application.public_id, why=found[0]),)


def on_conversion_appeal(case: Case, actor: Actor) -> None:
    """An appeal reserves again what the refusal released; refused (CRD-056) when it is used elsewhere meanwhile."""
    application = _locked(case)
    items = list(application.items.select_related("achievement").filter(state="refused").order_by("pk"))
    for item in items:
        available = Achievement.objects.get(pk=item.achievement_id).available
        if available < item.hundredths:
            raise errors.APPEAL_SHORT.refuse(title=item.achievement.title, wanted=show_credits(item.hundredths))
    post(
        {
            application.account_id: [
                Transfer(i.achievement_id, "reserve", i.hundredths, f"item:{i.pk}", "申诉") for i in items
            ]
        }
    )
    for item in items:
        item.state = "reserved"
        item.save(update_fields=["state"])
    application.state = "in_appeal"
    application.save(update_fields=["state"])


def on_conversion_outcome(case: Case, outcome: Outcome, actor: Actor, values: Mapping[str, Any]) -> None:
    """The case has ended: convert and exempt, or release. Called in the transaction of the deciding action."""
    application = _locked(case)
    if outcome.kind in {"granted", "overturned"}:
        _grant(application, case, actor, refused=refused_items(str(values.get("refused_items") or "")))
    else:
        _release(application, outcome.kind, _stated_reason(case) or outcome.title)
    application.decided_at = clock.now()
    application.decision = {
        "outcome": outcome.id,
        "kind": outcome.kind,
        "title": outcome.title,
        "by": actor.label,
        "on": clock.today().isoformat(),
        "case": case.public_id,
        "items": [
            {
                "id": i.pk,
                "achievement": i.achievement.public_id,
                "course": i.course_id,
                "hundredths": i.hundredths,
                "grade": i.grade,
                "state": i.state,
                "reason": i.reason,
            }
            for i in application.items.select_related("achievement").order_by("pk")
        ],
    }
    application.save(update_fields=["state", "decided_at", "decision"])
    record(
        actor=actor,
        action="decide_conversion",
        subject=("credit.application", application.public_id),
        organisation_id=case.organisation_id,
        law_version=application.law_version,
        reason=outcome.title,
        facts=application.decision,
    )


def refused_items(text: str) -> dict[int, str]:
    """Items the credit bank refuses while granting the rest: lines ``item id: reason``. Raises CRD-058 without a
    reason."""
    found: dict[int, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        number, _, reason = line.replace("：", ":").partition(":")
        if not number.strip().isdigit() or not reason.strip():
            raise errors.ITEM_REASON_NEEDED.refuse(number=number.strip() or "？")
        found[int(number)] = plain_text(reason, 300)
    return found


def _stated_reason(case: Case) -> str:
    """What the decider wrote: the reasons of the procedure, then the opinion."""
    line = next((x for x in reversed(story(case)) if x.opinion or x.reasons), None)
    if line is None:
        return ""
    return "".join([*(reason for reason, _ in line.reasons), line.opinion])


def _locked(case: Case) -> ConversionApplication:
    account_id = ConversionApplication.objects.values_list("account_id", flat=True).get(public_id=case.subject_id)
    lock_accounts([account_id])
    return ConversionApplication.objects.select_for_update().get(public_id=case.subject_id)


def _grant(application: ConversionApplication, case: Case, actor: Actor, *, refused: Mapping[int, str]) -> None:
    items = list(application.items.select_related("achievement").filter(state="reserved").order_by("pk"))
    loses_surplus = application.rules.document.get("use", {}).get("surplus") == "lost"
    moves: list[Transfer] = []
    today = clock.today()
    granted: list[ConversionItem] = []
    for item in items:
        ref = f"item:{item.pk}"
        if item.pk in refused:
            moves.append(Transfer(item.achievement_id, "release", item.hundredths, ref, refused[item.pk]))
            item.state, item.reason = "refused", refused[item.pk]
        else:
            moves.append(Transfer(item.achievement_id, "convert", item.hundredths, ref))
            item.state = "granted"
            granted.append(item)
    if not granted:
        raise errors.ITEM_DECISION_NEEDED.refuse(number=1)
    last = {item.achievement_id: item for item in granted}
    kept_back = {item.achievement_id for item in items if item.state == "refused"}
    if loses_surplus:
        for achievement_id, item in last.items():
            achievement = Achievement.objects.get(pk=achievement_id)
            if achievement.available and achievement_id not in kept_back:
                item.surplus = achievement.available
                moves.append(
                    Transfer(
                        achievement_id, "lose_surplus", achievement.available, f"item:{item.pk}", "按规则余额不再使用"
                    )
                )
    post({application.account_id: moves})
    for item in items:
        item.save(update_fields=["state", "reason", "surplus"])
    Exemption.objects.bulk_create(
        Exemption(
            student_record_id=application.student_record_id,
            course_id=item.course_id,
            item=item,
            hundredths=item.hundredths,
            grade=item.grade,
            granted_on=today,
        )
        for item in granted
    )
    application.state = "granted" if len(granted) == len(items) else "partly_granted"


def _release(application: ConversionApplication, kind: str, why: str) -> None:
    items = list(application.items.filter(state="reserved").order_by("pk"))
    reason = plain_text(why, 200)
    post(
        {
            application.account_id: [
                Transfer(i.achievement_id, "release", i.hundredths, f"item:{i.pk}", reason) for i in items
            ]
        }
    )
    state = "refused" if kind in {"refused", "upheld"} else "released"
    for item in items:
        item.state, item.reason = state, reason
        item.save(update_fields=["state", "reason"])
    application.state = "refused" if kind in {"refused", "upheld"} else "withdrawn"


def replay_application(application: ConversionApplication) -> list[str]:
    """Compute the application again from its record alone. Returns what differs, in Chinese; empty when all agrees."""
    found: list[str] = []
    again = compute(application.facts)
    if again != application.proposal:
        found.append("重新计算的结果与当时保存的计算结果不同。")
    if application.facts.get("law_version") != application.law_version:
        found.append("保存的事实与申请所记的依据版本不同。")
    proposed = sorted(
        (x["achievement"], x["course"], to_hundredths(x["credits"])) for x in again["best"]["assignments"]
    )
    codes = {c["id"]: c["code"] for c in application.facts["plan"]["courses"]}
    held = sorted(
        (i.achievement.public_id, codes.get(i.course_id, ""), i.hundredths)
        for i in application.items.select_related("achievement")
    )
    if proposed != held:
        found.append("申请的明细与计算结果不同。")
    return found
