"""Names of cameras and lenses in a question: « au Leica », « avec le 24-70 », "with my iPhone"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rag.question.quantities import Compared, flat
from rag.records import PhotoTest

# Makes that may be asked for and not be there: then the answer is that no photo is.
MAKES: Final = frozenset(
    """
    leica nikon canon sony fuji fujifilm fujinon olympus panasonic lumix pentax hasselblad ricoh
    sigma tamron zeiss iphone apple samsung huawei xiaomi pixel gopro dji kodak minolta contax
    mamiya rollei rolleiflex bronica voigtlander nikkor tokina samyang fairphone oneplus motorola
    konica polaroid casio lytro
    """.split()  # noqa: SIM905
)
_GENERIC: Final = frozenset(
    """
    camera digital company corporation corp corporation. co ltd gmbh ag inc imaging electric
    optical lens objectif the des les pour avec sans macro zoom
    """.split()  # noqa: SIM905
)
_BEFORE: Final = re.compile(
    r"(?<!\w)(?:au|aux|a l'|avec(?: mon| ma| mes| le| la| l'| un| une)?|du|de l'|de mon|d'un|par|"
    r"appareil|boitier|objectif|camera|marque|with(?: my| the| an?)?|on(?: my| the| an?)?|by|my|"
    r"from(?: my| the| an?)?|en|sur)\s*(?:le |la |l'|un |une |mon |ma )?"
    r"(?:appareil |boitier |objectif |camera |optique |lens )?$"
)
_MODEL: Final = re.compile(r"(?!\d+mm$|f\d+$)(?=.*\d)(?=.*[a-z])\w+")  # "d850", "a7r"
_TOKEN: Final = re.compile(r"[^\W_]+")


class Cameras:
    """The names that may be asked for.

    Args:
        cameras: as the photos of the collection write them.
        lenses: the same.
    """

    def __init__(self, cameras: Iterable[str] = (), lenses: Iterable[str] = ()) -> None:
        self._cameras = [frozenset(_TOKEN.findall(flat(name))) for name in cameras if name]
        self._lenses = [frozenset(_TOKEN.findall(flat(name))) for name in lenses if name]
        self._all = frozenset().union(*self._cameras, *self._lenses) - _GENERIC
        self._names = MAKES | {t for t in self._all if len(t) >= 4 and not t.isdigit()}
        self._names |= {t for t in self._all if _MODEL.fullmatch(t)}

    def asked(self, text: str, start: int = 0) -> list[Compared]:
        """The names in a flat text, from ``start`` on, each with the words that introduce it."""
        found: list[Compared] = []
        tokens = list(_TOKEN.finditer(text))
        n = 0
        while n < len(tokens):
            token = tokens[n]
            opened = _BEFORE.search(text[: token.start()])
            if token.start() < start or opened is None or not self._opens(text, tokens[n : n + 2]):
                n += 1
                continue
            run = [token]
            while n + 1 < len(tokens) and self._goes_on(text, run[-1], tokens[n + 1]):
                n += 1
                run.append(tokens[n])
            words = " ".join(t[0] for t in run)
            found.append(Compared(opened.start(), run[-1].end(), self._test(words)))
            n += 1
        return found

    def _opens(self, text: str, tokens: list[re.Match[str]]) -> bool:
        """Whether a name may begin with this word: « Leica », or « VF » of « VF-2 »."""
        first, *second = tokens
        if first[0] in self._names:
            return True
        tied = bool(second) and text[first.end() : second[0].start()] == "-"
        return tied and first[0] in self._all and second[0][0] in self._all

    def _goes_on(self, text: str, last: re.Match[str], following: re.Match[str]) -> bool:
        """Whether two words belong to one name: « VF-2 Mark III »."""
        apart = text[last.end() : following.start()]
        return apart in (" ", "-") and (following[0] in self._all or following[0] in MAKES)

    def _test(self, words: str) -> PhotoTest:
        asked = frozenset(words.split())
        lens = not any(asked <= name for name in self._cameras) and any(
            asked <= name for name in self._lenses
        )
        return PhotoTest("lens" if lens else "camera", words=words)
