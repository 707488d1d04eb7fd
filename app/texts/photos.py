"""What answers about photos say, and the filters beside a question."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    # --- photos ------------------------------------------------------------------------------
    "photos.one": ("Une photo correspond.", "One photo matches."),
    "photos.many": ("{count} photos correspondent.", "{count} photos match."),
    "photos.shown": (
        "{count} photos correspondent ; voici les {shown} premières.",
        "{count} photos match; here are the first {shown}.",
    ),
    "reason.no_photo": (
        "Aucune photo de la collection n’a été prise ainsi, d’après ce que les appareils ont noté.",
        "No photo of the collection was taken so, as far as the cameras noted.",
    ),
    "photos.range": (
        "Celles de la collection vont {ranges}.",
        "Those of the collection range {ranges}.",
    ),
    "photos.from_to": ("de {low} à {high}", "from {low} to {high}"),
    "photos.thumbnail": ("Aperçu de {document}", "Preview of {document}"),
    "photos.crop": (
        "Les mots cités, tels qu’ils sont imprimés : {document}, page {page}",
        "The words quoted, as they are printed: {document}, page {page}",
    ),
    "http.no_words": (
        "Ces mots ne sont pas sur cette page, telle qu’elle est lue aujourd’hui.",
        "These words are not on this page, as it is read today.",
    ),
    # --- filters -----------------------------------------------------------------------------
    "filters.refine": ("Affiner", "Refine"),
    "filters.document": ("Document", "Document"),
    "filters.any_document": ("tous les documents", "all documents"),
    "filters.kind": ("Sorte", "Kind"),
    "filters.any_kind": ("toutes les sortes", "all kinds"),
    "filters.years": ("Années de parution", "Years of publication"),
    "filters.years_hint": ("1874 ou 1870-1899", "1874 or 1870-1899"),
    "filters.language": ("Langue du document", "Language of the document"),
    "filters.any_language": ("toutes les langues", "all languages"),
    "filters.min_confidence": ("Lecture sûre à", "Read with confidence of"),
    "filters.any_confidence": ("peu importe", "no matter"),
    "filters.at_least": ("{percent} % au moins", "{percent}% at least"),
    "filters.bad_years": (
        "« {value} » n’est pas une année ni un intervalle : écrivez 1874, 1870-1899, 1870- "
        "ou -1899.",
        "“{value}” is no year and no range: write 1874, 1870-1899, 1870- or -1899.",
    ),
    "filters.fr": ("français", "French"),
    "filters.en": ("anglais", "English"),
    "filters.de": ("allemand", "German"),
    "filters.es": ("espagnol", "Spanish"),
    "filters.it": ("italien", "Italian"),
    "filters.pt": ("portugais", "Portuguese"),
    "filters.nl": ("néerlandais", "Dutch"),
    "opt.filter.document": (
        "Seulement les documents dont le nom contient ceci (à répéter).",
        "Only documents whose name has this in it (repeatable).",
    ),
    "opt.filter.kind": (
        "Seulement cette sorte : pdf, image, photo, csv… (à répéter).",
        "Only this kind: pdf, image, photo, csv… (repeatable).",
    ),
    "opt.filter.year": (
        "Années de parution : 1874, 1870-1899, 1870- ou -1899.",
        "Years of publication: 1874, 1870-1899, 1870- or -1899.",
    ),
    "opt.filter.language": (
        "Seulement les documents en cette langue : fr, en… (à répéter).",
        "Only documents in this language: fr, en… (repeatable).",
    ),
    "opt.filter.min_confidence": (
        "Seulement ce qui a été lu avec cette confiance, de 0 à 1.",
        "Only what was read with this confidence, from 0 to 1.",
    ),
}
