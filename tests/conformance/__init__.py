"""Public golden data, run where it lies (``make conformance DATA=FOLDER``); nothing of it is in this repository."""
