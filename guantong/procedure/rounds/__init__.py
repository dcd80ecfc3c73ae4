"""Rounds of declaring (yearly by law, or opened by a notice) and quotas counted exactly (decision 0010).

Two parts hang on the machine of ``procedure/cases``: ``rounds`` refuses handing in before a round opens and after it
closes, to the second; ``quotas`` takes a seat when a case arrives at a named place and gives it back when it falls out.
"""
