"""Mending what was misread, each edit aligned to its words."""
