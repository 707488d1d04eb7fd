"""What health says: code → French, English, and what to type."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str, str]] = {
    "not_writable": (
        "Le dossier {folder} ne peut pas être écrit ({reason}).",
        "The folder {folder} cannot be written ({reason}).",
        "{permit}",
    ),
    "writable": ("Le dossier {folder} peut être écrit.", "The folder {folder} can be written.", ""),
    "disk_low": (
        "Il ne reste que {free} Mo sur le disque.",
        "Only {free} MB are left on the disk.",
        "ragphoto release clean",
    ),
    "disk": ("Il reste {free} Mo sur le disque.", "{free} MB are left on the disk.", ""),
    "sample": (
        "data/ est vide : la collection d’exemple est utilisée.",
        "data/ is empty: the sample collection is used.",
        "copiez vos documents dans {folder}",
    ),
    "documents": ("Vos documents sont dans {folder}.", "Your documents are in {folder}.", ""),
    "no_database": (
        "Rien n’a encore été traité.",
        "Nothing was processed yet.",
        "python mlops/pipeline.py",
    ),
    "database": ("La base s’ouvre et se relit.", "The record opens and reads.", ""),
    "database_damaged": (
        "La base est abîmée : {why}",
        "The record is damaged: {why}",
        "ragphoto backup --list",
    ),
    "database_error": ("{why}", "{why}", "{permit}"),
    "no_release": (
        "Aucune version n’est en service : rien ne peut répondre.",
        "No release is in service: nothing can answer.",
        "python mlops/pipeline.py",
    ),
    "release_damaged": (
        "La version {release} est abîmée : {why}",
        "Release {release} is damaged: {why}",
        "ragphoto release rollback",
    ),
    "release": (
        "La version {release} est en service et entière ({read} Mo relus).",
        "Release {release} is in service and whole ({read} MB read).",
        "",
    ),
    "model": ("Le modèle de vecteurs répond ({name}).", "The vector model answers ({name}).", ""),
    "model_none": (
        "Sans modèle de vecteurs : la recherche se fait par les mots.",
        "Without a vector model: search is by words.",
        "",
    ),
    "model_broken": (
        "Le modèle de vecteurs ne se charge pas : {why}",
        "The vector model does not load: {why}",
        "ragphoto doctor",
    ),
    "never_run": (
        "Le pipeline n’a jamais tourné.",
        "The pipeline never ran.",
        "python mlops/pipeline.py",
    ),
    "run_failed": (
        "Le dernier passage n’est pas allé au bout : {why}",
        "The last run did not complete: {why}",
        "python mlops/pipeline.py",
    ),
    "run_completed": ("Dernier passage : {at}.", "Last run: {at}.", ""),
    "validation": (
        "Rien n’a manqué à la dernière validation.",
        "Nothing failed in the last validation.",
        "",
    ),
    "validation_failed": (
        "La dernière validation n’est pas passée : {why}",
        "The last validation did not pass: {why}",
        "tail -n 50 mlops/pipeline.log",
    ),
    "success_rate": (
        "{rate} % des passages sont allés au bout (seuil : 80 %).",
        "{rate}% of runs completed (threshold: 80%).",
        "tail -n 50 mlops/pipeline.log",
    ),
    "ratings": (
        "Note moyenne {rating} (seuil : 2,5).",
        "Mean rating {rating} (threshold: 2.5).",
        "ragphoto diagnose",
    ),
    "night_none": (
        "Aucune nuit n’a encore été faite.",
        "No night was made yet.",
        "ragphoto schedule status",
    ),
    "night_done": ("Dernière nuit : {night}, faite.", "Last night: {night}, done.", ""),
    "night_running": ("La nuit du {night} est en cours.", "Night {night} is under way.", ""),
    "night_failed": (
        "La nuit du {night} a échoué : {why}",
        "Night {night} failed: {why}",
        "ragphoto night",
    ),
    "night_missing": (
        "Aucune nuit réussie depuis {hours} h.",
        "No successful night for {hours} h.",
        "ragphoto night",
    ),
    "night_missing_days": (
        "Aucune nuit réussie depuis {days} jours.",
        "No successful night for {days} days.",
        "ragphoto night",
    ),
    "schedule_none": (
        "Aucune nuit n’est planifiée : rien ne se fera seul.",
        "No night is scheduled: nothing happens by itself.",
        "ragphoto schedule status",
    ),
    "schedule_lost": (
        "{kind} avait été armé et ne connaît plus la nuit.",
        "{kind} was armed and does not know the night any more.",
        "ragphoto schedule {kind} --install",
    ),
    "schedule": (
        "Les nuits sont planifiées par {kind}, à {at}.",
        "Nights are scheduled by {kind}, at {at}.",
        "",
    ),
    "queue": ("Rien n’attend d’être envoyé.", "Nothing waits to be sent.", ""),
    "queue_stuck": (
        "{count} avis n’ont pas pu être envoyés (dernier refus : {why}).",
        "{count} notices could not be sent (last refusal: {why}).",
        "ragphoto alerts test",
    ),
    "alerts": ("Aucune alerte.", "No alert.", ""),
    "alerts_firing": (
        "{count} alertes : {names}",
        "{count} alerts: {names}",
        "ragphoto alerts list",
    ),
    "trial": ("Un essai est en cours jusqu’au {until}.", "A trial runs until {until}.", ""),
    "trial_stale": (
        "Un essai dure au-delà de sa fin ({until}).",
        "A trial lasts beyond its end ({until}).",
        "ragphoto trial decide",
    ),
}


def finding(status: str, code: str, language: str = "fr", **details: object) -> dict[str, str]:
    """One check: ok, warning or error, its words, and what to type."""
    french, english, remedy = WORDS[code]
    return {
        "status": status,
        "code": CODES.get(code, code),
        "message": (english if language == "en" else french).format(**details),
        "remedy": remedy.format(**details),
    }


# codes that are known from before, where the words differ by case
CODES = {"disk_low": "disk", "night_missing_days": "night_missing"}
