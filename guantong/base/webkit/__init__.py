"""The page frame, its components, htmx and JSON replies, and the way a refusal becomes an answer. See docs/dev/webkit.md."""
