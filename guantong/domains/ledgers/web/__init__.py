"""Pages of ledgers and of the key-task platform."""
