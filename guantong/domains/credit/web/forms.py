"""What people type, read into values. Refusals name the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from guantong.domains.credit import errors
from guantong.domains.credit.actions.claims import Claim
from guantong.domains.credit.kinds import ACHIEVEMENT_KINDS
from guantong.domains.credit.rules.checking import check_deposit
from guantong.domains.credit.rules.recognition import Recogniser
from guantong.domains.credit.sheets.deposit import level_number
from guantong.engines.conversion.facts import AchievementFacts
from guantong.engines.conversion.scales import place_of
from guantong.kernel.credits import to_hundredths
from guantong.kernel.refusal import Problem, Refusal, Where
from guantong.policy.asking import Law

CLAIM_FIELDS = (
    "kind",
    "title",
    "subject_code",
    "level",
    "place",
    "grade",
    "hours",
    "declared",
    "issuer_name",
    "certificate_number",
    "issued_on",
    "valid_until",
)


def claim_form(post: Mapping[str, str]) -> dict[str, str]:
    """Every field as typed, empty where missing, at most 200 characters."""
    return {name: (post.get(name) or "").strip()[:200] for name in CLAIM_FIELDS}


def typed_claim(post: Mapping[str, str]) -> Claim:
    """A claim from a form. Refuses with every field that cannot be read."""
    typed = claim_form(post)
    problems: list[Problem] = []
    kind = typed["kind"]
    level: int | None = None
    if typed["level"] and kind in ACHIEVEMENT_KINDS and ACHIEVEMENT_KINDS[kind].levels:
        level = level_number(kind, typed["level"])
        if level is None:
            problems.append(
                errors.LEVEL_UNKNOWN.problem(
                    where=Where(column="level", title="等级", value=typed["level"]),
                    given=typed["level"],
                    kind=ACHIEVEMENT_KINDS[kind].label,
                    choices="、".join(ACHIEVEMENT_KINDS[kind].levels),
                )
            )
    issued_on = _day(typed, "issued_on", "取得日期", problems, required=True)
    valid_until = _day(typed, "valid_until", "有效期至", problems)
    hours: int | None = None
    if typed["hours"]:
        if typed["hours"].isascii() and typed["hours"].isdigit() and len(typed["hours"]) <= 6:
            hours = int(typed["hours"])
        else:
            problems.append(
                errors.NOT_A_NUMBER.problem(
                    where=Where(column="hours", title="学时", value=typed["hours"]), what="学时", given=typed["hours"]
                )
            )
    declared: int | None = None
    if typed["declared"]:
        try:
            declared = to_hundredths(typed["declared"])
        except ValueError:
            problems.append(
                errors.NOT_A_NUMBER.problem(
                    where=Where(column="declared", title="学分", value=typed["declared"]),
                    what="学分",
                    given=typed["declared"],
                )
            )
    if not typed["issuer_name"]:
        problems.append(errors.ISSUER_NEEDED.problem(where=Where(column="issuer_name", title="颁发单位")))
    if problems or issued_on is None:
        raise Refusal(problems)
    return Claim(
        kind=kind,
        title=typed["title"][:120],
        issuer_name=typed["issuer_name"][:80],
        issued_on=issued_on,
        subject_code=typed["subject_code"][:40],
        level=level,
        place=typed["place"][:20],
        grade=typed["grade"][:20],
        hours=hours,
        declared=declared,
        certificate_number=typed["certificate_number"][:60],
        valid_until=valid_until,
    )


TRY_ROWS = 6
"""Achievements a visitor may type in on the page (the interface takes more)."""
TRY_FIELDS = ("kind", "title", "code", "level", "place", "grade", "hours", "issued_on")


def try_rows(post: Mapping[str, str]) -> list[dict[str, str]]:
    """The visitor's rows as typed: one dict a row, every field present."""
    return [
        {name: (post.get(f"{name}-{number}") or "").strip()[:120] for name in TRY_FIELDS}
        for number in range(1, TRY_ROWS + 1)
    ]


def typed_achievements(rows: list[dict[str, str]], law: Law, day: date) -> list[AchievementFacts]:
    """The visitor's achievements, recognised by rule as if an institution had deposited them today.

    Rows without a kind are left out. Refuses with every field that cannot be read, named by row.
    """
    judge = Recogniser(law)
    problems: list[Problem] = []
    found: list[AchievementFacts] = []
    for number, row in enumerate(rows, 1):
        if not row["kind"]:
            continue
        typed = {
            "kind": row["kind"],
            "title": row["title"] or (ACHIEVEMENT_KINDS[row["kind"]].label if row["kind"] in ACHIEVEMENT_KINDS else ""),
            "level": row["level"],
            "place": row["place"],
            "grade": row["grade"],
            "hours": row["hours"],
            "subject_code": row["code"],
            "issued_on": row["issued_on"] or day.isoformat(),
            "issuer_name": "（未填）",
        }
        try:
            claim = typed_claim(typed)
        except Refusal as refusal:
            problems.extend(
                p.at(replace(p.where, column=f"{p.where.column}-{number}", row=None)) for p in refusal.problems
            )
            continue
        faults = [
            p.at(replace(p.where, column=f"{p.where.column}-{number}"))
            for p in check_deposit(
                kind=claim.kind,
                title=claim.title,
                level=claim.level,
                place=claim.place,
                grade=claim.grade,
                hours=claim.hours,
                declared=claim.declared,
                certificate_number="试算",
                issued_on=claim.issued_on,
                valid_until=None,
                born_on=None,
                today=day,
            )
        ]
        if faults:
            problems.extend(faults)
            continue
        result = judge.recognise(
            kind=claim.kind,
            level=claim.level,
            place=claim.place,
            grade=claim.grade,
            hours=claim.hours,
            declared=claim.declared,
            issued_on=claim.issued_on,
            valid_until=None,
            on=day,
        )
        found.append(
            AchievementFacts(
                id=f"第 {number} 项",
                kind=claim.kind,
                title=claim.title,
                subject_code=claim.subject_code,
                certificate_code=claim.subject_code,
                level="" if claim.level is None else str(claim.level),
                grade=claim.grade,
                place=place_of(claim.place) if claim.place else None,
                hours=None if claim.hours is None else Fraction(claim.hours),
                recognised_hundredths=result.hundredths,
                issued_on=claim.issued_on,
                valid_until=result.valid_until,
                state="recognised" if result.outcome == "recognised" else "deposited",
                national_recognised=True,
            )
        )
    if problems:
        raise Refusal(problems)
    if not found:
        raise errors.NOTHING_CHOSEN.refuse()
    return found


def _day(
    typed: Mapping[str, str], name: str, title: str, problems: list[Problem], *, required: bool = False
) -> date | None:
    text = typed[name]
    if not text and not required:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(errors.NOT_A_DAY.problem(where=Where(column=name, title=title, value=text or None), what=title))
        return None
