"""Pages: the visitor's catalogue and plans, the school's desk, the bureau's import of supplements."""
