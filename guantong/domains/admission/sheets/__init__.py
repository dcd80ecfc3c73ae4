"""Spreadsheets of admission: rosters of candidates, scores, intake plans."""
