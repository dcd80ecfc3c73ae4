"""Sample sheets of admission to try the imports with: good ones, and ones with faults, one a row."""
