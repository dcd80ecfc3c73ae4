"""Declarations of the invented province: cases in every state for the procedures a region folder holds.

What is declared comes from the worked examples beside the definitions, so it fits whatever procedures there are.
"""
