"""Opening a procedure about a title: by its holder, or by the authority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guantong.base.accounts.actor import Actor
from guantong.kernel import clock
from guantong.procedure.cases import library
from guantong.procedure.cases.actions import open_case
from guantong.procedure.cases.models import Case

from .. import errors
from ..models import HeldTitle
from ..reading import SUBJECT
from .writing import kept_of, shown_name


def open_about(
    *,
    actor: Actor,
    definition: str,
    number: str,
    form: Mapping[str, Any] | None = None,
    authority_id: int | None = None,
) -> Case:
    """Open the procedure ``definition`` about the title with this number, for its holder.

    Refuses TTL-101 no such title, TTL-104 and TTL-106 not about it or not in its state, and as ``open_case`` does.
    """
    title = HeldTitle.objects.select_related("version").filter(number=number).first()
    if title is None:
        raise errors.TITLE_UNKNOWN.refuse(number=number[:16])
    region = title.version.region
    found = library.definition_in_force(definition, region, clock.today())
    about = kept_of(found).about
    if about is None or about.register != title.register:
        raise errors.OTHER_REGISTER.refuse(number=number, title=found.title)
    return open_case(
        actor=actor,
        definition=definition,
        region=region,
        subject=(SUBJECT, title.number),
        organisation_id=title.organisation_id,
        person_id=title.person_id,
        form=form,
        title=f"{found.title}：{title.holder_name}，{shown_name(title)}"[:120],
        authority_id=authority_id or title.authority_id,
    )
