"""What other rooms use of rounds and quotas."""

from .actions import ensure_round, extend_case, extend_round, give_back, open_round, why_not_govern
from .audit import Recount, recount
from .bodies import body_id, body_of
from .cycles import CycleShown, place_among, show_cycle
from .forms import take_case_extension, take_extension, take_opening
from .homes import home_of, home_of_case, plan_of, quotas_of, shared_with
from .models import Round
from .selectors import (
    Closing,
    RoundShown,
    closing_day,
    coming_closings,
    held_by,
    list_rounds,
    list_rounds_of_region,
    most_of,
    round_of,
    seats_left,
)

__all__ = [
    "Closing",
    "CycleShown",
    "Recount",
    "Round",
    "RoundShown",
    "body_id",
    "body_of",
    "closing_day",
    "coming_closings",
    "ensure_round",
    "extend_case",
    "extend_round",
    "give_back",
    "held_by",
    "home_of",
    "home_of_case",
    "list_rounds",
    "list_rounds_of_region",
    "most_of",
    "open_round",
    "place_among",
    "plan_of",
    "quotas_of",
    "recount",
    "round_of",
    "seats_left",
    "shared_with",
    "show_cycle",
    "take_case_extension",
    "take_extension",
    "take_opening",
    "why_not_govern",
]
