"""How invented candidates fill in their lists: some reach, some match, some safety; a few reach only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guantong.domains.admission.actions.collected import CollectedList, enter_lists
from guantong.domains.admission.models import Round
from guantong.domains.admission.rules.choosing import ChoiceEntry
from guantong.domains.admission.selectors.channels import channel_of, list_length
from guantong.domains.admission.selectors.places import UnitShown, places_of_round, units_of
from guantong.site.demo.admission.candidates import CHUNK, Registered
from guantong.site.demo.admission.ground import Ground


@dataclass(frozen=True, slots=True)
class Wish:
    """A unit as candidates talk about it: how sought after, its codes, seats, and which heading it stands under."""

    unit: UnitShown
    fame: float
    heading: str
    codes: tuple[str, ...]


class Market:
    """The units of a round by heading (专业大类, or one heading for all), the most sought after first."""

    def __init__(self, ground: Ground, round_: Round, *, by_category: bool = True) -> None:
        self.random = ground.random
        batch = channel_of(round_.cycle).batch(round_.batch)
        self.is_place = batch.unit == "place"
        self.reassigns = batch.reassignment != "none"
        self.most_programmes = batch.programmes_in_group
        self.most = list_length(round_)
        self.by_category = by_category
        units = units_of(places_of_round(round_), batch.unit)
        self.headings: dict[str, list[Wish]] = {}
        self.ends: dict[str, list[int]] = {}
        for unit in units.values():
            headings = sorted({p.category_name for p in unit.places}) if by_category else [""]
            for heading in headings:
                places = [p for p in unit.places if not by_category or p.category_name == heading]
                usual = [p for p in places if p.kind in {"ordinary", "award"}] or places
                wish = Wish(unit, self._fame(unit), heading, tuple(dict.fromkeys(p.programme_code for p in usual)))
                self.headings.setdefault(heading, []).append(wish)
        for heading, wishes in self.headings.items():
            wishes.sort(key=lambda w: (-w.fame, w.unit.id))
            total, ends = 0, []
            for wish in wishes:
                total += sum(p.seats for p in wish.unit.places if not by_category or p.category_name == heading)
                ends.append(total)
            self.ends[heading] = ends

    def _fame(self, unit: UnitShown) -> float:
        """Older and larger schools are sought more; the rest is taste, the same for everybody."""
        name = unit.school_name
        base = 2.0 if "大学" in name else (1.4 if name in {"东湖职业技术学院", "云澜南岭职业技术学院"} else 0.0)
        if "技工" in name or "技师" in name:
            base -= 0.8
        return base + self.random.gauss(0, 0.7)

    def list_for(self, position: int, heading: str, lowest: int = 0) -> tuple[ChoiceEntry, ...]:
        """The list of who stands at ``position`` (0 is best) among those of the heading."""
        wishes, ends = self.headings.get(heading, []), self.ends.get(heading, [])
        if not wishes:
            return ()
        random = self.random
        own = next((n for n, end in enumerate(ends) if end > position), len(wishes) - 1)
        own = max(0, min(len(wishes) - 1, own + round(random.gauss(0, 1.2))))
        reach = own - random.randint(1, 4)
        safe = own + (random.randint(1, 5) if random.random() > 0.07 else -1)
        around = [w for n, w in enumerate(wishes) if reach <= n <= safe and random.random() < 0.9]
        chosen = sorted(around or [wishes[own]], key=lambda w: -(w.fame + random.gauss(0, 0.25)))
        return tuple(self._entry(wish) for wish in chosen[: min(self.most, 9)])

    def _entry(self, wish: Wish) -> ChoiceEntry:
        if self.is_place:
            return ChoiceEntry(wish.unit.id)
        random = self.random
        codes = list(wish.codes)
        random.shuffle(codes)
        wished = codes[: random.randint(1, min(len(codes), self.most_programmes))]
        return ChoiceEntry(wish.unit.id, tuple(wished), self.reassigns and random.random() < 0.65)


def positions(candidates: Sequence[Registered], heading: Callable[[Registered], str]) -> dict[int, int]:
    """Candidate → how many of the same heading stand before; ``candidates`` best first."""
    counts: dict[str, int] = {}
    found = {}
    for one in candidates:
        found[one.pk] = counts.get(heading(one), 0)
        counts[heading(one)] = found[one.pk] + 1
    return found


def drawn_lists(
    ground: Ground, round_: Round, free: Sequence[Registered], share: float
) -> dict[int, tuple[ChoiceEntry, ...]]:
    """Lists of about ``share`` of the candidates (everybody of the cards among them), by primary key, never none at
    all: in a small year one is drawn who wishes what is there."""
    random, market = ground.random, Market(ground, round_)
    cards = ground.cards.values()
    chosen = [one for one in free if one.person_id in cards or random.random() < share]
    place = positions(chosen, lambda one: str(one.facts["category"]))
    lists = {one.pk: market.list_for(place[one.pk], str(one.facts["category"])) for one in chosen}
    if not any(lists.values()) and free:
        other = next((one for one in free if str(one.facts["category"]) in market.headings), free[0])
        heading = str(other.facts["category"])
        lists[other.pk] = market.list_for(0, heading if heading in market.headings else min(market.headings))
    return lists


def collect(
    ground: Ground,
    round_: Round,
    candidates: Sequence[Registered],
    lists: dict[int, tuple[ChoiceEntry, ...]],
    source: str = "各县（市、区）招生考试机构收齐签字的纸质志愿表",
) -> int:
    """Enter the lists of these candidates, in chunks; who has none is left out."""
    given = [CollectedList(one.number, lists[one.pk]) for one in candidates if lists.get(one.pk)]
    for start in range(0, len(given), CHUNK):
        enter_lists(actor=ground.chen, round_=round_, lists=given[start : start + CHUNK], source=source)
    return len(given)
