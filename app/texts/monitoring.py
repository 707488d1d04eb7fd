"""The page of figures."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "monitoring.no_night": ("Aucune nuit du {night}.", "No night of {night}."),
    "monitoring.title": ("Suivi", "Monitoring"),
    "monitoring.lead": (
        "Ce que le système fait, jour après jour. Un jour sans mesure reste vide : ce n’est pas "
        "zéro.",
        "What the system does, day after day. A day without a measure stays empty: that is not "
        "zero.",
    ),
    "monitoring.period": ("Période", "Period"),
    "monitoring.days": ("{days} jours", "{days} days"),
    "monitoring.alerts": ("Alertes", "Alerts"),
    "monitoring.no_alert": ("Aucune alerte.", "No alert."),
    "monitoring.type": ("À taper :", "Type:"),
    "monitoring.take_care": ("Je m’en occupe", "I take care of it"),
    "monitoring.taken": ("Prise en charge.", "Taken care of."),
    "monitoring.figures": ("En chiffres", "Figures"),
    "monitoring.questions": ("Questions posées", "Questions asked"),
    "monitoring.share_answered": ("Répondues", "Answered"),
    "monitoring.share_refused": ("Sans réponse", "Without answer"),
    "monitoring.share_failed": ("En échec", "Failed"),
    "monitoring.p95": ("95 % des réponses en moins de", "95% of answers in less than"),
    "monitoring.answered": ("Part des questions répondues", "Share of questions answered"),
    "monitoring.latency": ("Secondes par réponse", "Seconds an answer"),
    "monitoring.ratings": ("Note moyenne", "Mean rating"),
    "monitoring.reading": ("Confiance de lecture", "Confidence of reading"),
    "monitoring.latency.legend": (
        "trait plein : la moitié des réponses ; tirets : 95 % des réponses",
        "solid: half of the answers; dashed: 95% of the answers",
    ),
    "monitoring.interval": ("bande : intervalle à 95 %", "band: 95% interval"),
    "monitoring.nothing": ("Rien n’a été mesuré sur cette période.", "Nothing was measured."),
    "monitoring.alt": (
        "{name} sur {days} jours : {count} mesures, la dernière {last}.",
        "{name} over {days} days: {count} measures, the last {last}.",
    ),
    "monitoring.table": ("Les chiffres", "The figures"),
    "monitoring.day": ("jour", "day"),
    "monitoring.count": ("nombre", "count"),
    "monitoring.value": ("valeur", "value"),
    "monitoring.value95": ("95 %", "95%"),
    "monitoring.bounds": ("intervalle à 95 %", "95% interval"),
    "monitoring.drift": ("Dérives", "Drift"),
    "monitoring.no_drift_yet": (
        "Aucune nuit n’a encore regardé : ragphoto drift le fait maintenant.",
        "No night has looked yet: ragphoto drift does it now.",
    ),
    "monitoring.drifted": ("dérive", "drift"),
    "monitoring.steady": ("rien", "none"),
    "monitoring.few": ("trop peu", "too few"),
    "monitoring.nights": ("Nuits", "Nights"),
    "monitoring.no_nights": (
        "Aucune nuit encore. Pour les planifier : ragphoto schedule --help",
        "No night yet. To plan them: ragphoto schedule --help",
    ),
    "monitoring.night": ("nuit du", "night of"),
    "monitoring.state": ("état", "state"),
    "monitoring.failed_steps": ("étapes échouées", "failed steps"),
    "monitoring.health": ("Santé", "Health"),
    "monitoring.check": ("contrôle", "check"),
    "monitoring.found": ("constat", "found"),
    "monitoring.ok": ("bien", "fine"),
    "monitoring.warning": ("à voir", "look"),
    "monitoring.error": ("mauvais", "bad"),
}
