"""A whole small year, with every outcome worked out by hand."""

from __future__ import annotations


def test_scene_builds(scene):
    assert scene.round.stage == "choices"
    assert scene.cycle.stage == "choices"
    ranks = {n: scene.candidate(n).score.rank for n in "甲乙丙丁戊己庚癸辛壬"}
    assert ranks == {"甲": 1, "乙": 2, "丙": 3, "丁": 4, "戊": 5, "己": 6, "庚": 6, "癸": 8, "辛": 9, "壬": 10}
