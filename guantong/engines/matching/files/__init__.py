"""The files of a run: bytes in, bytes out. What each holds stands in ``docs/api/admission-files.md``."""
