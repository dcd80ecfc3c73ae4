"""Conversion rules of a school: drafted, tried on past applications, publicised, adopted from a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.lawbook import law_on
from guantong.base.orgs.models import Organisation
from guantong.domains.credit import errors
from guantong.domains.credit.kinds import RULES_STATES
from guantong.domains.credit.models import ConversionRules
from guantong.engines.conversion.reading import read_ruleset
from guantong.kernel import clock
from guantong.kernel.digest import digest_of
from guantong.kernel.tokens import public_id
from guantong.procedure.cases.public import open_case

if TYPE_CHECKING:
    from guantong.procedure.cases.models import Case
    from guantong.procedure.cases.public import Outcome


def draft_rules(*, actor: Actor, school_id: int, code: str, title: str, document: Mapping[str, Any]) -> ConversionRules:
    """Keep a new version of a school's rules as a draft. The document is read by the engine first: all its faults are
    refused at once, with the path in the document. An equal document is refused (CRD-062)."""
    require(actor, "credit.rules.draft", school_id)
    read_ruleset(document)
    digest = digest_of(document)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=school_id)
        same = ConversionRules.objects.filter(school_id=school_id, code=code, digest=digest).exclude(state="refused")
        if (found := same.first()) is not None:
            raise errors.RULES_SAME.refuse(version=found.version)
        last = ConversionRules.objects.filter(school_id=school_id, code=code).aggregate(v=Max("version"))["v"] or 0
        rules = ConversionRules.objects.create(
            public_id=public_id(),
            school_id=school_id,
            code=code,
            title=title,
            version=last + 1,
            document=dict(document),
            digest=digest,
            state="draft",
            drafted_by=actor.label,
            created_at=clock.now(),
        )
        record(
            actor=actor,
            action="draft_rules",
            subject=("credit.rules", rules.public_id),
            organisation_id=school_id,
            law_version=law_on(clock.today()).version,
            facts={"version": rules.version, "digest": digest},
        )
    return rules


def propose_rules(
    *, actor: Actor, rules: ConversionRules, in_force_from: date, trial: Mapping[str, Any]
) -> ConversionRules:
    """Hand a draft in for review, publicity and adoption.

    ``trial`` is what the trial on past applications showed (with the digest of the rules tried); it is kept with the
    case. The day must lie after today: rules do not reach back (CRD-061). The document takes the same day, so that
    decisions cite the day that holds.
    """
    require(actor, "credit.rules.draft", rules.school_id)
    today = clock.today()
    if in_force_from <= today:
        raise errors.RULES_DATE.refuse(given=in_force_from, earliest=date.fromordinal(today.toordinal() + 1))
    if not trial or trial.get("digest") != rules.digest:
        raise errors.TRIAL_NEEDED.refuse()
    with transaction.atomic():
        row = ConversionRules.objects.select_for_update().get(pk=rules.pk)
        if row.state != "draft":
            raise errors.RULES_STATE.refuse(state=RULES_STATES[row.state], act="提交审核")
        row.state = "under_adoption"
        tried = row.digest
        _date_document(row, in_force_from)
        case = open_case(
            actor=actor,
            definition="credit-rules-adoption",
            region=actor.region,
            subject=("credit.rules", row.public_id),
            organisation_id=row.school_id,
            law_on=today,
            title=f"规则采用：{row.title}（第 {row.version} 版）",
            facts={
                "title": row.title,
                "version": row.version,
                "digest": row.digest,
                "in_force_from": in_force_from.isoformat(),
                "trial": {**trial, "digest": row.digest, "tried_digest": tried},
            },
        )
        row.case_id = case.pk
        row.save(update_fields=["state", "in_force_from", "document", "digest", "case_id"])
        record(
            actor=actor,
            action="propose_rules",
            subject=("credit.rules", row.public_id),
            organisation_id=row.school_id,
            law_version=law_on(today).version,
            facts={"in_force_from": in_force_from.isoformat(), "tried_digest": tried, "digest": row.digest},
        )
    return row


def _date_document(rules: ConversionRules, day: date) -> None:
    """Write the day the rules hold from into the row and its document, which is what decisions cite."""
    rules.in_force_from = day
    rules.document = {**rules.document, "in_force_from": day.isoformat()}
    rules.digest = digest_of(rules.document)


def on_rules_outcome(case: Case, outcome: Outcome, actor: Actor, values: Mapping[str, Any]) -> None:
    """Called by the procedure when the adoption of rules ends, in the same transaction."""
    row = ConversionRules.objects.select_for_update().get(public_id=case.subject_id)
    if outcome.kind in {"granted", "overturned"}:
        adopt(actor=actor, rules=row, law_version=law_on(case.law_on, case.region).version)
    elif outcome.kind in {"refused", "withdrawn", "lapsed"}:
        row.state = "refused" if outcome.kind == "refused" else "draft"
        row.save(update_fields=["state"])


def adopt(*, actor: Actor, rules: ConversionRules, law_version: str) -> None:
    """Make rules the school's own from their day; what was in force before ends on that day."""
    day = max(rules.in_force_from or clock.today(), clock.today())
    for older in (
        ConversionRules.objects.select_for_update()
        .filter(school_id=rules.school_id, state="adopted")
        .exclude(pk=rules.pk)
        .order_by("pk")
    ):
        older.until = day
        older.state = "superseded"
        older.save(update_fields=["until", "state"])
    rules.state = "adopted"
    _date_document(rules, day)
    rules.save(update_fields=["state", "in_force_from", "document", "digest"])
    record(
        actor=actor,
        action="adopt_rules",
        subject=("credit.rules", rules.public_id),
        organisation_id=rules.school_id,
        law_version=law_version,
        facts={"in_force_from": day.isoformat(), "version": rules.version, "digest": rules.digest},
    )
