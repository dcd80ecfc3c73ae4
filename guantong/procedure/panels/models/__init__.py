"""Pools of reviewers with what recuses them; panels with their draws and scores."""

from .panels import Closing, Panel, PanelCase, PanelEvent, PanelSeat, Score, ScoreSheet
from .pools import Affiliation, Interest, Pool, PoolMember

__all__ = [
    "Affiliation",
    "Closing",
    "Interest",
    "Panel",
    "PanelCase",
    "PanelEvent",
    "PanelSeat",
    "Pool",
    "PoolMember",
    "Score",
    "ScoreSheet",
]
