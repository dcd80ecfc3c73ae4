"""Tables of admission: one module a subject. Scores are whole thousandths, money whole fen, seats whole places."""

from guantong.domains.admission.models.candidates import Candidate, PreferenceList, ProvedFact, Score
from guantong.domains.admission.models.cycles import Cycle, Opening, Round
from guantong.domains.admission.models.filings import Advertisement, RegistrationFiling, Sanction, SchoolSite
from guantong.domains.admission.models.placements import Appeal, AppealRerun, Placement
from guantong.domains.admission.models.plans import IntakePlan, Prospectus, SchoolLimit
from guantong.domains.admission.models.runs import Cutoff, Run, RunResult

__all__ = [
    "Advertisement",
    "Appeal",
    "AppealRerun",
    "Candidate",
    "Cutoff",
    "Cycle",
    "IntakePlan",
    "Opening",
    "Placement",
    "PreferenceList",
    "Prospectus",
    "ProvedFact",
    "RegistrationFiling",
    "Round",
    "Run",
    "RunResult",
    "Sanction",
    "SchoolLimit",
    "SchoolSite",
    "Score",
]
