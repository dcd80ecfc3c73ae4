"""Regions as rows; authorities, schools, enterprises and bodies; each with its dated history.

Nothing here is renamed in place: a merge, split, rename, move or upgrade ends one span, begins another and leaves a
succession, so that figures of a past year can be added up as things were then and as they are today.
Divisions by GB/T 2260; unified social credit codes by GB 32100-2015; school codes are ten digits.
"""
