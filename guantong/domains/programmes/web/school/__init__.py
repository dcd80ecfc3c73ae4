"""The school's desk: ``plans`` and ``offerings`` of the school, its ``students``; ``choice`` says which school."""
