"""Decisions of admission as pure functions of facts, law and date.

``states``: stages and states, and which may follow which. ``declaration``: what a region set up for a channel.
``scoring``: the composition of scores and ranking keys. ``eligibility``: who may be placed where, and the bars.
``plans``: intake plans and prospectuses. ``shares``: the shares to be kept. ``appealing``: until when one may object.
"""
