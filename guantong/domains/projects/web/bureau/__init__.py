"""The authority's desk: rounds, pools, figures, and tightening a procedure."""

from guantong.domains.projects.web.bureau import comparing, figures, pools, rounds

__all__ = ["comparing", "figures", "pools", "rounds"]
