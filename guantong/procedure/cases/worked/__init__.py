"""Worked examples of procedures (``regions/<region>/cases/procedures/*.yaml``): who passes, who lacks what, who does
what next and where the case ends. They run against the loaded law, without a database, as the bureau reads them.

How to write them: ``docs/dev/procedures.md``, "Worked examples".
"""

from .reading import Deed, Example, read_examples
from .running import MUST_HAVE_EXAMPLES, run_examples, run_one
from .walking import Walk

__all__ = ["MUST_HAVE_EXAMPLES", "Deed", "Example", "Walk", "read_examples", "run_examples", "run_one"]
