"""A bulletin is published: a snapshot with its digest, once and for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.audit.record import record
from guantong.base.lawbook import law_on
from guantong.base.notices.public import send
from guantong.base.orgs.public import kind_on, name_on, region_on
from guantong.kernel import clock
from guantong.kernel.digest import digest_of
from guantong.kernel.refusal import Where
from guantong.kernel.tokens import public_id

from .. import errors
from ..models import Bulletin
from ..selectors.bulletins import HEADS, TASK, content_of, sealed_content, task_content
from ..selectors.ledgers import get_ledger
from ..selectors.platform import show_tasks
from ..selectors.progress import PUBLISH, show_ledger

MOST_TITLE = 80
KEY_TASKS = "key-tasks"
"""What a bulletin of the key tasks bears in place of a ledger."""


def publish_bulletin(*, actor: Actor, organisation_id: int, ledger: str, kind: str, title: str) -> Bulletin:
    """Publish where the ledger stands today in the authority's area, by row or by body; its bodies are told.

    Refuses with ACC-…, LED-151 (not an authority), LED-152, LED-153, LED-155 (the same one today).
    """
    require(actor, PUBLISH, organisation_id)
    found = get_ledger(ledger)
    if kind not in HEADS:
        raise errors.BULLETIN_KIND.refuse(where=Where(column="kind", title="汇总方式"))

    def content(area: str, day: date) -> dict[str, Any]:
        return content_of(found, kind, area=area, day=day)

    def told(area: str, day: date) -> Iterable[tuple[str, int]]:
        bodies = {b.body.organisation_id for row in show_ledger(found, day=day, area=area).rows for b in row.bodies}
        return [("bureau_reviewer", pk) for pk in bodies]

    return _publish(actor, organisation_id, found.id, kind, title, content, told)


def publish_task_bulletin(*, actor: Actor, organisation_id: int, year: int, title: str) -> Bulletin:
    """Publish how the key tasks of the authority's area came on in a year (cn-key-tasks-2023 二（三）); units are told.

    Refuses with ACC-…, LED-151, LED-152, LED-155.
    """
    require(actor, PUBLISH, organisation_id)

    def content(area: str, day: date) -> dict[str, Any]:
        return task_content(year, area=area, day=day)

    def told(area: str, day: date) -> Iterable[tuple[str, int]]:
        units = {u.title.organisation_id for one in show_tasks(year, area=area) for u in one.units}
        return [("project_officer", pk) for pk in units if pk is not None]

    return _publish(actor, organisation_id, KEY_TASKS, TASK, title, content, told)


def _publish(
    actor: Actor,
    organisation_id: int,
    ledger: str,
    kind: str,
    title: str,
    content: Callable[[str, date], dict[str, Any]],
    told: Callable[[str, date], Iterable[tuple[str, int]]],
) -> Bulletin:
    now = clock.now()
    today = clock.china_day(now)
    name = name_on(organisation_id, today)
    if kind_on(organisation_id, today) != "authority":
        raise errors.NO_AREA.refuse(body=name)
    title = title.strip()
    if not title or len(title) > MOST_TITLE:
        raise errors.BULLETIN_TITLE.refuse(where=Where(column="title", title="标题"))
    same = Bulletin.objects.filter(publisher_id=organisation_id, ledger=ledger, kind=kind, as_of=today, title=title)
    twin = same.first()
    if twin is not None:
        raise errors.BULLETIN_TWICE.refuse(public_id=twin.public_id)
    region = region_on(organisation_id, today)
    made = Bulletin(
        public_id=public_id(12),
        ledger=ledger,
        kind=kind,
        title=title,
        region=region,
        publisher_id=organisation_id,
        publisher_name=name,
        as_of=today,
        content=content(region, today),
        law_version=law_on(today).version,
        published_at=now,
        actor_label=actor.label,
    )
    made.digest = digest_of(sealed_content(made))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            record(
                actor=actor,
                action="publish_bulletin",
                subject=("ledgers.bulletin", made.public_id),
                region=region,
                organisation_id=organisation_id,
                law_version=made.law_version,
                facts={"ledger": ledger, "kind": kind, "digest": made.digest},
            )
            for role, body in sorted(told(region, today)):
                if body != organisation_id:
                    text = f"{name}印发通报《{title}》，请看贵单位的进展。"
                    send(text=text, link=f"/ledgers/bulletins/{made.public_id}/", to_role=(role, body))
    except IntegrityError:
        raise errors.BULLETIN_TWICE.refuse(public_id=same.get().public_id) from None
    return made
