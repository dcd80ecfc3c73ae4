"""Every write of titles: entering, opening follow-up, opening each year, noting what relies on them."""

from .entering import carry_out, why_not_carry_out
from .following import open_about
from .relying import note_reliance
from .yearly import open_yearly

__all__ = ["carry_out", "note_reliance", "open_about", "open_yearly", "why_not_carry_out"]
