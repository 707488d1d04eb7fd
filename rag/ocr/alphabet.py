"""The characters that a page of French, English or a formula can hold: about 240 of 18,708.

The recogniser of PP-OCRv6 knows Chinese, Japanese and a thousand symbols; a speck over a French
letter may be read as one of them. Only these are let out of it. Characters that it confuses because
they look the same (Greek capitals drawn as Latin ones, full-width punctuation) are left out.
"""

from __future__ import annotations

DIGITS = "0123456789"
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FRENCH = "ÀÂÄÆÇÈÉÊËÎÏÔÖŒÙÛÜŸàâäæçèéêëîïôöœùûüÿ"
NEIGHBOURS = "ÁÅÍÑÓØÚßáåíñóøúìòãõ"  # in proper names
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]_{|}~«»‘’“”„†‡•…–—―"
SIGNS = "§©®°±²³µ·¹º×÷¼½¾€£′″√∞≈≠≤≥−←↑→↓¶"
GREEK = "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθκλμνξπρστφχψω"

ALPHABET = frozenset(DIGITS + LATIN + FRENCH + NEIGHBOURS + PUNCTUATION + SIGNS + GREEK)
