"""Loads region folders and checks them, collecting every fault with file, line, what is wrong and what to do."""
