"""What entering a title is made of: whom it is for, one entry with everything derived from it, telling the holder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from guantong.base.accounts.actor import Actor
from guantong.base.notices.public import send
from guantong.base.orgs.public import name_on, region_on
from guantong.base.people.models import Person
from guantong.base.sheets.titles import simplified
from guantong.kernel.digest import digest_of
from guantong.kernel.tokens import public_id
from guantong.procedure.cases import library
from guantong.procedure.cases.declaring import declared_values
from guantong.procedure.cases.definition import Definition, Outcome
from guantong.procedure.cases.models import Case, CaseAction, ProcedureVersion
from guantong.procedure.cases.periods import chinese_day

from .. import errors
from ..log import entry_content, plain
from ..models import HeldTitle, RegisterEntry, TitleSpan
from ..reading import HOLDERS, NAME, PREFIX, PUBLIC_UNLESS_SAID, Grants, Kept, Years
from ..rules import (
    EXPIRED,
    KIND_WORDS,
    STANDING,
    STATE_WORDS,
    Entry,
    may_follow,
    spans_of,
    standing_on,
    title_text,
)

if TYPE_CHECKING:
    from guantong.policy.asking import Law


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which title a grant is about: holder, level and object, as the case says."""

    person_id: int | None
    organisation_id: int | None
    level: str
    item: str


def kept_of(definition: Definition) -> Kept:
    """What the part kept of a definition; nothing when it says nothing of titles."""
    found = definition.parts.get(NAME)
    return found if isinstance(found, Kept) else Kept(None, None)


_PUBLIC: dict[str, tuple[str, ...]] = {}
"""By digest of the definition."""


