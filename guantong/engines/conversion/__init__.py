"""Conversion: which achievements count toward which courses of a plan, how much, why not, and the best use.

Pure functions of facts, a school's rule document, numbers of the law and a day; whole hundredths of a credit and exact
fractions only. How a school writes its rules: docs/dev/conversion-rules.md. Carries out 职业教育法第十七条、第五十一条
(credits, qualifications, other outcomes convert) and 教职成〔2020〕7号任务7 (schools write their own methods).
"""

from guantong.engines.conversion.allocating import Allocation, Assignment, allocate
from guantong.engines.conversion.comparing import PastApplication, compare, explain_difference
from guantong.engines.conversion.compiling import CompiledRules, compile_rules
from guantong.engines.conversion.facts import (
    LAW_QUESTIONS,
    AchievementFacts,
    CourseFacts,
    LawValue,
    LearnerFacts,
    PlanFacts,
    PriorConversion,
)
from guantong.engines.conversion.reading import read_ruleset
from guantong.engines.conversion.reasons import Reason
from guantong.engines.conversion.simulation import simulate
from guantong.engines.conversion.verdicts import Option, Verdict, verdicts

__all__ = [
    "LAW_QUESTIONS",
    "AchievementFacts",
    "Allocation",
    "Assignment",
    "CompiledRules",
    "CourseFacts",
    "LawValue",
    "LearnerFacts",
    "Option",
    "PastApplication",
    "PlanFacts",
    "PriorConversion",
    "Reason",
    "Verdict",
    "allocate",
    "compare",
    "compile_rules",
    "explain_difference",
    "read_ruleset",
    "simulate",
    "verdicts",
]
