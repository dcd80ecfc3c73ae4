"""Settings, root URLs, the command line and system checks: the only place that knows every part."""
