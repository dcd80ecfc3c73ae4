"""What the law adds to a school's rules: caps that always hold, courses and kinds it excludes, and conflicts.

Numbers come from the mapping the caller hands in (see :data:`.facts.LAW_QUESTIONS`); none is remembered here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from guantong.engines.conversion import errors, facts
from guantong.engines.conversion.facts import LawNumber
from guantong.engines.conversion.reading.cursor import exact, shown
from guantong.engines.conversion.ruleset import Cap, CapPer, Limit, Ruleset
from guantong.engines.conversion.scales import CATEGORIES, KINDS
from guantong.kernel.credits import show_credits
from guantong.kernel.refusal import Citation, Problem, Refusal, Where

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lawful:
    """The law's part of compiled rules."""

    caps: tuple[Cap, ...]
    conflicts: tuple[Problem, ...]
    """School rules on the wrong side of the law; the law holds all the same."""
    hours_low: Fraction | None
    hours_high: Fraction | None
    excluded_names: tuple[tuple[str, Citation], ...]
    national_first: Mapping[str, Citation]
    """Kinds that need a national recognition before any conversion."""
    validity: Mapping[str, tuple[int, Citation]]
    """Kind -> most years after issue, with its clause."""


def number_of(law: Mapping[str, LawNumber], name: str) -> Fraction | None:
    """The exact number of a parameter; None when the law does not set it; Refusal CNV-024 when it is no number."""
    answer = law.get(name)
    if answer is None:
        return None
    value = answer.value
    number = exact(value if isinstance(value, int | str | Decimal | Fraction) else None)
    if number is None:
        raise errors.BAD_LAW_NUMBER.refuse(basis=answer.citation, name=name, given=shown(value))
    return number


def _texts(law: Mapping[str, LawNumber], name: str) -> tuple[str, ...]:
    answer = law.get(name)
    value = answer.value if answer is not None else ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        return ()
    return tuple(str(v).strip() for v in value if str(v).strip())


def law_of(ruleset: Ruleset, law: Mapping[str, LawNumber]) -> Lawful:
    """Everything the law says about converting under ``ruleset``. Raises CNV-011 when a law cap needs the calendar."""
    caps = _caps(law)
    needs_terms = [cap for cap in caps if cap.per in ("semester", "year")]
    terms = ruleset.terms
    if needs_terms and (terms is None or terms.second_semester_begins is None):
        raise Refusal([errors.CALENDAR_MISSING.problem(where=Where(column="calendar"), basis=needs_terms[0].basis)])
    names = {name.replace(" ", ""): kind for kind, name in KINDS.items()} | {
        "1+X证书": "x_certificate",
        "技能等级证书": "skill_grade",
    }
    national = {
        names[text.replace(" ", "")]: law[facts.NATIONAL_FIRST].citation
        for text in _texts(law, facts.NATIONAL_FIRST)
        if text.replace(" ", "") in names
    }
    validity: dict[str, tuple[int, Citation]] = {}
    for kind in KINDS:
        key = f"{facts.VALIDITY_YEARS}:{kind}"
        years = number_of(law, key)
        if years is not None:
            validity[kind] = (int(years), law[key].citation)
    return Lawful(
        caps=caps,
        conflicts=tuple(_conflicts(ruleset, law)),
        hours_low=number_of(law, facts.HOURS_PER_CREDIT_MIN),
        hours_high=number_of(law, facts.HOURS_PER_CREDIT_MAX),
        excluded_names=tuple(
            (name, law[facts.EXCLUDED_COURSES].citation) for name in _texts(law, facts.EXCLUDED_COURSES)
        ),
        national_first=national,
        validity=validity,
    )


def _cap(name: str, title: str, per: CapPer, limit: Limit, citation: Citation, **filters: object) -> Cap:
    kinds = filters.get("kinds", _NONE)
    categories = filters.get("categories", _NONE)
    return Cap(
        id=f"law:{name}",
        title=title,
        clause=citation.clause,
        per=per,
        kinds=frozenset(kinds) if isinstance(kinds, frozenset) else _NONE,
        issuer_kinds=_NONE,
        categories=frozenset(categories) if isinstance(categories, frozenset) else _NONE,
        modules=_NONE,
        courses=_NONE,
        limit=limit,
        counted_on="converted",
        basis=citation,
    )


def _hundredths(value: Fraction) -> int:
    return int(value * 100)


