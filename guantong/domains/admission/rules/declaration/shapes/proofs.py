"""By what a candidate's fact is proved: records of the credit bank, best first."""

from __future__ import annotations

from dataclasses import dataclass

from .grounds import Ground


@dataclass(frozen=True, slots=True)
class BankValue:
    """A value of the fact and the record that proves it: of ``kind``, at least of ``level`` and ``place``."""

    value: str
    """One of the fact's choices; 是 for a yes/no fact."""
    kind: str
    """A key of :data:`guantong.domains.admission.rules.bank.KINDS`."""
    level: int | None
    """Least level, 1 is the lowest; None: any."""
    place: int | None
    """Least place of a contest, 0 is the lowest; None: any."""
    title: str | None
    """Words the title of the record must contain; None: any title."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact that counts only when it is proved.

    What the credit bank recognised is taken from there; what a candidate states beyond it counts once the authority
    confirmed it. With an empty ``bank`` the authority alone confirms.
    """

    bank: tuple[BankValue, ...]
    """Best value first; the first that a record meets is the candidate's."""
    ground: Ground

    @property
    def values(self) -> tuple[str, ...]:
        """The values in order, each once."""
        return tuple(dict.fromkeys(one.value for one in self.bank))
