"""Guantong (贯通): runs a region's modern vocational education system from its policy documents."""

__version__ = "0.1.0"
