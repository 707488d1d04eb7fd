"""In which language is a question? Function words and letters decide; without any, French.

Longer detectors were not taken: on questions of three to ten words, function words say more than
letter statistics, which the old spellings and the chemicals of this trade upset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of grammar and of asking; one that several languages share counts half for each.
FUNCTION_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "fr": _words(
        """
        le la les l un une des du de d au aux et ou où est sont était ce c cet cette ces ça cela il
        elle ils elles on je j tu nous vous me m te moi que qu qui quoi quel quelle quels quelles
        quand comment combien pourquoi dans par pour sur sous avec sans ne n pas plus s se son sa
        ses leur leurs y en à a t dit faut peut doit entre chez avant après lequel laquelle faire
        fait mon ma mes ton ta tes si même aussi alors mais donc ni trop bien peu très tout tous
        toute être avoir ai ont sert dois puis veut veux sait cest quest jai vers depuis lors"""
    ),
    "en": _words(
        """
        the a an of to is are was were be been do does did what which who whom whose when where
        why how and or not with without for from by on in at this that these those it its you i
        we they he she can could should would must has have had much many long before after
        between into than there my your our their his her if as but so about vs versus any some
        me us them will shall may might did doing s t don doesn m re most more less"""
    ),
    "de": _words(
        """
        der die das den dem des ein eine einen einer eines und oder ist sind war wie was wer wo
        wann warum welche welcher welches welchen nicht mit ohne für von zu zum zur im auf bei man
        wird werden kann muss soll sich aus nach über zwischen ich er sie es wir ihr mein dass als
        am an durch viel viele lange gegen unter vor hat haben macht braucht wozu wofür womit"""
    ),
    "es": _words(
        """
        el los las del una uno unos unas un y es son fue cómo qué quién dónde cuándo cuál cuánto
        cuánta cuántos cuántas cuáles por para con sin no se su sus al lo como puede debe entre la
        de en que hay está están hacer tiempo mi me más muy cuando donde si este esta hace usar"""
    ),
    "it": _words(
        """
        il lo gli i della dello dei delle degli del una uno un e è sono come cosa che chi dove
        quando quale quali quanto quanta quanti quante perché per con senza non si nel nella al
        alla può deve tra fra la le di da in su mi ho ha hanno fare serve bisogna cos dall sul
        sulla dal"""
    ),
    "pt": _words(
        """
        o os as da das do dos um uma uns e ou é são foi como que quê quem onde quando qual quais
        quanto quanta quantos quantas por para com sem não se seu sua ao aos à no na nos nas pelo
        pela pode deve entre porque de em há fazer mais meu minha isso este esta num numa"""
    ),
    "nl": _words(
        """
        de het een en of is zijn was hoe wat wie waar wanneer waarom welke welk niet met zonder
        voor van te in op bij men wordt worden kan moet zich uit naar over tussen ik je jij hij
        zij wij mijn dat deze dit die als om aan door veel lang hoeveel er nog heeft hebben"""
    ),
}
_LETTERS: Final = {  # letters that the others do not write, or hardly
    "de": "ßäöü",
    "es": "ñ¿¡",
    "pt": "ãõ",
}
# Content words so common in questions of this trade that they tell the language of bare key words.
_TELLING: Final[Mapping[str, frozenset[str]]] = {
    "fr": _words("pose temps vitesse durée objectif papier bain appareil plaque lumière"),
    "en": _words(
        """
        shutter speed aperture exposure lens lenses light film plate plates glass paper print
        printing developer developing fixing fixer recipe wet dry silver water camera picture
        pictures photograph photography depth field focus focal length background sharp blur
        word size difference early choose need needed use used best make get"""
    ),
    "de": _words(
        """
        belichtungszeit blende objektiv licht platte platten papier entwickler kamera verschluss
        brennweite aufnahme silber wasser fotografie belichtung bild bilder entwickeln fixierbad
        welchem schärfentiefe entwicklung"""
    ),
    "es": _words(
        """
        exposición velocidad obturación apertura luz placa placas papel revelador cámara objetivo
        fotografía profundidad campo plata agua imagen revelado fijador diafragma tiempo obturador
        abertura revelar"""
    ),
    "it": _words(
        """
        esposizione velocità otturatore apertura luce lastra lastre carta sviluppo macchina
        obiettivo fotografia profondità campo argento acqua immagine fissaggio diaframma tempo
        tempi sviluppare bagno"""
    ),
    "pt": _words(
        """
        exposição velocidade obturador abertura luz placa placas papel revelador câmara câmera
        objetiva fotografia profundidade campo prata água imagem fixador diafragma tempo revelação
        revelar banho"""
    ),
    "nl": _words(
        """
        sluitertijd diafragma licht plaat platen papier ontwikkelaar belichting lens camera
        fotografie scherptediepte zilver water foto ontwikkelen fixeerbad"""
    ),
}


def language_of(question: str) -> str:
    """Say in which language a question is: "fr", "en", "de", "es", "it", "pt", "nl" or "other".

    Ties, and bare terms that no list knows, count as French: a wrong "foreign" throws away the
    better of the two rankings.
    """
    text = unicodedata.normalize("NFC", question).lower()
    words = _WORD.findall(text)
    if any(word > "ʯ" and len(word) > 1 for word in words):  # Greek, Cyrillic…, but γ is a term
        return "other"
    scores = dict.fromkeys(FUNCTION_WORDS, 0.0)
    for word in words:
        _count(word, FUNCTION_WORDS, 1.0, scores)
        _count(word, _TELLING, 0.9, scores)
    for name, letters in _LETTERS.items():
        scores[name] += 1.5 * any(letter in text for letter in letters)
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > scores["fr"] else "fr"


def _count(
    word: str, lists: Mapping[str, frozenset[str]], weight: float, scores: dict[str, float]
) -> None:
    """Add a word to the languages that have it, half its weight when they are several."""
    names = [name for name, known in lists.items() if word in known]
    for name in names:
        scores[name] += weight if len(names) == 1 else weight / 2
