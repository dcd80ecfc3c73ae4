"""What a decider says, in parts: text, stated reasons, items to correct. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to correct: ``on`` is the id of a material, or any place named in words; ``text`` says how."""

    on: str
    text: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """A structured opinion. ``reasons`` are ids of the definition's reasons."""

    text: str = ""
    reasons: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()

    @classmethod
    def of(cls, given: Opinion | str | Mapping[str, object] | None) -> Opinion:
        """The opinion in whatever form a caller holds: an Opinion, plain text, the JSON of one, or nothing."""
        if given is None:
            return cls()
        if isinstance(given, Opinion):
            return given
        if isinstance(given, str):
            return cls(text=given.strip())
        reasons = given.get("reasons") or ()
        items = given.get("items") or ()
        found: list[Item] = []
        for entry in items if isinstance(items, Sequence) and not isinstance(items, str) else ():
            if isinstance(entry, Item):
                found.append(entry)
            elif isinstance(entry, Mapping):
                found.append(Item(str(entry.get("on") or "").strip(), str(entry.get("text") or "").strip()))
        return cls(
            text=str(given.get("text") or "").strip(),
            reasons=tuple(str(r) for r in reasons)
            if isinstance(reasons, Sequence) and not isinstance(reasons, str)
            else (),
            items=tuple(found),
        )

    def as_json(self) -> dict[str, object]:
        """Plain values for the log; empty parts are left out."""
        values: dict[str, object] = {}
        if self.text:
            values["text"] = self.text
        if self.reasons:
            values["reasons"] = list(self.reasons)
        if self.items:
            values["items"] = [{"on": item.on, "text": item.text} for item in self.items]
        return values
