"""Messages to people, sent after commit."""
