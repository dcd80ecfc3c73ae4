"""What a change of a condition means. Pure."""

from .tightness import LOOSER, OTHER, SAME, TIGHTER, Effect, direction, effect_of

__all__ = ["LOOSER", "OTHER", "SAME", "TIGHTER", "Effect", "direction", "effect_of"]
