"""Asking on the page: what comes meanwhile, what was asked before, what is taken away."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "answers.unknown": (
        "Cette réponse n’est pas connue ici : elle a été effacée, ou vient d’une autre collection.",
        "This answer is not known here: it was erased, or comes from another collection.",
    ),
    "asking.found": ("Je lis {count} pages, dont :", "Reading {count} pages, among them:"),
    "asking.provisional": (
        "Texte provisoire : les preuves arrivent avec la réponse.",
        "Provisional text: the proofs come with the answer.",
    ),
    "asking.cut": (
        "La réponse a été coupée avant ses preuves : ce texte n’est pas vérifié. "
        "Posez la question de nouveau.",
        "The answer was cut before its proofs: this text is not checked. Ask again.",
    ),
    "asking.stop": ("Arrêter", "Stop"),
    "asking.stopped": ("Arrêté.", "Stopped."),
    "asking.here": ("La bonne page est ici", "The right page is here"),
    "asking.here_done": (
        "Page notée dans le formulaire : choisissez une note, puis envoyez.",
        "Page put in the form: choose a rating, then send.",
    ),
    "export.title": ("Emporter", "Take away"),
    "export.markdown": ("Markdown", "Markdown"),
    "export.pdf": ("PDF avec les sources", "PDF with its sources"),
    "export.bibtex": ("Sources en BibTeX", "Sources as BibTeX"),
    "export.print": ("Imprimer", "Print"),
    "export.link": ("Lien vers cette réponse", "Link to this answer"),
    "export.explain": ("D’où vient cette réponse", "Where this answer comes from"),
    "export.made": (
        "Répondu par RAG Photographie, version {release}.",
        "Answered by RAG Photographie, release {release}.",
    ),
    "history.title": ("Mes questions", "My questions"),
    "history.lead": (
        "Ce que ce navigateur a demandé, du plus récent au plus ancien. Personne d’autre ne voit "
        "cette liste.",
        "What this browser asked, newest first. Nobody else sees this list.",
    ),
    "history.none": ("Aucune question pour l’instant.", "No question yet."),
    "history.older": ("Plus anciennes", "Older"),
}
