"""Identity numbers: citizens (GB 11643-1999), organisations (GB 32100-2015), 10-digit school codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))

INVENTED_REGIONS = ("990000", "999999")
"""First and last region code of invented people; no real identity number begins with them."""


def id_number_check_character(first_17: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(c) * w for c, w in zip(first_17, _WEIGHTS, strict=True)) % 11]


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A citizen's identity number whose form, birth date and check character are right.

    It says nothing about whether the person exists. Build it with :meth:`parse`.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> IdNumber:
        """Raises ``ValueError`` with one of ``length``, ``characters``, ``birth``, ``check``."""
        value = text.strip().upper()
        if len(value) != 18:
            raise ValueError("length")
        if not (value[:17].isascii() and value[:17].isdigit() and value[17] in "0123456789X"):
            raise ValueError("characters")
        try:
            born = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
        except ValueError:
            raise ValueError("birth") from None
        if born.year < 1880:
            raise ValueError("birth")
        if id_number_check_character(value[:17]) != value[17]:
            raise ValueError("check")
        return cls(value)

    @property
    def region_code(self) -> str:
        """Six-digit code of the region of first registration."""
        return self.text[:6]

    @property
    def born_on(self) -> date:
        """Date of birth."""
        return date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    @property
    def sex(self) -> str:
        """``male`` or ``female``, from the 17th digit."""
        return "male" if int(self.text[16]) % 2 else "female"

    @property
    def is_invented(self) -> bool:
        """Whether the number is in the range kept for invented people."""
        return INVENTED_REGIONS[0] <= self.region_code <= INVENTED_REGIONS[1]

    def masked(self) -> str:
        """As shown on pages, mails and logs: 420106********451X."""
        return self.text[:6] + "********" + self.text[14:]

    def __repr__(self) -> str:
        return f"IdNumber({self.masked()})"


def mask_id_number(text: str) -> str:
    """Mask anything that was given as an identity number, right or wrong."""
    value = text.strip()
    if len(value) <= 8:
        return "*" * len(value)
    return value[:4] + "*" * (len(value) - 8) + value[-4:]


def age_on(born_on: date, day: date) -> int:
    """Completed years of age."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def credit_code_check_character(first_17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015)."""
    total = sum(_USCC_VALUE[c] * w for c, w in zip(first_17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def is_credit_code(text: str) -> bool:
    """Whether ``text`` is a well-formed unified social credit code with the right check character."""
    if len(text) != 18 or any(c not in _USCC_VALUE for c in text):
        return False
    return credit_code_check_character(text[:17]) == text[17]


def is_school_code(text: str) -> bool:
    """Whether ``text`` has the form of a ten-digit school identifier."""
    return len(text) == 10 and text.isascii() and text.isdigit()