def _caps(law: Mapping[str, LawNumber]) -> tuple[Cap, ...]:
    found: list[Cap] = []
    certificates = frozenset(facts.CERTIFICATE_KINDS)
    simple: tuple[tuple[str, str, CapPer, frozenset[str]], ...] = (
        (facts.CERTIFICATE_CAP, "每个证书可转换的学分", "achievement", certificates),
        (facts.SEMESTER_CAP, "一学期可转换的学分", "semester", _NONE),
        (facts.YEAR_CAP, "一学年可转换的学分", "year", _NONE),
        (facts.ISSUER_CAP, "同一颁发单位的成果可转换的学分", "issuer", _NONE),
    )
    for name, title, per, kinds in simple:
        value = number_of(law, name)
        if value is not None:
            limit = Limit("credits", hundredths=_hundredths(value))
            found.append(_cap(name, title, per, limit, law[name].citation, kinds=kinds))
    count = number_of(law, facts.CERTIFICATES_PER_COURSE)
    if count is not None:
        limit = Limit("achievements", count=int(count))
        citation = law[facts.CERTIFICATES_PER_COURSE].citation
        title = "同一门课程可使用的证书数"
        found.append(_cap(facts.CERTIFICATES_PER_COURSE, title, "course", limit, citation, kinds=certificates))
    share = number_of(law, facts.PROGRAMME_SHARE_CAP)
    if share is not None:
        limit = Limit("share", share=share / 100, of="programme")
        citation = law[facts.PROGRAMME_SHARE_CAP].citation
        found.append(_cap(facts.PROGRAMME_SHARE_CAP, "转换学分占培养方案总学分的比例", "programme", limit, citation))
    own = number_of(law, facts.OWN_CREDITS_SHARE)
    if own is not None:
        limit = Limit("share", share=1 - own / 100, of="programme")
        citation = law[facts.OWN_CREDITS_SHARE].citation
        found.append(_cap(facts.OWN_CREDITS_SHARE, "本校学分之外可转换的学分", "programme", limit, citation))
    for code, category in CATEGORIES.items():
        key = f"{facts.CATEGORY_SHARE_CAP}:{code}"
        part = number_of(law, key)
        if part is not None:
            limit = Limit("share", share=part / 100, of="counted")
            title = f"{category}可转换的学分"
            found.append(_cap(key, title, "programme", limit, law[key].citation, categories=frozenset({code})))
    return tuple(found)


def _conflicts(ruleset: Ruleset, law: Mapping[str, LawNumber]) -> list[Problem]:
    found: list[Problem] = []

    def above(path: str, given: str, ceiling: str, name: str) -> None:
        found.append(
            errors.ABOVE_CEILING.problem(
                where=Where(column=path, value=given), basis=law[name].citation, given=given, ceiling=ceiling
            )
        )

    limits: dict[str, tuple[str, Fraction | None]] = {
        "achievement": (facts.CERTIFICATE_CAP, number_of(law, facts.CERTIFICATE_CAP)),
        "semester": (facts.SEMESTER_CAP, number_of(law, facts.SEMESTER_CAP)),
        "year": (facts.YEAR_CAP, number_of(law, facts.YEAR_CAP)),
        "issuer": (facts.ISSUER_CAP, number_of(law, facts.ISSUER_CAP)),
    }
    programme_share = number_of(law, facts.PROGRAMME_SHARE_CAP)
    for position, cap in enumerate(ruleset.caps):
        path = f"caps[{position}].limit"
        name, ceiling = limits.get(cap.per, ("", None))
        if ceiling is not None and cap.limit.kind == "credits" and cap.limit.hundredths > ceiling * 100:
            certificates_only = not cap.kinds or cap.kinds.intersection(facts.CERTIFICATE_KINDS)
            if cap.per != "achievement" or certificates_only:
                given = f"{show_credits(cap.limit.hundredths)} 学分"
                above(path, given, f"{show_credits(_hundredths(ceiling))} 学分", name)
        if cap.per == "programme" and cap.limit.share is not None and programme_share is not None:
            whole = not (cap.categories or cap.modules or cap.courses)
            if whole and cap.limit.share * 100 > programme_share:
                above(path, percent(cap.limit.share), percent(programme_share / 100), facts.PROGRAMME_SHARE_CAP)
    found.extend(_rule_conflicts(ruleset, law))
    own, floor = ruleset.own_school, number_of(law, facts.OWN_CREDITS_SHARE)
    if own is not None and own.minimum_share is not None and floor is not None and own.minimum_share * 100 < floor:
        found.append(
            errors.BELOW_FLOOR.problem(
                where=Where(column="own_school.minimum.share", value=percent(own.minimum_share)),
                basis=law[facts.OWN_CREDITS_SHARE].citation,
                given=percent(own.minimum_share),
                floor=percent(floor / 100),
            )
        )
    return found


def _rule_conflicts(ruleset: Ruleset, law: Mapping[str, LawNumber]) -> list[Problem]:
    found: list[Problem] = []
    low, high = number_of(law, facts.HOURS_PER_CREDIT_MIN), number_of(law, facts.HOURS_PER_CREDIT_MAX)
    for position, rule in enumerate(ruleset.rules):
        hours = rule.amount.hours_per_credit
        wrong = ""
        if hours is not None and "work_experience" not in rule.kinds:
            wrong = facts.HOURS_PER_CREDIT_MIN if low is not None and hours < low else ""
            wrong = facts.HOURS_PER_CREDIT_MAX if high is not None and hours > high else wrong
        if wrong:
            found.append(
                errors.HOURS_OUTSIDE_LAW.problem(
                    where=Where(column=f"rules[{position}].credits.hours_per_credit", value=str(hours)),
                    basis=law[wrong].citation,
                    given=str(hours),
                    low="—" if low is None else str(low),
                    high="—" if high is None else str(high),
                )
            )
        years = rule.validity.years if rule.validity else None
        for kind in rule.kinds:
            key = f"{facts.VALIDITY_YEARS}:{kind}"
            most = number_of(law, key)
            if years is not None and most is not None and years > most:
                found.append(
                    errors.ABOVE_CEILING.problem(
                        where=Where(column=f"rules[{position}].validity.years", value=str(years)),
                        basis=law[key].citation,
                        given=f"{years} 年",
                        ceiling=f"{most} 年",
                    )
                )
    return found


def percent(share: Fraction) -> str:
    """A share as people read it: ``20%``, ``33.3%`` (one place, cut)."""
    tenths = int(share * 1000)
    whole, part = divmod(tenths, 10)
    return f"{whole}.{part}%" if part else f"{whole}%"
