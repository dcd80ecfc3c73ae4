"""Panels of reviewers: dated pools, a sealed draw anyone can repeat, recusal, blind scores, ranking (decision 0010).

Pure rooms: ``drawing``, ``scoring``, ``ranking``, ``published`` (what is published, and recomputing it). The part
``panels`` hangs on steps with ``panel:`` and moves a case to ``passed`` or ``failed`` when the panel is closed.
"""
