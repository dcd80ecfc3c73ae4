"""Asks the law: typed parameters at (region, date), with the chain of regions and the clause.

``load_policy(path)`` gives a :class:`Policy`, ``policy.law(region=…, on=…)`` a :class:`Law`,
``law.answer(name)`` an :class:`Answer`.
"""

from guantong.policy.asking.calendar import WorkingCalendar
from guantong.policy.asking.law import Answer, Law, Link
from guantong.policy.asking.policy import Ending, Policy, load_policy

__all__ = ["Answer", "Ending", "Law", "Link", "Policy", "WorkingCalendar", "load_policy"]
