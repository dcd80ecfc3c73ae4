"""Every read, by subject: ``catalogue``, ``offerings``, ``plans``, ``records``; ``shipped`` reads the data files."""
