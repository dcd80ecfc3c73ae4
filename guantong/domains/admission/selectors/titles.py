"""What the ids in a sealed run are called, so that its manifest reads by itself."""

from __future__ import annotations

from datetime import date

from guantong.domains.admission.models import IntakePlan
from guantong.domains.admission.rules.running import rationales
from guantong.domains.admission.selectors.instances import RunInput
from guantong.domains.admission.selectors.places import show_places, units_of


def titles_of(given: RunInput, on: date) -> dict[str, str]:
    """Id → words for every unit and place of a run, every fact, and every line, condition, quota and key a verdict may
    name. Schools bear the names of the day ``on``, so that sealing again gives the same manifest."""
    plans = IntakePlan.objects.filter(pk__in=list(given.plans.values())).select_related("school", "programme", "cycle")
    places = show_places(plans.order_by("pk"), on=on)
    named = {place.id: place.title for place in places}
    named |= {key: unit.title for key, unit in units_of(places, given.batch.unit).items()}
    named |= {name: title for name, title in given.channel.titles.items() if name in given.columns}
    named |= {kind.id: kind.title for kind in given.channel.kinds}
    reasons = rationales(given.channel, given.batch, given.places, given.round)
    return named | {key: one.title for key, one in reasons.items()}
