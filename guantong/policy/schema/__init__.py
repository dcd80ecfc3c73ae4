"""What a region folder may contain: units, shapes and the allowed words. No reading happens here."""
