"""What other rooms may use of accounts."""

from __future__ import annotations

from django.conf import settings

from guantong.base.accounts.actor import Actor, PostFact
from guantong.base.accounts.gate import require
from guantong.base.accounts.mandates import ROLES, Role, label_of, roles_that_may

__all__ = ["ROLES", "SYSTEM", "VISITOR", "Actor", "PostFact", "Role", "label_of", "require", "roles_that_may"]

SYSTEM = Actor(user_id=None, person_id=None, label="系统", region=settings.REGION, is_system=True)
"""Acts for timed work and for setting up an installation."""

VISITOR = Actor(user_id=None, person_id=None, label="访客", region=settings.REGION)
"""Anyone who has not signed in."""
