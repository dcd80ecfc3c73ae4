"""Spreadsheets a registrar would really hand in, made by a command: ``guantong samples`` writes them."""
