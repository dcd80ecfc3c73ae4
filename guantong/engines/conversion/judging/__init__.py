"""Judges one learner's achievements: which rules take them, what they are worth, toward which courses."""

from guantong.engines.conversion.judging.against import cap_core, size_text
from guantong.engines.conversion.judging.core import Core, Grant, best_grant, course_names
from guantong.engines.conversion.judging.judge import Judge, kept_apart
from guantong.engines.conversion.judging.worth import judge_core, least_cover

__all__ = [
    "Core",
    "Grant",
    "Judge",
    "best_grant",
    "cap_core",
    "course_names",
    "judge_core",
    "kept_apart",
    "least_cover",
    "size_text",
]
