"""Every message: whole sentences, the thing and not the program, and proved by a test that names its code."""

from __future__ import annotations

from pathlib import Path

import pytest

from guantong.base.sheets import errors
from guantong.kernel.refusal import RefusalKind

from .books import FORBIDDEN

KINDS = [value for value in vars(errors).values() if isinstance(value, RefusalKind)]
HERE = Path(__file__).parent


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_message_is_proved_and_well_said(kind):
    filled = dict.fromkeys(kind.fields, "甲")
    problem = kind.problem(**filled)
    assert problem.message.endswith("。")
    assert problem.do.endswith("。") or problem.do.endswith("甲")
    assert not FORBIDDEN.search(problem.message + problem.do)
    elsewhere = (
        path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py") if path.name != Path(__file__).name
    )
    assert any(kind.code in text for text in elsewhere)


def test_codes_keep_to_their_tens():
    weights = {k.code: k.weight.value for k in KINDS}
    assert all(weights[c] == "已处理" for c in weights if c.startswith(("SHT-03", "SHT-08")))
    assert all(
        weights[c] == "必须改" for c in weights if c.startswith(("SHT-00", "SHT-01", "SHT-04", "SHT-05", "SHT-06"))
    )
