"""For which of her schools the person works now, and in which cycle."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from guantong.base.accounts.actor import Actor
from guantong.base.accounts.public import require
from guantong.base.orgs.models import Organisation
from guantong.base.webkit.pages import actor_of
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.rules.states import CYCLE_STAGES
from guantong.domains.admission.selectors.access import get_cycle
from guantong.domains.admission.selectors.gates import school_names
from guantong.domains.admission.selectors.visitor_cycles import TONES, stage_now

PLAN, REVIEW = "admission.plan", "admission.review"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who works for which school; ``schools`` is (public id, name, whether chosen) when there is more than one."""

    actor: Actor
    school_id: int
    school_key: str
    school_name: str
    schools: tuple[tuple[str, str, bool], ...]

    @property
    def options(self) -> list[tuple[str, str]]:
        """The schools to choose from, for a list."""
        return [(key, name) for key, name, _ in self.schools]

    def link(self, name: str, *args: object) -> str:
        """Address of a page of this desk, for the same school."""
        address = reverse(f"admission:{name}", args=args or None)
        return f"{address}?{urlencode({'school': self.school_key})}" if len(self.schools) > 1 else address

    def may(self, permission: str) -> bool:
        """Whether the person holds the permission at this school."""
        return self.actor.may(permission, self.school_id)


def standing_of(request: HttpRequest, permission: str) -> Standing:
    """The school asked for by ``school``, else the first one; ACC-… without a post that gives the permission."""
    actor = actor_of(request)
    own = sorted(actor.organisations(permission))
    if not own:
        require(actor, permission)
    asked = request.GET.get("school") or request.POST.get("school") or ""
    keys = dict(Organisation.objects.filter(pk__in=own).values_list("pk", "public_id"))
    chosen = next((pk for pk in own if keys[pk] == asked), own[0])
    names = school_names(own)
    return Standing(
        actor, chosen, keys[chosen], names[chosen], tuple((keys[pk], names[pk], pk == chosen) for pk in own)
    )


def in_cycle(
    request: HttpRequest, public_id: str, permission: str, page: str
) -> tuple[Standing, Cycle, dict[str, object]]:
    """(who, cycle, what the head of every page of a cycle needs); ``page`` is the tab that is open."""
    standing = standing_of(request, permission)
    cycle = get_cycle(public_id)
    tabs = [
        (title, standing.link(name, cycle.public_id), name == page)
        for title, name, needed in (
            ("概况", "school_cycle", PLAN),
            ("招生计划", "school_plans", PLAN),
            ("招生简章", "school_prospectus", PLAN),
            ("投档名单", "school_files", REVIEW),
            ("注册", "school_registration", REVIEW),
            ("完成情况", "school_figures", PLAN),
        )
        if standing.may(needed)
    ]
    stage = stage_now(cycle)
    head: dict[str, object] = {
        "here": standing,
        "cycle": cycle,
        "tabs": tabs,
        "stage_label": CYCLE_STAGES.labels[stage],
        "stage_tone": TONES[stage],
    }
    return standing, cycle, head
