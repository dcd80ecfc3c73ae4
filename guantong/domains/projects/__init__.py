"""申报事项: the desk for every procedure that is pure data, from the hall where it is found to the register it feeds.

A definition in a region folder with ``subject: projects.declaration`` needs no Python: this domain gives it a page in
the hall, a form, a case page, lists, statistics and the JSON door. Conditions, rounds, panels, publicity and titles are
those of ``guantong.procedure``. Carries out the general part of G1, G8, G10, T3, T6, E3, P1 and whatever a region
declares (docs/decisions/0010).
"""
