"""What a question asks of the documents themselves rather than of their words.

Photos: « quelles photos à f/1,8 au-dessus de 3200 ISO ? » asks for photos of the collection, when
their noun comes first, something that a camera notes follows, and nobody asks how to take them.
Documents: « dans le Trutat », « dans le livre de 1874 », where only one can be meant.
Precision first: what is not surely a filter is left to the search.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rag.question.cameras import Cameras
from rag.question.quantities import Compared, comparisons, flat
from rag.records import Filters, PhotoTest
from rag.records.facts import DocumentFacts

SUBJECT_WORDS = 4  # more words than this beside the filters are a question of another kind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOUN: Final = re.compile(
    r"(?<![\w-])(?:photos?|photographies|photographie|cliches?|images?|prises? de vues?"
    r"|vues?(?= (?:prises?|faites?|realisees?))"
    r"|pictures?|photographs?|shots?|frames?)(?![\w-])"
)
_EXPOSURES: Final = re.compile(r"(?<![\w-])(?:poses?|expositions|exposures?)(?![\w-])")
_ONE: Final = re.compile(r"(?<!\w)(?:la|l'|the|cette|this|that|ma|d'|de|en|pour|for|a)\s*$")
_LEADING: Final = _words(
    """
    quelle quelles quel quels lesquelles lesquels sont est ce que c qu qui les la le l une un des d
    de mes ma mon nos toutes toute tous montre montres montrez montrer moi nous liste listes listez
    lister affiche affiches affichez afficher trouve trouves trouvez trouver cherche cherches
    cherchez chercher donne donnes donnez donner voir je j veux voudrais ai a t il y as tu avez vous
    avons ont ete combien et ou which what are is were was the my our all any some show list find
    give see how many have do you i me us there display for of please stp svp parmi dans ne n
    collection photos images which's seulement only et and could can pourrais peux pouvez would like
    """
)
_ASKS: Final = _words("montre montrez affiche affichez liste listez trouve trouvez show list find")
_TRAILING: Final = _LEADING | _words(
    """
    prise prises pris prendre faite faites fait fis realisee realisees shot shots taken made
    took with avec au aux du en sur par pour etaient furent iso asa ouverture ouvertures
    diaphragme vitesse vitesses sensibilite focale pose poses appareil boitier objectif camera
    lens mode notre an at in on by that has been dont utilisant using temps exposition exposure
    exposures aperture apertures shutter speed speeds sensitivity focal length duree equivalent
    year annee annees mois or celles ceux whose had having from during pendant durant entre
    between plus aussi also valeur obturation obturateur bibliotheque library photo s te plait
    cliche cliches
    """
)
_ADVICE: Final = re.compile(
    r"(?<!\w)(?:comment|pourquoi|faut|falloir|peut|peuvent|peux|pourrait|puis|possible|doit|dois"
    r"|doivent|devrait|reussi\w*|rat\w+|flou\w*|que faire|regl\w+|choisir|obten\w+|evit\w+"
    r"|conseil\w*|permet\w*|faire|prendre|imprim\w+|agrand\w+|invent\w+|premiere photo\w*"
    r"|histoire|necessaire\w*|suffi\w+|besoin|demand\w+|convien\w+|idea\w*|recommand\w+"
    r"|utilis(?:er|e-t-on)|meilleure?s?|difference|sign\w+|veut dire"
    r"|how (?!many)|why|should|can(?! you)|could(?! you)|best|better|settings?|avoid|get|make|take"
    r"|what (?:does|do|if)|mean\w*)(?!\w)"
)
_NIGHT: Final = re.compile(r"(?<!\w)(?:de nuit|la nuit|nocturnes?|at night|by night|night)(?!\w)")
_MOST: Final = tuple(
    (order, re.compile(rf"(?<!\w)(?:{words})(?!\w)"))
    for order, words in (
        ("-shutter_s", r"(?:les |la )?plus longues?(?= poses?| exp)"
         r"|(?<=\w )(?:les |la )plus longues?(?! que| focale| qu')|longest(?! focal| lens)"
         r"|(?:les )?vitesses? les plus lentes|les plus lentes|slowest"),
        ("shutter_s", r"(?:les |la )?plus courtes?(?= poses?| exp)|(?:les |la )plus courtes?"
         r"(?! que| focale| qu')|shortest(?! focal| lens)|(?:les )?vitesses? les plus rapides"
         r"|les plus rapides|fastest"),
        ("-iso", r"(?:au |aux |a la |les )?plus (?:hauts?|hautes?|forte?s?|elevee?s?|grande?s?) "
         r"(?:iso|sensibilites?)|(?:aux )?iso les plus (?:hauts|eleves)"
         r"|sensibilites? (?:la|les) plus (?:hautes?|elevees?)|highest (?:iso|sensitivity)"),
        ("iso", r"(?:au |aux |a la |les )?plus (?:bas|basses?|faibles?) (?:iso|sensibilites?)"
         r"|lowest (?:iso|sensitivity)"),
        ("aperture", r"(?:a la |aux |les )?plus grandes? ouvertures?|les plus ouvertes?|widest"
         r"(?: apertures?)?|largest apertures?"),
        ("-aperture", r"(?:a la |aux |les )?plus petites? ouvertures?|les plus fermees?|smallest "
         r"apertures?|narrowest(?: apertures?)?"),
        ("-focal_mm", r"(?:a la |aux |les )?plus longues? focales?"
         r"|focales? (?:la|les) plus longues?|longest (?:focal lengths?|lens(?:es)?)"),
        ("focal_mm", r"(?:a la |aux |les )?plus courtes? focales?|focales? (?:la|les) plus courtes?"
         r"|shortest (?:focal lengths?|lens(?:es)?)"),
        ("-day", r"(?:les |la )?plus recentes?|(?:les |mes )dernieres|latest|newest|most recent"),
        ("day", r"(?:les |la )?plus (?:anciennes?|vieilles?)|(?:les |mes )premieres|oldest"
         r"|earliest"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What the collection holds that a question may name."""

    photos: bool = False
    cameras: tuple[str, ...] = ()
    lenses: tuple[str, ...] = ()
    documents: tuple[tuple[str, str, int | None], ...] = ()  # name shown, kind, year

    @classmethod
    def of(cls, names: Mapping[str, str], facts: Mapping[str, DocumentFacts]) -> Known:
        """Gather it from the facts of the documents, names shown by document id."""
        photos = [f.photo for f in facts.values() if f.photo is not None]
        return cls(
            photos=bool(photos),
            cameras=tuple(sorted({p.camera for p in photos if p.camera})),
            lenses=tuple(sorted({p.lens for p in photos if p.lens})),
            documents=tuple(
                (name, facts[key].kind, facts[key].year)
                for key, name in names.items()
                if key in facts
            ),
        )


