"""The scanned book of 1893: half-title, title, eight lessons, appendix, table of contents."""

from __future__ import annotations

from dataclasses import replace

from tools.sample.source import read_blocks
from tools.sample.typeset import (
    PageLayout,
    Paginator,
    Run,
    Slug,
    Style,
    centred,
    centred_lines,
    leader_rows,
    set_blocks,
)

STYLE = Style("old", head="Leçons de photographie", first_folio=1)
TOPICS = {  # entries of the table under each lesson: what is printed, how its passage begins
    "PREMIÈRE LEÇON": (
        ("La chambre noire", "Percez d’une aiguille"),
        ("L’objectif et la mise au point", "L’objectif n’a d’autre"),
        ("Le spectre et les plaques", "La lumière blanche"),
        ("La lanterne rouge", "C’est ce même défaut"),
    ),
    "DEUXIÈME LEÇON": (
        ("Objectif simple, aplanat, objectif à portraits", "On rencontre chez"),
        ("Mesure de la distance focale", "La distance focale"),
        ("Les diaphragmes", "Le diaphragme est"),
        ("Profondeur de netteté", "En revanche le petit"),
        ("Angle embrassé", "L’angle qu’embrasse"),
        ("Soins à donner aux verres", "Un bon verre"),
    ),
    "TROISIÈME LEÇON": (
        ("Table des poses", "Mer et ciel"),
        ("Défaut et excès de pose", "Lorsque la pose"),
        ("Pendule et obturateur", "Pour compter"),
        ("Sujets en mouvement", "Pour les sujets"),
    ),
    "QUATRIÈME LEÇON": (
        ("Disposition du laboratoire", "Le laboratoire doit"),
        ("Révélateur à l’hydroquinone", "Je me sers"),
        ("Conduite du développement", "Si le cliché"),
        ("Bain d’alun", "Au sortir"),
    ),
    "CINQUIÈME LEÇON": (
        ("Bain d’hyposulfite", "Fixer, c’est"),
        ("Lavage des plaques", "Le lavage est"),
        ("Séchage", "Les clichés sèchent"),
        ("Vernissage", "Le cliché que"),
    ),
    "SIXIÈME LEÇON": (
        ("Renforcement", "Un cliché trop faible"),
        ("Affaiblissement", "Un cliché trop dense"),
        ("Voiles, points, bulles", "Le voile général"),
        ("Halo", "Les auréoles"),
    ),
    "SEPTIÈME LEÇON": (
        ("Papier albuminé", "Le papier albuminé"),
        ("Virage à l’or", "Le virage donne"),
        ("Fixage et lavage des épreuves", "On fixe ensuite"),
        ("Collage et satinage", "Pour coller"),
        ("Papier aristotypique", "Depuis peu"),
    ),
    "HUITIÈME LEÇON": (
        ("Le collodion humide", "Qui a connu"),
        ("La plaque sèche", "La gélatine au"),
        ("Les couleurs", "Restent les"),
        ("La pellicule", "La pellicule souple"),
        ("Stéréoscope et projections", "Le relief même"),
    ),
    "APPENDICE": (
        ("Formats des plaques", "Formats des plaques"),
        ("Poids anciens", "Les vieux formulaires"),
        ("Vernis noir", "Vernis noir mat"),
        ("Colle d’amidon", "Colle d’amidon"),
    ),
}


def set_book() -> list[PageLayout]:
    """All pages, with a blank one after the title as in books."""
    blocks = [b for b in read_blocks("old_book.md") if b.kind != "title"]
    starts = [i for i, b in enumerate(blocks) if b.kind == "heading"]
    body = Paginator(STYLE)
    lessons: list[tuple[str, str, int]] = []
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        lesson, _, title = blocks[start].text.partition(". ")
        body.head = lesson + "."
        body.new_page(opening=True)
        lessons.append((lesson, title, len(body.pages)))
        _opening(body, lesson, title)
        set_blocks([b for b in blocks[start + 1 : end] if b.kind != "break"], STYLE, body)
    pages = body.finish()
    table = _contents(lessons, pages, len(pages) + 1)
    return [_half_title(), _title_page(), _blank(), *pages, *table]


