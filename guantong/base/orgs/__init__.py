"""Regions as rows, authorities, schools, enterprises and bodies, each with its dated history (merge, split, rename, upgrade)."""
