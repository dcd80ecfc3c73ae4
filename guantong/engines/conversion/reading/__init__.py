"""Reads a rule document (YAML or JSON, already parsed) and refuses every fault at once with its path."""

from guantong.engines.conversion.reading.document import read_ruleset

__all__ = ["read_ruleset"]
