"""Every read of cases."""

from .access import Available, access_case_for, available_actions, why_not_appeal
from .approved import Approved, Difference, approved, differences_now
from .replaying import Finding, replay, verify_all
from .standing import Standing, list_deadlines, list_materials, list_open_deadlines, standing
from .story import StoryLine, story, values_told
from .to_do import ToDo, ToDoPage, count_to_do, list_cases_about, list_cases_of, to_do_for

__all__ = [
    "Approved",
    "Available",
    "Difference",
    "Finding",
    "Standing",
    "StoryLine",
    "ToDo",
    "ToDoPage",
    "access_case_for",
    "approved",
    "available_actions",
    "count_to_do",
    "differences_now",
    "list_cases_about",
    "list_cases_of",
    "list_deadlines",
    "list_materials",
    "list_open_deadlines",
    "replay",
    "standing",
    "story",
    "to_do_for",
    "values_told",
    "verify_all",
    "why_not_appeal",
]
