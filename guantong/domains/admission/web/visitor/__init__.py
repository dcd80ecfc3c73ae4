"""Open to all: cycles, places, cut-offs, ranks, vacancies, figures, the ten openings, proofs. No sign-in anywhere."""

from guantong.domains.admission.web.visitor import cycles, figures, places, proofs

__all__ = ["cycles", "figures", "places", "proofs"]
