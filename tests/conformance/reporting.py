"""What was compared and how it came out."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field


@dataclass
class Report:
    """Collects comparisons; prints each as it is made."""

    rows: list[tuple[str, str, bool]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, example: str, what: str, is_right: bool) -> None:
        """One comparison."""
        self.rows.append((example, what, is_right))
        sys.stdout.write(f"{'pass' if is_right else 'FAIL'}  {example}: {what}\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """A figure that is told, not judged."""
        self.notes.append(text)
        sys.stdout.write(f"      {text}\n")
        sys.stdout.flush()

    @property
    def failed(self) -> int:
        """How many comparisons failed."""
        return sum(not is_right for _, _, is_right in self.rows)