def _opening(body: Paginator, lesson: str, title: str) -> None:
    body.add([Slug(50, [], "", keep=True)])
    body.add(
        [
            centred(lesson + ".", STYLE, "old", 30, 36, tracking=1.5),
            Slug(14, [], "", keep=True),
            *centred_lines(title + ".", STYLE, "old-bold", 23, 30, measure=STYLE.measure * 0.8),
            Slug(30, [], "", keep=True),
        ]
    )


def _blank() -> PageLayout:
    return PageLayout(STYLE.page_width, STYLE.page_height)


def _page_of(slugs: list[Slug]) -> PageLayout:
    page, y = _blank(), float(STYLE.top)
    for slug in slugs:
        y += slug.height
        for run in slug.runs:
            page.runs.append(Run(STYLE.left + run.x, y, run.text, run.font, run.size, run.tracking))
        if slug.truth:
            page.truth.append(slug.truth)
    return page


def _half_title() -> PageLayout:
    return _page_of(
        [
            Slug(210, [], ""),
            centred("LEÇONS", STYLE, "old", 34, 50, tracking=3),
            centred("DE", STYLE, "old", 16, 34, tracking=2),
            centred("PHOTOGRAPHIE", STYLE, "old", 34, 46, tracking=3),
        ]
    )


def _title_page() -> PageLayout:
    return _page_of(
        [
            Slug(20, [], ""),
            centred("HUIT LEÇONS", STYLE, "old", 40, 54, tracking=3),
            centred("DE", STYLE, "old", 16, 36, tracking=2),
            centred("PHOTOGRAPHIE", STYLE, "old-bold", 44, 54, tracking=2),
            centred("PRATIQUE", STYLE, "old", 30, 54, tracking=4),
            centred("DONNÉES À LA SOCIÉTÉ D’ÉTUDES DU VAL-FLEURI", STYLE, "old", 15, 90),
            centred("PAR", STYLE, "old", 13, 46, tracking=1),
            centred("UN AMATEUR", STYLE, "old", 26, 44, tracking=3),
            centred("AVEC QUATRE FIGURES DANS LE TEXTE", STYLE, "old-italic", 16, 70, tracking=0.5),
            centred("VAL-FLEURI", STYLE, "old", 22, 210, tracking=3),
            centred("AUX DÉPENS DE LA SOCIÉTÉ", STYLE, "old", 15, 30, tracking=1),
            centred("1893", STYLE, "old", 24, 40, tracking=2),
        ]
    )


def _contents(
    lessons: list[tuple[str, str, int]], pages: list[PageLayout], first: int
) -> list[PageLayout]:
    table = Paginator(replace(STYLE, head="TABLE DES MATIÈRES.", first_folio=first))
    table.new_page(opening=True)
    table.add(
        [
            Slug(30, [], "", keep=True),
            centred("TABLE DES MATIÈRES.", STYLE, "old", 27, 40, tracking=1.5),
            Slug(12, [Run(STYLE.measure - 44, 12, "Pages.", "old-italic", 16)], "Pages."),
        ]
    )
    for lesson, title, folio in lessons:
        table.add(_entries(lesson, title, folio, pages))
    return table.finish()


def _entries(lesson: str, title: str, folio: int, pages: list[PageLayout]) -> list[Slug]:
    slugs = [Slug(12, [], "", keep=True), centred(lesson + ".", STYLE, "old", 19, 26, tracking=0.8)]
    slugs += centred_lines(title + ".", STYLE, "old-bold", 18, 24)
    for text, start in TOPICS[lesson]:
        page = next(
            p.folio
            for p in pages
            if p.folio >= folio and any(line.startswith(start) for line in p.truth)
        )
        slugs += leader_rows(text, str(page), STYLE, indent=14, size=20, leading=23.5)
    slugs[-1].keep = False
    return slugs
