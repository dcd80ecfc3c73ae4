"""The handler of cases about titles: what their page shows and where it is."""

from __future__ import annotations

from collections.abc import Iterable

from guantong.kernel import clock
from guantong.procedure.cases.handlers import Fact, Handler
from guantong.procedure.cases.models import Case

from .actions.writing import shown_name
from .log import plain
from .models import HeldTitle
from .rules import STATE_WORDS, standing_on


def _facts_for(case: Case) -> Iterable[Fact]:
    title = HeldTitle.objects.filter(number=case.subject_id).first()
    if title is None:
        return []
    now = standing_on(plain(title.entries.all()), clock.today())
    source = "称号名册"
    return [
        Fact("称号", shown_name(title), source),
        Fact("持有人", title.holder_name, source),
        Fact("编号", title.number, source),
        Fact("现在", STATE_WORDS[now.state], source),
    ]


HANDLER = Handler(facts_for=_facts_for, link_for=lambda case: f"/registers/cases/{case.public_id}/")
