"""Decisions about programmes, curriculum plans and student records, as pure functions of facts, law and date.

``vocabulary`` names levels, categories, kinds and states with their transitions; ``facts`` are the plain values the
rules look at; ``totals`` their sums; ``catalogue`` says what a programme code must look like; ``courses`` what a course
table must satisfy; ``plan_checks`` holds the national checks of a plan; ``records`` what may happen to a record (学籍).
"""
