"""Decisions about people as pure functions: the form of identity numbers, likely duplicates, consent of guardians."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from guantong.base.people import errors
from guantong.kernel.identity import IdNumber, age_on, id_number_check_character, mask_id_number
from guantong.kernel.refusal import Problem, Where

ID_KINDS: dict[str, str] = {
    "resident": "居民身份证",
    "resident_15": "第一代居民身份证（15位）",
    "passport": "护照",
    "hk_macao_taiwan": "港澳台居民居住证",
    "other": "其他证件",
}
_FORMS = {"passport": (5, 20), "other": (4, 24)}
_PHONE = re.compile(r"1[3-9]\d{9}", re.ASCII)

SHARING_PURPOSES: dict[str, str] = {
    "credit_transfer": "学分转换与互认",
    "credit_statement": "出具学分证明",
    "employment": "推荐实习与就业",
    "statistics": "统计分析（能识别个人的明细）",
    "research": "教学研究",
}
"""For what a learner's data may leave the school that holds it."""

_PLACE = Where(column="id_number", title="证件号码")


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is handed in about a person. ``born_on`` and ``sex`` are read from the number where it tells them."""

    name: str
    id_number: str
    id_kind: str = "resident"
    born_on: date | None = None
    sex: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class TidyPerson:
    """Checked facts, ready to be stored."""

    name: str
    id_kind: str
    id_number: str
    id_masked: str
    born_on: date | None
    sex: str
    phone: str


def _resident(text: str) -> IdNumber | Problem:
    try:
        return IdNumber.parse(text)
    except ValueError as error:
        where = Where(column="id_number", title="证件号码", value=mask_id_number(text))
        reason = str(error)
        if reason == "length":
            return errors.ID_LENGTH.problem(length=len(text.strip()), where=where)
        kind = {"characters": errors.ID_CHARACTERS, "birth": errors.ID_BIRTH}.get(reason, errors.ID_CHECK)
        return kind.problem(where=where)


def widened(text_15: str) -> str:
    """The 18-digit form of a 15-digit number of the first generation (GB 11643-1999: century 19, check character)."""
    first_17 = f"{text_15[:6]}19{text_15[6:]}"
    return first_17 + id_number_check_character(first_17)


def tidy(facts: PersonFacts, today: date) -> TidyPerson | list[Problem]:
    """The facts checked and tidied, or every problem found (PPL-001…007, 010, 015, 016)."""
    problems: list[Problem] = []
    name = facts.name.strip()
    if not 1 <= len(name) <= 60:
        problems.append(errors.NAME_EMPTY.problem(where=Where(column="name", title="姓名")))
    number, masked, born_on, sex = facts.id_number.strip().upper(), "", facts.born_on, facts.sex
    if facts.id_kind in {"resident", "hk_macao_taiwan"}:
        parsed = _resident(number)
        if isinstance(parsed, Problem):
            problems.append(parsed)
        else:
            masked, known, sex = parsed.masked(), parsed.born_on, parsed.sex
            if known > today:
                problems.append(errors.ID_FUTURE.problem(born_on=known, where=_PLACE))
            if born_on is not None and born_on != known:
                problems.append(
                    errors.BIRTH_DIFFERS.problem(
                        given=born_on, known=known, where=Where(column="born_on", title="出生日期")
                    )
                )
            born_on = known
    elif facts.id_kind == "resident_15":
        where = Where(column="id_number", title="证件号码", value=mask_id_number(number))
        if len(number) != 15 or not (number.isascii() and number.isdigit()):
            problems.append(errors.ID_OTHER_FORM.problem(kind=ID_KINDS["resident_15"], least=15, most=15, where=where))
        else:
            parsed = _resident(widened(number))
            if isinstance(parsed, Problem):
                problems.append(errors.ID_BIRTH.problem(where=where))
            else:
                masked, born_on, sex = mask_id_number(number), parsed.born_on, parsed.sex
    elif facts.id_kind in _FORMS:
        least, most = _FORMS[facts.id_kind]
        if not (least <= len(number) <= most and re.fullmatch(r"[A-Z0-9()-]+", number)):
            problems.append(
                errors.ID_OTHER_FORM.problem(
                    kind=ID_KINDS[facts.id_kind],
                    least=least,
                    most=most,
                    where=Where(column="id_number", title="证件号码", value=mask_id_number(number)),
                )
            )
        masked = mask_document(number)
    else:
        problems.append(
            errors.ID_KIND_UNKNOWN.problem(
                kind=facts.id_kind[:20], where=Where(column="id_kind", title="证件类型", value=facts.id_kind[:20])
            )
        )
    phone = facts.phone.strip()
    if phone and not _PHONE.fullmatch(phone):
        problems.append(errors.PHONE_FORM.problem(where=Where(column="phone", title="手机号")))
    if problems:
        return problems
    return TidyPerson(name, facts.id_kind, number, masked, born_on, sex, phone)


_DOTS = str.maketrans(dict.fromkeys("•・‧∙．.。˙", "·"))


def name_key(name: str) -> str:
    """What makes two spellings one name: the dot of 买买提·艾力 in any of its characters, width, spaces, case.

    Only for comparing; the name is kept as it was given. Other characters are never taken for one another.
    """
    return "".join(unicodedata.normalize("NFKC", name).translate(_DOTS).casefold().split())


def mask_document(number: str) -> str:
    """The number of a passport or other document as shown: at most a quarter at either end, E9*****01."""
    shown = len(number) // 4
    return number[:shown] + "*" * (len(number) - 2 * shown) + number[len(number) - shown :]


def mask_phone(phone: str) -> str:
    """As shown: 138****1234."""
    return phone[:3] + "****" + phone[-4:]


def differs_in_one_place(left: str, right: str) -> bool:
    """Whether two texts of equal length differ in exactly one character, or in two neighbours swapped."""
    if len(left) != len(right) or left == right:
        return False
    places = [i for i, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    if len(places) == 1:
        return True
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and left[places[0]] == right[places[1]]
        and left[places[1]] == right[places[0]]
    )


DUPLICATE_REASONS: dict[str, str] = {
    "first_generation": "15 位旧号码与 18 位号码是同一个号",
    "one_place_off": "姓名相同，号码只差一位或相邻两位对调",
    "same_name_birth": "姓名和出生日期都相同",
    "namesakes": "姓名和出生日期都相同，但身份证号不同",
    "same_phone": "登记了同一个手机号",
}
"""Why two records stand on the list of possible duplicates."""

DUPLICATE_WEIGHTS = {"first_generation": 8, "one_place_off": 6, "same_name_birth": 4, "namesakes": 2, "same_phone": 1}
"""What stands first on the list."""


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """What identifies a record. Holds the number in the clear: never logged, never printed."""

    name: str
    id_kind: str
    id_number: str
    born_on: date | None
    sex: str

    def __repr__(self) -> str:
        return f"IdentityFacts({mask_id_number(self.id_number)})"


def contradictions(one: IdentityFacts, other: IdentityFacts) -> list[str]:
    """What speaks against two records being one person, as a refusal names it; empty when nothing does."""
    found: list[str] = []
    wide = [
        widened(f.id_number) if f.id_kind == "resident_15" else f.id_number
        for f in (one, other)
        if f.id_kind in {"resident", "resident_15"}
    ]
    if len(wide) == 2 and wide[0] != wide[1]:
        found.append(f"两个身份证号不同（{mask_id_number(one.id_number)} 与 {mask_id_number(other.id_number)}）")
    if one.born_on and other.born_on and one.born_on != other.born_on:
        found.append(f"出生日期不同（{one.born_on} 与 {other.born_on}）")
    if one.sex and other.sex and one.sex != other.sex:
        found.append("性别不同")
    return found


def latest_consent_end(given_on: date, years: int) -> date:
    """The day a consent of ``years`` years ends at the latest (29 February becomes 1 March)."""
    try:
        return given_on.replace(year=given_on.year + years)
    except ValueError:
        return date(given_on.year + years, 3, 1)


class Law(Protocol):
    """The part of policy's Law that is asked here."""

    def integer(self, name: str) -> int:
        """Value of a parameter."""


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """One recorded consent: for which purpose, from which day until which day (exclusive), withdrawn on."""

    purpose: str
    given_on: date
    until: date
    withdrawn_on: date | None


