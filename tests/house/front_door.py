"""An import-linter contract: from outside, a domain is entered only by its ``public`` module."""

from __future__ import annotations

from typing import Any

from importlinter import Contract, ContractCheck, fields, output


class FrontDoor(Contract):
    """``houses``: the package whose children are domains; ``door``: the one module others may import.

    ``exempt`` packages (the settings and URLs) may import anything. Tests may too: they set the stage.
    """

    houses = fields.StringField()
    door = fields.StringField()
    exempt = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        """Every direct import of a domain's module by a module outside that domain."""
        houses = str(self.houses)
        door = str(self.door)
        exempt = tuple(str(name) for name in (self.exempt or ()))  # type: ignore[attr-defined]
        found: list[tuple[str, str]] = []
        for domain in sorted(graph.find_children(houses)):
            allowed = f"{domain}.{door}"
            inside = {domain, *graph.find_descendants(domain)}
            for imported in sorted(inside):
                if imported == allowed or imported.startswith(f"{allowed}."):
                    continue
                for importer in sorted(graph.find_modules_that_directly_import(imported)):
                    if importer in inside or ".tests" in importer:
                        continue
                    if any(importer == name or importer.startswith(f"{name}.") for name in exempt):
                        continue
                    found.append((importer, imported))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import."""
        for importer, imported in check.metadata["found"]:
            output.print_error(f"{importer} imports {imported}: go through {self.door}", bold=False)
