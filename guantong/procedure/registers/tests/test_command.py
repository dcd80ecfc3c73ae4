"""The command that lists and verifies registers."""

from __future__ import annotations

import argparse
import json

from guantong.procedure.registers.command import register
from guantong.procedure.registers.models import HeldTitle


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    options = parser.parse_args(["registers", *arguments])
    return int(options.run(options))


def test_it_lists_and_verifies_and_names_what_does_not_fit(world, capsys):
    title = world.granted("middle")
    assert run("list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"register": "sample-dual", "title": "样例教师名册", "standing": 1, "targets": []} in listed
    assert run("verify") == 0
    assert "核对了 1 个称号，全部对得上。" in capsys.readouterr().out
    HeldTitle.objects.update(level="高级")
    assert run("verify") == 1
    said = capsys.readouterr().out
    assert title.number in said and "TTL-202" in said
