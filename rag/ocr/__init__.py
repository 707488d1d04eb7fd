"""Engines that read a page image, behind one protocol."""
