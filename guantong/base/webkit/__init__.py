"""Page frame, components, htmx and JSON replies; how a refusal becomes an answer. See docs/dev/webkit.md."""
