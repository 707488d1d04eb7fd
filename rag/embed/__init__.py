"""Texts to vectors, behind one protocol."""
