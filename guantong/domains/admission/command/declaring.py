"""``guantong admission check``: the channels of every region as declared, each fault with file and line."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date

from guantong.domains.admission.rules.declaration import Channel, channels, problems_on, warnings_of
from guantong.domains.admission.rules.declaration.reading_batches import MECHANISMS, TIES, UNITS_OF_CHOICE
from guantong.kernel import clock
from guantong.kernel.refusal import Refusal
from guantong.policy import errors
from guantong.policy.asking import load_policy
from guantong.policy.command import regions_root
from guantong.policy.schema.units import parse_day


def run_check(options: argparse.Namespace) -> int:
    """Read every channel on a day; exit 2 with every fault, else 0 with a list of channels and what to confirm."""
    policy = load_policy(regions_root())
    on = _day(options.on)
    problems = problems_on(policy, on)
    if problems:
        raise Refusal(problems)
    found = [
        channel
        for region in policy.regions
        if (first := policy.first_day(region)) is not None and first <= on
        for channel in channels(policy, region, on)
        if channel.region == region
    ]
    warnings = [warning for channel in found for warning in warnings_of(channel)]
    if options.json:
        told = {
            "ok": True,
            "on": on.isoformat(),
            "channels": [_as_json(channel) for channel in found],
            "warnings": [warning.as_json() for warning in warnings],
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return 0
    for channel in found:
        sys.stdout.write(f"{channel.region}　{channel.id}　{channel.title}\n")
        for batch in channel.batches:
            words = "，".join((UNITS_OF_CHOICE[batch.unit], MECHANISMS[batch.mechanism], f"同分{TIES[batch.ties]}"))
            sys.stdout.write(f"    {batch.title}：{words}，{batch.list_length.whole} 个志愿\n")
    for warning in warnings:
        sys.stdout.write(f"请确认　{warning.sentence()}\n")
    sys.stdout.write(f"检查通过：{len(found)} 个招生渠道，{len(warnings)} 处请确认。\n")
    return 0


def _as_json(channel: Channel) -> dict[str, object]:
    return {
        "region": channel.region,
        "channel": channel.id,
        "title": channel.title,
        "digest": channel.digest,
        "inherits": list(channel.inherits),
        "batches": [batch.id for batch in channel.batches],
    }


def _day(text: str | None) -> date:
    if text is None:
        return clock.today()
    try:
        return parse_day(text)
    except ValueError:
        raise errors.BAD_DATE.refuse(text=text) from None
