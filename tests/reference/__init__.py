"""Slow, obvious twins of what the package computes fast, written straight from the definitions."""
