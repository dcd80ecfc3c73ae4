"""Spreadsheets in and out: safe opening, checked reading, templates and returned workbooks, import jobs.

The only user of spreadsheet libraries; how to use it is said in docs/dev/sheets.md. The pure parts (``errors``,
``specs``, ``scanning``, ``opening``, ``titles``, ``tidying``, ``cells``, ``reading``, ``spool``, ``writing``,
``returning``, ``kinds``) know nothing of Django; ``models``, ``actions``, ``selectors``, ``worker``, ``timed`` and
``pages`` do.
"""
