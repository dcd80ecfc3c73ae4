"""The bureau's desk of admission: years, sizes and plans, candidates, rounds, runs, trials, openings, appeals.

``choice`` says in which cycle the person works.
"""
