"""Settings: ``base`` for all, ``demo`` for the invented region, ``production``, ``test``."""
