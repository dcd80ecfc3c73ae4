"""The candidate's desk: home of each cycle, registration and score, the list, results, appeals."""

from guantong.domains.admission.web.learner import choosing, home, results

__all__ = ["choosing", "home", "results"]
