"""Releases broken on purpose."""
