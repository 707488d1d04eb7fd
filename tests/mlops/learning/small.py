"""A collection of three notes, ingested for real in a second, that answers by words."""

from __future__ import annotations

from pathlib import Path

from mlops.steps import ingest
from rag.settings import Home, Settings

SETTINGS = Settings(embedder="none", workers=1)
NOTES = {
    "fixage.md": "# Le fixage\n\nLe bain de fixage contient deux cents grammes d'hyposulfite de "
    "soude par litre d'eau tiède. L'épreuve y reste dix minutes, puis on la lave à l'eau courante.",
    "stenope.md": "# Le sténopé\n\nUn trou d'un demi-millimètre donne, à vingt centimètres du "
    "carton, l'image la plus fine que l'on puisse espérer sans lentille. La pose est longue.",
    "laboratoire.md": "# Le laboratoire\n\nLa lanterne rouge se place à un mètre de la cuvette. "
    "On verse l'acide dans l'eau, jamais l'inverse. La pièce est aérée chaque soir.",
}


def make(root: Path) -> Home:
    """Write the notes and ingest them."""
    home = Home(root)
    home.data.mkdir(parents=True)
    for name, text in NOTES.items():
        (home.data / name).write_text(text, "utf-8")
    report = ingest(home, SETTINGS)
    assert report.decision == "promoted"
    return home
