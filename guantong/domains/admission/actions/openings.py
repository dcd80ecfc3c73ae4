"""What the law wants open (十公开): items that rows tell need nobody; the others are written or uploaded here."""

from __future__ import annotations

from django.db import transaction

from guantong.base.accounts.actor import Actor
from guantong.base.audit.record import record
from guantong.base.files.models import StoredFile
from guantong.domains.admission.actions.locks import lock
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Cycle, Opening
from guantong.domains.admission.selectors.channels import channel_of
from guantong.domains.admission.selectors.gates import require_bureau
from guantong.kernel import clock

MOST = 20_000


def publish_opening(
    *, actor: Actor, cycle: Cycle, item: str, content: str = "", file: StoredFile | None = None
) -> Opening:
    """Publish the words (or a file) of one item; again with other words: a new revision. The same again: nothing.

    Refuses ADM-009 (no such item), ADM-160 (nothing said). The words stand beside what the rows tell.
    """
    with transaction.atomic():
        row_cycle = lock(Cycle, cycle.pk)
        authority = require_bureau(actor, "admission.publish", row_cycle.region)
        declared = {one.id: one for one in channel_of(row_cycle).openings}
        if item not in declared:
            raise errors.OPENING_UNKNOWN.refuse(item=item[:40])
        content = content.strip()[:MOST]
        if not content and file is None:
            raise errors.OPENING_EMPTY.refuse(title=declared[item].title)
        row = Opening.objects.select_for_update(of=("self",)).filter(cycle=row_cycle, item=item).first()
        if row is not None and row.content == content and row.file_id == (file.pk if file is not None else None):
            return row
        if row is None:
            row = Opening(cycle=row_cycle, item=item, revision=0)
        row.title, row.content, row.file = declared[item].title, content, file
        row.revision += 1
        row.published_at, row.published_by = clock.now(), actor.label
        row.save()
        record(
            actor=actor,
            action="publish_opening",
            subject=("admission.opening", f"{row_cycle.public_id}:{item}"),
            region=row_cycle.region,
            organisation_id=authority,
            law_version=row_cycle.law_version,
            facts={"revision": row.revision, "file": file.public_id if file is not None else None},
        )
    return row
