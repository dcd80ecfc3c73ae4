"""The spreadsheets of this domain: course tables of plans, supplements of the catalogue, rosters of students."""

from .courses import COURSES, CoursesRead, courses_report, courses_table, courses_template, read_courses
from .programmes import PROGRAMMES, ProgrammesRead, programmes_report, programmes_template, read_programmes

__all__ = [
    "COURSES",
    "PROGRAMMES",
    "CoursesRead",
    "ProgrammesRead",
    "courses_report",
    "courses_table",
    "courses_template",
    "programmes_report",
    "programmes_template",
    "read_courses",
    "read_programmes",
]
