"""What kind of answer a question asks for, and the signs of it in a sentence.

Surface signs only, French first and a little English: the question word decides what an answer
looks like (a number, a date, a name, steps…). A sentence that has the signs is preferred; none is
refused for lacking them, since a question word can mislead.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Asked(StrEnum):
    """Kinds of answers."""

    AMOUNT = "amount"  # a number with its unit
    DATE = "date"
    PERSON = "person"
    NAME = "name"  # how a thing is called
    DEFINITION = "definition"
    STEPS = "steps"
    LIST = "list"
    REASON = "reason"
    FACT = "fact"  # anything else


_MEASURES = (
    "quantit|dose|proportion|temp[ée]rature|dur[ée]e|temps|distances?|ouvertures?|vitesses?|"
    "formats?|dimensions?|taille|prix|poids|titre|concentration|focale|angle|nombre|grossissement|"
    "sensibilit|profondeur|[ée]paisseur|largeur|longueur|hauteur|pourcentage"
)
_QUESTIONS: tuple[tuple[Asked, str], ...] = (
    (Asked.NAME, r"comment (?:s['’ ]?)?(?:appel|nomm|d[ée]sign|se nomme|dit-on)"),
    (Asked.NAME, r"\b(?:quel(?:le)? (?:est )?(?:le |la )?(?:nom|mot|terme)|sous quel nom)\b"),
    (
        Asked.DATE,
        r"\bquand\b|\b(?:quelle|quel) (?:ann[ée]e|date|[ée]poque|si[èe]cle|jour)\b|\bwhen\b",
    ),
    (Asked.DATE, r"\b(?:what|which) (?:year|date|century)\b|depuis quand"),
    (Asked.AMOUNT, r"\bcombien\b|\bhow (?:much|many|long|far|big|large)\b"),
    (
        Asked.AMOUNT,
        rf"\b(?:quel(?:le)?s?|what|which)\s+(?:est |sont |is )?(?:l['’]|la |le |les |the )?"
        rf"(?:{_MEASURES})",
    ),
    (Asked.DEFINITION, r"qu['’ ]?(?:est[- ]ce qu|appelle|entend|est )|c['’ ]?est quoi|\bd[ée]fini"),
    (Asked.DEFINITION, r"\bque (?:signifie|veut dire|d[ée]signe)|\bwhat (?:is|are|does .* mean)\b"),
    (Asked.REASON, r"\bpourquoi\b|\bpour quelle(?:s)? raison|\bwhy\b|\bquelle est la cause\b"),
    (
        Asked.LIST,
        r"\bquel(?:le)?s sont\b|\blesquel|\bcite[rz]?\b|\b[ée]num[ée]r|de quoi se compose",
    ),
    (Asked.LIST, r"\bcomposition\b|\bformule\b|\bquels? (?:produits|ingr[ée]dients|substances)\b"),
    (Asked.STEPS, r"\bcomment\b|\bhow (?:to|do|does|can|should|is)\b|\bde quelle (?:mani|fa[çc])"),
    (Asked.PERSON, r"\bqui\b(?!\s+(?:est|sont)-ce que)|\bwho\b|\bpar qui\b"),
    (
        Asked.PERSON,
        r"\bquel(?:le)?s? (?:est l['’]|est le )?"
        r"(?:photographe|inventeur|auteur|savant|chimiste|opticien|[ée]diteur|fabricant)",
    ),
)

_UNITS = (
    r"%|‰|°|mm\b|cm\b|cc\b|ml\b|cl\b|kg\b|gr?\b|m[èe]tres?|centim|millim|kilo|gramm|litres?|"
    r"secondes?|minutes?|heures?|jours?|mois|ans?\b|s\b|h\b|min\b|degr[ée]s|pour (?:100|cent)|"
    r"parties|francs?|euros?|fois|gouttes|lux|lumens|kelvins?|K\b|ISO|ASA|IL\b|EV\b|"
    r"pixels?|pouces|dpi|ppp"
)
_NUMBER = (
    r"(?:\bf\s?/\s?)?\d+(?:[.,/]\d+)?|½|¼|¾|\b(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|"
    r"douze|quinze|vingt|trente|quarante|cinquante|soixante|cent|mille|demi[- e]|double|"
    r"moiti[ée]|tiers|quart)"
)
_SIGNS: dict[Asked, tuple[str, str]] = {  # sure sign, weak sign
    Asked.AMOUNT: (rf"(?:{_NUMBER})\w*\s*(?:{_UNITS})|f\s?/\s?\d|\b1/\d+|\d\s?[×x]\s?\d", _NUMBER),
    Asked.DATE: (
        r"\b(?:1[5-9]\d\d|20\d\d)\b",
        r"\bsi[èe]cle\b|\bann[ée]es?\b|\bjanvier|f[ée]vrier|\bmars\b|avril|\bmai\b|\bjuin|juillet|"
        r"ao[ûu]t|septembre|octobre|novembre|d[ée]cembre",
    ),
    Asked.PERSON: (
        r"\bM(?:M|me|lle)?\.\s*[A-ZÉ]|(?:\bpar|\bde|\bà|\bdu|et|docteur|capitaine)\s+[A-ZÉ][a-zéèï]{2,}",
        r"(?<=[a-zéèêà,] )[A-ZÉ][a-zéèï]{2,}",
    ),
    Asked.NAME: (
        r"\b(?:appel(?:le|é|ée|ons|ait|ées|és)|nomm\w+|dit[es]?\b|d[ée]sign\w+|sous le nom)",
        r"«",
    ),
    Asked.DEFINITION: (
        r"\b(?:on (?:appelle|nomme|entend|donne le nom)|est (?:un|une|l['’]|le|la)\b|sont des\b|"
        r"consiste|d[ée]signe|s['’]appelle|se d[ée]finit|"
        r"c['’]est[- ](?:un|une|l['’]|le|la|à-dire))",
        r"\b(?:est|sont|permet|sert)\b",
    ),
    Asked.REASON: (
        r"\b(?:car|parce qu|puisqu|afin d|afin qu|en effet|gr[âa]ce|raison|cause|c['’]est pourquoi|"
        r"[ée]vite|emp[êe]che|sinon|sans quoi|de crainte|provien|d[ûu]e?s? [àa])",
        r"\bpour\b|\bdonc\b|\bainsi\b",
    ),
    Asked.STEPS: (
        r"\b(?:on (?!a\b|est\b)\w+|il faut|il suffit|doit|puis|ensuite|enfin|d['’]abord|"
        r"apr[èe]s avoir|\w{3,}ez)\b",
        r":\s*$|\b\w+(?:er|ir)\b",
    ),
    Asked.LIST: (r":\s*(?:\n|$)|\n|(?:[^,;]+[,;]){2,}.+\bet\b|\b1[°º]", r",|;"),
}


def what_is_asked(question: str) -> Asked:
    """The kind of answer wanted: the first question word decides, « pourquoi … quand … » too."""
    text = question.lower()
    found = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(_QUESTIONS)
        if (match := re.search(pattern, text))
    ]
    return min(found)[2] if found else Asked.FACT


def signs(kind: Asked, sentence: str, question: str) -> float:
    """How much a sentence looks like that kind of answer: 1 surely, 0.5 perhaps, 0 not at all.

    Numbers and names that the question itself gives do not count.
    """
    if kind not in _SIGNS:
        return 0.0
    if kind in (Asked.AMOUNT, Asked.DATE, Asked.PERSON):
        given = {w.strip(".,;:?!()«»") for w in question.split()}
        given = {w for w in given if w[:1].isupper() or w[:1].isdigit()}
        for word in given:
            sentence = sentence.replace(word, " ")
    return _looks(kind, sentence)


@lru_cache(maxsize=8192)
def _looks(kind: Asked, sentence: str) -> float:
    """The same of a sentence by itself, remembered."""
    sure, weak = _SIGNS[kind]
    flags = 0 if kind is Asked.PERSON else re.IGNORECASE
    return (
        1.0
        if re.search(sure, sentence, flags)
        else 0.5
        if re.search(weak, sentence, flags)
        else 0.0
    )
