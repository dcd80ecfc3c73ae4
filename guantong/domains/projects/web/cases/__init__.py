"""Pages that are the same for everybody who takes part in a case."""

from guantong.domains.projects.web.cases import declaring, delegating, one, reviews, working

__all__ = ["declaring", "delegating", "one", "reviews", "working"]
