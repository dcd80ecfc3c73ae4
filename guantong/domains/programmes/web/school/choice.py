"""Which of her schools the person works for now."""

from __future__ import annotations

from django.http import HttpRequest

from guantong.base.accounts.actor import Actor
from guantong.base.orgs.models import Organisation
from guantong.base.orgs.public import names_on
from guantong.kernel import clock

from ... import errors


def school_of(request: HttpRequest, actor: Actor, permission: str) -> tuple[int, list[tuple[str, str, bool]]]:
    """(school, choices as public id, name, whether chosen): the school asked for by ``school``, else the first.

    Refuses PRG-044 when the actor holds ``permission`` at no school.
    """
    own = sorted(actor.organisations(permission))
    if not own:
        raise errors.SCHOOL_MISSING.refuse()
    asked = request.GET.get("school", request.POST.get("school", ""))
    public = dict(Organisation.objects.filter(pk__in=own).values_list("pk", "public_id"))
    chosen = next((pk for pk in own if public[pk] == asked), own[0])
    names = names_on(own, clock.today())
    return chosen, [(public[pk], names[pk], pk == chosen) for pk in own]