def public_by_version(version_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """What registers show of titles granted under these versions; a definition is read once a process."""
    digests = ProcedureVersion.objects.filter(pk__in=set(version_ids)).values_list("pk", "digest")
    found = {}
    for pk, digest in digests:
        kept = _PUBLIC.get(digest)
        found[pk] = kept if kept is not None else public_of(ProcedureVersion.objects.get(pk=pk))
    return found


def public_of(version: ProcedureVersion) -> tuple[str, ...]:
    """What the register shows of titles granted under this version."""
    found = _PUBLIC.get(version.digest)
    if found is None:
        grants = kept_of(library.definition_from(version)).grants
        found = _PUBLIC[version.digest] = grants.public if grants is not None else PUBLIC_UNLESS_SAID
    return found


def effect_of(outcome: Outcome) -> str:
    """``effect`` of an outcome, or empty text."""
    return str(outcome.parts.get(NAME) or "")


def enter(
    title: HeldTitle,
    entry: RegisterEntry,
    case: Case,
    definition: Definition,
    outcome: Outcome,
    actor: Actor,
    law: Law,
    now: datetime,
) -> HeldTitle:
    """Write one entry and everything derived from it. The title's row is locked or new."""
    entry.title = title
    entry.sequence = title.sequence + 1
    entry.case, entry.case_number = case, case.public_id
    entry.outcome = outcome.title
    entry.clause = library.basis_sentence(definition.basis)[:300]
    entry.law_version = law.version
    entry.recorded_at = now
    entry.actor_label = actor.label
    entry.digest = digest_of(entry_content(entry, title.number, title.head_digest))
    entry.save(force_insert=True)
    title.sequence, title.head_digest = entry.sequence, entry.digest
    derive(title)
    return title


def derive(title: HeldTitle) -> None:
    """Write the derived columns and spans of a title anew from its entries."""
    entries = plain(title.entries.order_by("sequence"))
    last = standing_on(entries, entries[-1].on)
    title.level, title.since, title.until = last.level, last.since or entries[0].on, last.until
    title.state = STANDING if last.state == EXPIRED else last.state
    title.search_text = search_text(title)
    title.save()
    title.spans.all().delete()
    TitleSpan.objects.bulk_create(
        TitleSpan(
            title=title,
            register=title.register,
            region=title.region,
            in_force_from=span.start,
            until=span.until,
            state=span.state,
            level=span.level,
            since=span.since or span.start,
            ends=span.ends,
        )
        for span in spans_of(entries)
    )


def search_text(title: HeldTitle) -> str:
    """What a search looks at: words the register shows, in simplified script."""
    public = public_of(title.version)
    words = [title.name]
    words += [title.holder_name] if "holder" in public else []
    words += [title.item] if "item" in public else []
    words += [title.level] if "level" in public else []
    words += [title.number] if "number" in public else []
    if "organisation" in public and title.holder_kind == "person" and title.organisation_id is not None:
        words.append(name_on(title.organisation_id, title.since))
    return simplified(" ".join(w for w in words if w)).lower()


def wanted_of(case: Case, definition: Definition, grants: Grants) -> Wanted:
    """Holder, level and object of a grant. Refuses TTL-107 and TTL-108."""
    is_person = grants.holder == "person"
    if (case.person_id if is_person else case.organisation_id) is None:
        raise errors.NO_HOLDER.refuse(holder=HOLDERS[grants.holder])
    values = declared_values(case, definition)
    found = {}
    for what, written in (("等级", grants.level), ("对象", grants.item)):
        found[what] = said = _said(definition, written, values)
        if not said and written:
            field = next(f for f in definition.form if f.id == written[len(PREFIX) :])
            raise errors.LEVEL_MISSING.refuse(field=field.title, what=what)
    return Wanted(
        case.person_id if is_person else None,
        case.organisation_id,
        found["等级"][:60],
        found["对象"][:120],
    )


def _said(definition: Definition, written: str, values: Mapping[str, Any]) -> str:
    """``declared.<field>`` as answered, in words; empty where it was left empty. Any other text is itself."""
    if not written.startswith(PREFIX):
        return written
    field = next(f for f in definition.form if f.id == written[len(PREFIX) :])
    value = values.get(field.id)
    if value in (None, "", []):
        return ""
    titles = {c.id: c.title for c in field.choices}
    chosen = value if isinstance(value, list) else [value]
    return "、".join(titles.get(str(v), str(v)) for v in chosen)


def item_of(case: Case, definition: Definition, values: Mapping[str, Any]) -> str:
    """The item a case is about: of the title it follows up, or the one it would be granted for by these answers."""
    kept = kept_of(definition)
    if kept.about is not None:
        return HeldTitle.objects.filter(number=case.subject_id).values_list("item", flat=True).first() or ""
    return _said(definition, kept.grants.item, values)[:120] if kept.grants is not None else ""


def find_current(grants: Grants, wanted: Wanted, *, lock: bool = False) -> HeldTitle | None:
    """The present record of this title for this holder and object, or None."""
    titles = HeldTitle.objects.filter(register=grants.register, name=grants.name, item=wanted.item, is_current=True)
    if wanted.person_id is not None:
        titles = titles.filter(person_id=wanted.person_id)
    else:
        titles = titles.filter(person=None, organisation_id=wanted.organisation_id or 0)
    return (titles.select_for_update() if lock else titles).first()


def shown_name(title: HeldTitle) -> str:
    """The title in words: see ``rules.title_text``."""
    return title_text(title.name, title.level, title.item)


def new_title(case: Case, definition: Definition, grants: Grants, wanted: Wanted, day: date) -> HeldTitle:
    organisation_id = wanted.organisation_id
    if wanted.person_id is not None:
        name = Person.objects.values_list("name", flat=True).get(pk=wanted.person_id)
    else:
        name = name_on(organisation_id or 0, day)
    return HeldTitle(
        number=f"{day.year}-{public_id(8)}",
        register=grants.register,
        name=grants.name,
        item=wanted.item,
        procedure=case.procedure,
        version_id=case.version_id,
        region=region_on(organisation_id, day) if organisation_id is not None else case.region,
        holder_kind=grants.holder,
        holder_name=name,
        person_id=wanted.person_id,
        organisation_id=organisation_id,
        authority_id=_granting(case, definition),
        search_text="",
        level=wanted.level,
        state=STANDING,
        since=day,
        sequence=0,
        head_digest="",
    )


def _granting(case: Case, definition: Definition) -> int | None:
    """Who gives the title: the organisation the last deciding official acted for, else the authority of the case."""
    lines = CaseAction.objects.filter(case_id=case.pk, on_behalf_of__isnull=False, actor_user_id__isnull=False)
    for step_id, organisation_id in lines.order_by("-sequence").values_list("step", "on_behalf_of_id"):
        step = definition.steps.get(step_id)
        if step is not None and step.of not in ("declarer", "learner"):
            return organisation_id
    return case.authority_id


def title_of(case: Case, *, lock: bool = False) -> HeldTitle:
    """The title a follow-up case is about."""
    titles = HeldTitle.objects.select_for_update() if lock else HeldTitle.objects.all()
    found = titles.filter(number=case.subject_id).first()
    if found is None:
        raise errors.TITLE_UNKNOWN.refuse(number=case.subject_id[:16])
    return found


def refuse_unfollowing(title: HeldTitle, entry: Entry, day: date) -> None:
    """Refuse TTL-104 or TTL-110 an entry that cannot follow what is there."""
    entries = plain(title.entries.all())
    if may_follow(entries, entry):
        return
    if entries and entry.on < entries[-1].on:
        raise errors.EXISTING_EARLIER.refuse(number=title.number, last=chinese_day(entries[-1].on))
    state = STATE_WORDS[standing_on(entries, day).state]
    raise errors.CANNOT_NOW.refuse(number=title.number, state=state, what=KIND_WORDS[entry.kind])


def length_of(years: Years | None, law: Law) -> int | None:
    """The length of a term in years; a parameter is asked of the case's own law."""
    if years is None:
        return None
    return years.count if years.count is not None else law.integer(years.parameter)


def tell_holder(title: HeldTitle, effect: str) -> None:
    last = title.entries.latest("sequence")
    text = f"“{shown_name(title)}”（编号{title.number}）已{KIND_WORDS[effect]}，自{chinese_day(last.on)}起。"
    link = f"/registers/titles/{title.number}/"
    if title.person_id is not None:
        send(text=text, link=link, to_person=title.person_id)
        return
    first = title.entries.select_related("case").order_by("sequence").first()
    role = first.case.declared_role if first is not None and first.case is not None else ""
    if role and title.organisation_id is not None:
        send(text=text, link=link, to_role=(role, title.organisation_id))
