"""The menu; keys, sessions and what they may do."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "nav.menu": ("Pages", "Pages"),
    "nav.ask": ("Demander", "Ask"),
    "nav.library": ("Bibliothèque", "Library"),
    "nav.learning": ("Apprentissage", "Learning"),
    "nav.versions": ("Versions", "Releases"),
    "nav.monitoring": ("Suivi", "Monitoring"),
    "nav.remarks": ("Mes remarques", "My remarks"),
}
