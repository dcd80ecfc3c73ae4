"""Refusals of what people do in admission: ADM-001 to ADM-199."""
