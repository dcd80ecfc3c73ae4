"""The fast implementation of docs/dev/matching.md: numba kernels over arrays."""
