"""Between doors and rules: ``typed`` reads what was typed, ``shown`` works out what pages show."""
