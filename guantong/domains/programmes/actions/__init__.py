"""Every write, by subject: the catalogue, offerings, curriculum plans, student records."""

from .catalogue import ProgrammeEntry, import_programmes, load_catalogue
from .offerings import offer_programme, offer_programmes
from .plans import draft_plan, publish_plan, replace_courses
from .records import Enrolment, enrol_student, enrol_students, leave_school, transfer_student, withdraw_enrolments

__all__ = [
    "Enrolment",
    "ProgrammeEntry",
    "draft_plan",
    "enrol_student",
    "enrol_students",
    "import_programmes",
    "leave_school",
    "load_catalogue",
    "offer_programme",
    "offer_programmes",
    "publish_plan",
    "replace_courses",
    "transfer_student",
    "withdraw_enrolments",
]