class FilterReader:
    """Reads the filters that questions say; made once for a release.

    Args:
        known: what questions may name.
    """

    def __init__(self, known: Known) -> None:
        self._photos = known.photos
        self._cameras = Cameras(known.cameras, known.lenses)
        self._years: dict[int, list[str]] = {}
        self._parts: dict[str, list[str]] = {}
        for name, _, year in known.documents:
            if year is not None:
                self._years.setdefault(year, []).append(name)
            for part in set(_PART.findall(_file(name))):
                self._parts.setdefault(part, []).append(name)

    def __call__(self, question: str) -> tuple[Filters, str]:
        """Find the filters of a question.

        Returns:
            The filters, and the question without the words that named a document. A question
            about photos has at least one ``Filters.photo`` (the last is "order": how they are
            listed) and is returned whole.
        """
        if self._photos:
            tests = photo_tests(question, self._cameras)
            if tests:
                return Filters(kinds=("photo",), photo=tests), question
        named = self._document(question)
        if named is None:
            return Filters(), question
        name, found = named
        rest = f"{question[: found.start()]} {question[found.end() :]}"
        rest = re.sub(r"\s+(?=[,.])|^[\s,]+", "", " ".join(rest.split()))
        return Filters(documents=(name,)), rest

    def _document(self, question: str) -> tuple[str, re.Match[str]] | None:
        """The one document that a question names, and where."""
        text = flat(question)
        if not _INTO.search(text):
            return None
        if found := _YEAR_BOOK.search(text):
            dated = self._years.get(int(found["year"] or found["year2"]), [])
            return (dated[0], found) if len(dated) == 1 else None
        names = {name for part in _PART.findall(text) for name in self._parts.get(part, ())}
        met = [(name, at) for name in sorted(names) if (at := _names(text, question, name))]
        return met[0] if len(met) == 1 else None


def read_filters(question: str, known: Known) -> tuple[Filters, str]:
    """Find the filters of one question; see ``FilterReader``."""
    return FilterReader(known)(question)


