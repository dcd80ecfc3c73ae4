"""Every channel the invented province declares can be opened, read again from what was kept, and has its forms."""

from __future__ import annotations

import pytest

from guantong.base.lawbook import current_policy
from guantong.base.sheets.kinds import job_kind
from guantong.base.sheets.writing import write_template
from guantong.domains.admission.actions import cycles
from guantong.domains.admission.models import Cycle
from guantong.domains.admission.rules.declaration import channels
from guantong.domains.admission.selectors.channels import channel_of, send_back_reasons
from guantong.domains.admission.selectors.openings import openings_of
from guantong.domains.admission.selectors.published import calendar_of
from guantong.domains.admission.selectors.statistics import statistics_of
from guantong.kernel import clock
from tests.cast import BASELINE

with clock.frozen_at(BASELINE):
    NAMES = [c.id for c in channels(current_policy(), "990000", clock.today())]


@pytest.mark.parametrize("channel", NAMES)
def test_a_channel_opens_and_its_forms_can_be_written(cast, channel):
    cycle = cycles.open_cycle(actor=cast.he, region="990000", year=2026, channel=channel)
    kept = Cycle.objects.get(pk=cycle.pk)
    assert channel_of(kept).digest == kept.declaration_digest
    assert channel_of(kept) == channel_of(cycle)
    for family in ("admission_candidates", "admission_scores", "admission_plans"):
        (spec,) = job_kind(f"{family}:{kept.public_id}").specs
        assert write_template(spec)[:2] == b"PK"
    assert len(openings_of(kept)) == len(channel_of(kept).openings)
    assert statistics_of(kept).places == 0
    assert all(first <= last for _, first, last, _ in calendar_of(kept))
    assert len(send_back_reasons(kept)) == 5
    assert all(reason.basis for reason in send_back_reasons(kept).values())


def test_seven_channels_are_declared():
    assert len(NAMES) == 7
