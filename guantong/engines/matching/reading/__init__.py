"""Rules from a mapping, and back: ``read_rules`` refuses every fault at once with its path."""

from guantong.engines.matching.reading.document import read_rules
from guantong.engines.matching.reading.writing import rules_as_mapping

__all__ = ["read_rules", "rules_as_mapping"]