def consent_in_force(consents: Iterable[ConsentFacts], purpose: str, day: date) -> bool:
    """Whether one of ``consents`` covers ``purpose`` on ``day``; a withdrawal counts from its own day."""
    return any(
        c.purpose == purpose and c.given_on <= day < c.until and (c.withdrawn_on is None or day < c.withdrawn_on)
        for c in consents
    )


def why_not_share(
    name: str, born_on: date | None, consents: Iterable[ConsentFacts], purpose: str, day: date, law: Law
) -> Problem | None:
    """None when a person's data may be shared for ``purpose`` on ``day``; otherwise the reason.

    Below ``people.consent_age`` years (personal information law: 14) every sharing needs a guardian's consent; from
    there to ``people.minor_age`` (civil code: 18) it is still needed, because what is shared here decides about
    schooling and leaves the school. Both ages come from ``law``.
    """
    if born_on is None:
        return errors.CONSENT_AGE_UNKNOWN.problem(name=name)
    limit = max(law.integer("people.minor_age"), law.integer("people.consent_age"))
    if age_on(born_on, day) >= limit or consent_in_force(consents, purpose, day):
        return None
    return errors.CONSENT_NEEDED.problem(name=name, day=day, age=limit, purpose=SHARING_PURPOSES.get(purpose, purpose))
