"""Spreadsheets in and out: safe opening, checked reading, templates and returned workbooks, import jobs.

The only user of spreadsheet libraries. The pure parts (``errors``, ``specs``, ``opening``, ``scanning``, ``titles``,
``cells``, ``reading``, ``writing``, ``returning``) know nothing of Django; ``models``, ``jobs``, ``worker`` and
``pages`` do.
"""
