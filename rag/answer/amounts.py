"""Numbers of a text with their units, written however they may be, as values that compare.

« 2,8 », « 2.8 »; « ½ », « une demie »; « vingt-cinq », "twenty-five"; « 25 à 30 grammes » is two
amounts in grams; « deux minutes » is 120 seconds. French first, English too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

_UNITS: Final[dict[str, tuple[str, float]]] = {  # pattern → (kind, value in the unit of the kind)
    r"µm|microns?|microm[èe]tres?": ("mm", 0.001),
    r"mm|millim[èe]tres?|millim\.?": ("mm", 1),
    r"cm3|cm³|cc|c\.\s?c\.?|ml|millilitres?|centim[èe]tres?\s+cubes?|cent\.\s?cubes?": ("ml", 1),
    r"cm|centim[èe]tres?|centim\.?": ("mm", 10),
    r"cl|centilitres?": ("ml", 10),
    r"dl|d[ée]cilitres?": ("ml", 100),
    r"l|litres?|liters?|lit\.?": ("ml", 1000),
    r"km|kilom[èe]tres?": ("mm", 1e6),
    r"m|m[èe]tres?|meters?": ("mm", 1000),
    r"pouces?|inch(?:es)?": ("mm", 25.4),
    r"mg|milligrammes?": ("g", 0.001),
    r"kg|kilos?|kilogrammes?|kilograms?": ("g", 1000),
    r"g|gr|grammes?|grams?": ("g", 1),
    r"ms|millisecondes?": ("s", 0.001),
    r"s|sec|secondes?|seconds?|″": ("s", 1),
    r"min|mn|minutes?|′": ("s", 60),
    r"h|heures?|hours?": ("s", 3600),
    r"jours?|journ[ée]es?|days?": ("s", 86400),
    r"semaines?|weeks?": ("s", 604800),
    r"mois|months?": ("month", 1),
    r"ans?|ann[ée]es?|years?": ("month", 12),
    r"%|pour\s+(?:100|cent)|p\.\s?100|percent|per\s+cent": ("%", 1),
    r"‰|pour\s+(?:1000|mille)": ("%", 0.1),
    r"°\s?[Cc]?|º\s?C|degr[ée]s?|degrees?": ("°", 1),
    r"°\s?F|degrees\s+Fahrenheit": ("°F", 1),
    r"K|kelvins?": ("K", 1),
    r"IL|EV|stops?|diaphs?|diaphragmes?": ("il", 1),
    r"[Mm]px|MP|[Mm]Pix|m[ée]gapixels?": ("mpx", 1),
    r"pixels?|px": ("px", 1),
    r"dpi|ppp|ppi": ("dpi", 1),
    r"lux": ("lux", 1),
    r"lumens?": ("lumen", 1),
    r"W|watts?": ("W", 1),
    r"Go|GB|gigaoctets?": ("Mo", 1000),
    r"Mo|MB|m[ée]gaoctets?": ("Mo", 1),
    r"francs?|fr\.?": ("franc", 1),
    r"centimes?": ("franc", 0.01),
    r"euros?|€": ("euro", 1),
    r"fois|times": ("fois", 1),
    r"gouttes?|drops?": ("goutte", 1),
    r"parties|parts?": ("partie", 1),
    r"ISO|ASA": ("iso", 1),
}
_WORDS: Final = {
    **dict.fromkeys(("un", "une", "one"), 1), "deux": 2, "two": 2, "trois": 3, "three": 3,
    "quatre": 4, "four": 4, "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8,
    "eight": 8, "neuf": 9, "nine": 9, "dix": 10, "ten": 10, "onze": 11, "eleven": 11,
    "douze": 12, "twelve": 12, "treize": 13, "thirteen": 13, "quatorze": 14, "fourteen": 14,
    "quinze": 15, "fifteen": 15, "seize": 16, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "vingt": 20, "vingts": 20, "twenty": 20, "trente": 30, "thirty": 30,
    "quarante": 40, "forty": 40, "cinquante": 50, "fifty": 50, "soixante": 60, "sixty": 60,
    "septante": 70, "seventy": 70, "octante": 80, "huitante": 80, "eighty": 80, "nonante": 90,
    "ninety": 90, "cent": 100, "cents": 100, "hundred": 100, "mille": 1000, "thousand": 1000,
    "douzaine": 12, "dizaine": 10, "quinzaine": 15, "vingtaine": 20, "centaine": 100,
}  # fmt: skip
_ARTICLES: Final = frozenset({"un", "une", "one"})  # numbers only before a unit
_PARTS: Final = {
    "demi": 0.5, "demie": 0.5, "half": 0.5, "tiers": 1 / 3, "third": 1 / 3, "quart": 0.25,
    "quarts": 0.25, "quarter": 0.25, "quarters": 0.25, "½": 0.5, "¼": 0.25, "¾": 0.75,
    "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅕": 0.2,
}  # fmt: skip
_WORD: Final = "|".join(sorted(_WORDS, key=len, reverse=True))
_PART: Final = "|".join(p for p in _PARTS if p.isalpha() and p.isascii())
_NUMBER: Final = re.compile(
    r"(?P<f>(?<!\w)[fFƒ]\s?[/:]?\s?(?=\d))?"
    r"(?P<digits>(?<![\d])(?:\d{1,3}(?:[   ]\d{3})+(?!\d)|[1-9]\d{0,2}(?:\.\d{3})+(?!\d)|"
    r"\d+(?:[.,]\d+)?)(?:\s?/\s?(?P<under>\d+))?)(?:\s?(?P<sign>[½¼¾⅓⅔⅛⅕]))?"
    r"|(?P<lone>[½¼¾⅓⅔⅛⅕])"
    rf"|(?<![\w-])(?:(?P<count>deux|trois|two|three|une?|one|an?)[\s-]+)?(?P<part>{_PART})\b"
    r"(?![\s-]+de\s+(?:lune|teinte))"
    rf"|(?<![\w])(?P<words>(?:{_WORD})(?:(?:[\s-]+(?:et[\s-]+|and[\s-]+)?)(?:{_WORD}))*)"
    r"(?![\w]|-\w+i[èe]me)",
    re.IGNORECASE,
)
_ANY_UNIT: Final = "|".join(f"(?P<u{n}>{pattern})" for n, pattern in enumerate(_UNITS))
_UNIT: Final = re.compile(
    rf"(?:(?:e|[èe]me|th)?[\s\u00a0\u202f-]*(?:d['’]|de\s+|of\s+an?\s+|of\s+)?)(?:{_ANY_UNIT})(?![\w'’])"
)
_NAMED: Final = re.compile(rf"(?<![\w'’])(?:{_ANY_UNIT})(?![\w'’])")
_SIZE_UNIT: Final = tuple(_UNITS.values())
_LINK: Final = re.compile(
    r"[\s  ]*(?:à|ou|et|to|or|and|[-–—×xX/]|sur|jusqu['’]à)[\s  ]*$", re.IGNORECASE
)
_MORE: Final = re.compile(
    rf"\s+(?:et\s+(?:un\s+|une\s+|an?\s+)?|and\s+an?\s+)(?P<part>{_PART})\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Amount:
    """``text[start:end]`` says ``value`` in the unit of ``kind`` ("s", "g", "mm", … or none)."""

    start: int
    end: int
    value: float
    kind: str = ""
    scale: float = 1.0  # value of its unit: 60 for a minute

    def same(self, other: Amount) -> bool:
        """Equal, and not said in units of two kinds; the figure alone when one has no unit."""
        if self.kind and other.kind:
            return self.kind == other.kind and _near(self.value, other.value)
        return _near(self.value / self.scale, other.value / other.scale)


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b))


def amounts(text: str) -> list[Amount]:
    """Every number of a text by start, disjoint; « un » alone is an article, not a number."""
    found: list[Amount] = []
    for match in _NUMBER.finditer(text):
        if found and match.start() < found[-1].end:
            continue
        if (one := _amount(match, text)) is not None:
            found.append(one)
    return _shared(found, text)


def kinds_named(text: str) -> set[str]:
    """Kinds of the units that a text names, with or without a number: « Durée (min) » → s."""
    return {_SIZE_UNIT[int(str(m.lastgroup)[1:])][0] for m in _NAMED.finditer(text)}


def _amount(match: re.Match[str], text: str) -> Amount | None:
    start, end, value = match.start(), match.end(), _value(match)
    if match["f"]:
        return Amount(start, end, value, "f")
    more = _MORE.match(text, end) if match["digits"] or match["words"] else None
    unit = _UNIT.match(text, end)
    if (match["words"] or "").lower() in _ARTICLES and unit is None:
        return None
    if unit is None:
        if more is None:
            return Amount(start, end, value)
        return Amount(start, more.end(), value + _PARTS[more["part"].lower()])
    kind, scale = _SIZE_UNIT[int(str(unit.lastgroup)[1:])]
    more = _MORE.match(text, unit.end())
    if more is not None:  # « deux heures et demie »
        value += _PARTS[more["part"].lower()]
    return Amount(start, more.end() if more else unit.end(), value * scale, kind, scale)


def _value(match: re.Match[str]) -> float:
    if match["digits"]:
        whole = match["digits"].split("/")[0].strip()
        value = _digits(whole)
        if match["under"] and int(match["under"]):
            value /= int(match["under"])
        return value + (_PARTS[match["sign"]] if match["sign"] else 0.0)
    if match["lone"]:
        return _PARTS[match["lone"]]
    if match["part"]:
        count = (match["count"] or "un").lower()
        return _WORDS.get(count, 1) * _PARTS[match["part"].lower()]
    return float(_spelt(match["words"].lower()))


def _digits(text: str) -> float:
    bare = re.sub(r"[\s  ]", "", text)
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", bare):  # 60.000, as old books print thousands
        bare = bare.replace(".", "")
    return float(bare.replace(",", "."))


def _spelt(words: str) -> int:
    """« quatre-vingt-dix » → 90, « deux cent cinquante » → 250, "nineteen hundred" → 1900."""
    total = part = 0
    for word in re.findall(r"[^\W\d_]+", words):
        value = _WORDS.get(word, 0)
        if value == 1000:
            total, part = total + max(part, 1) * 1000, 0
        elif value == 100:
            part = max(part, 1) * 100
        elif value == 20 and part % 100 == 4:  # quatre-vingts
            part += 76
        else:
            part += value
    return total + part


def _shared(found: list[Amount], text: str) -> list[Amount]:
    """« 25 à 30 grammes », « 9 × 12 cm »: the unit is said once, after the last number."""
    out = list(found)
    for n in range(len(out) - 2, -1, -1):
        amount, after = out[n], out[n + 1]
        if amount.kind or not after.kind or after.kind == "f":
            continue
        if _LINK.fullmatch(text[amount.end : after.start]):
            value = amount.value * after.scale
            out[n] = replace(amount, value=value, kind=after.kind, scale=after.scale)
    return out
