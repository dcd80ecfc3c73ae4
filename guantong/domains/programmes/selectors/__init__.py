"""Every read, by subject: ``catalogue``, ``offerings``, ``plans``, ``records``; ``shipped`` reads the catalogue's files."""