def photo_tests(question: str, cameras: Cameras) -> tuple[PhotoTest, ...]:
    """What a question asks of the photos of the collection; () when it asks something else."""
    text = flat(question)
    most = [(m.start(), m.end(), o) for o, words in _MOST for m in words.finditer(text)]
    noun = _NOUN.search(text) or (_EXPOSURES.search(text) if most else None)
    if noun is None or _ADVICE.search(text) or not _leads(text, noun, most):
        return ()
    asked = [c for c in comparisons(text) if c.start >= noun.end()]
    asked += _apart(cameras.asked(text, noun.end()), asked)
    night = _NIGHT.search(text, noun.end())
    spans = [noun.span(), *((c.start, c.end) for c in asked), *((a, b) for a, b, _ in most)]
    subject = _subject(text, noun.end(), [*spans, *([night.span()] if night else [])])
    if not (asked or (most and not subject) or (night and _asks(text))):
        return ()
    if len(subject) > SUBJECT_WORDS or (_EXPOSURES.fullmatch(noun[0]) and subject):
        return ()
    tests = [_equivalent(text, c) for c in sorted(asked, key=lambda c: c.start)]
    tests += [PhotoTest("night")] if night else []
    tests += [PhotoTest("text", words=" ".join(subject))] if subject else []
    return (*tests, PhotoTest("order", words=most[0][2] if most else "day"))


def _leads(text: str, noun: re.Match[str], most: Sequence[tuple[int, int, str]]) -> bool:
    """Whether the noun is what is asked for, and may be several."""
    before = text[: noun.start()]
    superlative = any(start < noun.end() + 30 for start, _, _ in most)
    plural = noun[0].split()[0].endswith("s") or noun[0] == "prise de vue"
    if not plural and not superlative and (not before.strip() or _ONE.search(before)):
        return False
    for start, end, _ in most:
        if end <= noun.start():
            before = before[:start] + " " * (end - start) + before[end:]
    words = re.findall(r"[^\W_]+", before)
    return all(word in _LEADING or (word.isdigit() and superlative) for word in words)


def _asks(text: str) -> bool:
    words = re.findall(r"[^\W_]+", text)
    return not _ASKS.isdisjoint(words) or re.search(r"(?<!\w)(?:mes|nos|my|our) ", text) is not None


def _apart(found: Sequence[Compared], taken: Sequence[Compared]) -> list[Compared]:
    """Names that no number was read from."""
    return [c for c in found if all(c.end <= t.start or t.end <= c.start for t in taken)]


def _equivalent(text: str, compared: Compared) -> PhotoTest:
    """« 35 mm équivalent » is another number of the camera's."""
    behind = text[compared.end : compared.end + 30]
    if compared.test.field == "focal_mm" and re.match(
        r"\s*(?:en |full[- ]frame )?(?:eq|plein format)", behind
    ):
        return replace(compared.test, field="focal_35mm")
    return compared.test


def _subject(text: str, start: int, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The words behind the noun that no filter is made of: what the photos are of."""
    letters = list(text)
    for a, b in spans:
        letters[a:b] = " " * (b - a)
    words = re.findall(r"[^\W_]+", "".join(letters)[start:])
    return [w for w in words if w not in _TRAILING]


_BOOK: Final = (
    r"livre|ouvrage|traite|manuel|document|fichier|bulletin|book|treatise|manual|document|file"
)
_IN: Final = r"dans|selon|d'apres|in|according to|from"
_INTO: Final = re.compile(rf"(?<!\w)(?:{_IN})\s")
_PART: Final = re.compile(r"[^\W\d_]{4,}")
_YEAR_BOOK: Final = re.compile(
    rf",?\s*(?<!\w)(?:{_IN})\s+(?:le |la |l'|the )(?:(?:{_BOOK}) (?:de|of|from) (?:l'an )?"
    rf"(?P<year>1[5-9]\d\d|20\d\d)|(?P<year2>1[5-9]\d\d|20\d\d) (?:book|treatise|manual))(?!\w)"
)
_NAMED: Final = (
    rf",?\s*(?<!\w)(?:{_IN})\s+(?:le |la |l'|the |les )?"
    rf"(?:(?:{_BOOK})\s+)?(?:de |du |d'|by |of |« ?|\")?(?P<name>{{name}})(?:'s)?(?: ?»|\")?"
    rf"(?:\s+(?:{_BOOK}))?(?![\w-])"
)


def _file(name: str) -> str:
    """The file name alone, flat."""
    return flat(name.rsplit("/", 1)[-1])


def _names(text: str, question: str, name: str) -> re.Match[str] | None:
    """Where a question names a file: its whole name, or a proper noun in it (« le Trutat »)."""
    file = _file(name)
    for whole in (file, file.rsplit(".", 1)[0]):
        found = re.search(_NAMED.format(name=re.escape(whole)), text)
        if found and len(re.findall(r"[^\W_]+", whole)) > 1:
            return found
    for part in _PART.findall(file.rsplit(".", 1)[0]):
        found = re.search(_NAMED.format(name=part), text)
        if found and question[found.start("name")].isupper():
            return found
    return None
