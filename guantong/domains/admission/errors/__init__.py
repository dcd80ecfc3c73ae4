"""Refusals of admission: ``acting`` what people do (ADM-001…), ``rules`` declarations, scores, plans (ADM-200…).

Codes are never reused; docs/dev/error-codes.md lists them all.
"""
