"""Filings of schools that run as cases: which procedure the region has, which case runs, what was said last."""

from __future__ import annotations

from collections.abc import Mapping

from guantong.base import lawbook
from guantong.domains.admission.errors import acting as errors
from guantong.domains.admission.models import Advertisement, Prospectus, RegistrationFiling
from guantong.kernel import clock
from guantong.procedure.cases.models import Case
from guantong.procedure.cases.public import list_cases_about, story

PROSPECTUS, REGISTRATION, ADVERTISEMENT = "admission.prospectus", "admission.registration", "admission.advertisement"
RUNNING = ("opened", "appealed")


def find_procedure(code: str, region: str) -> Mapping[str, object] | None:
    """The region's procedure of this id in force today, or None where the region has none."""
    entry = lawbook.current_policy().procedures(region, clock.today()).get(code)
    return entry.data if entry is not None else None


def prospectus_key(row: Prospectus) -> str:
    """The subject of a prospectus' cases."""
    return f"{row.cycle.public_id}:{row.school_id}"


def prospectus_cases(row: Prospectus) -> list[Case]:
    """Every case about a prospectus, newest first."""
    return list(list_cases_about((PROSPECTUS, prospectus_key(row))))


def latest_case(row: Prospectus) -> str:
    """Public id of the newest case about a prospectus, or nothing."""
    found = prospectus_cases(row)
    return found[0].public_id if found else ""


def running_case(row: Prospectus) -> Case | None:
    """The case in which a prospectus is being decided, if one runs."""
    return list_cases_about((PROSPECTUS, prospectus_key(row))).filter(state__in=RUNNING).first()


def last_words(case: Case) -> str:
    """What the last action of a case said: what to correct, the reasons stated, the opinion; as one text."""
    lines = story(case)
    if not lines:
        return ""
    last = lines[-1]
    parts = [f"{what}：{how}" for what, how in last.items]
    parts += [reason for reason, _ in last.reasons]
    parts += [last.opinion] if last.opinion else []
    return "；".join(part.rstrip("。；") for part in parts) + ("。" if parts else "")


def latest_case_of(filing: RegistrationFiling) -> Case | None:
    """The case of a roster."""
    return list_cases_about((REGISTRATION, filing.public_id)).first()


def get_advertisement(public_id: str) -> Advertisement:
    """An advertisement by its public id, for those who may read its case. ADM-165."""
    found = Advertisement.objects.select_related("school").filter(public_id=public_id).first()
    if found is None:
        raise errors.ADVERTISEMENT_UNKNOWN.refuse()
    return found


def list_advertisements(school_id: int) -> list[tuple[Advertisement, Case | None]]:
    """A school's advertisements with their case, newest first."""
    rows = Advertisement.objects.filter(school_id=school_id).order_by("-pk")
    return [(row, list_cases_about((ADVERTISEMENT, row.public_id)).first()) for row in rows]


def agreed_advertisements(school_id: int) -> list[Advertisement]:
    """What a school may advertise, open to all."""
    return list(Advertisement.objects.filter(school_id=school_id, state="granted").order_by("-approved_on", "-pk"))
