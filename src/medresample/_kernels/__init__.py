"""Numba functions on arrays: no classes, no randomness, no checks, no errors."""
