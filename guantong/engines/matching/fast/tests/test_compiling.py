"""Kept kernels after an update."""

import importlib.util
import pickle
import sys
from pathlib import Path
from types import ModuleType

import numpy as np

from guantong.engines.matching.fast.compiling import forget_unreadable

SOURCE = """
from typing import Any, NamedTuple

from guantong.engines.matching.fast.compiling import kernel


class {name}(NamedTuple):
    numbers: Any


@kernel
def total(row):
    found = 0
    for number in row.numbers:
        found += number
    return found
"""


def _module(path: Path, name: str) -> ModuleType:
    path.write_text(SOURCE.format(name=name), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("kept_kernels_of_a_test", path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


def test_kernels_kept_for_a_type_that_moved_are_compiled_again(tmp_path):
    before = _module(tmp_path / "kernels.py", "Row")
    assert before.total(before.Row(np.arange(4))) == 6
    kept = Path(before.total.stats.cache_path)
    assert [p.suffix for p in kept.glob("*.nbi")] == [".nbi"] and forget_unreadable(before.total) == []

    after = _module(tmp_path / "kernels.py", "Line")  # the same kernel, its type under another name
    gone = forget_unreadable(after.total)
    assert len(gone) == 1 and not list(kept.glob("*.nbi"))
    assert after.total(after.Line(np.arange(5))) == 10


def test_a_half_written_index_goes_and_a_sound_one_stays(tmp_path):
    module = _module(tmp_path / "kernels.py", "Row")
    module.total(module.Row(np.arange(4)))
    kept = Path(module.total.stats.cache_path)
    sound = next(kept.glob("*.nbi"))
    (kept / "half.nbi").write_bytes(pickle.dumps("0")[:-1])
    assert forget_unreadable(module.total) == ["half.nbi"]
    assert list(kept.glob("*.nbi")) == [sound]
