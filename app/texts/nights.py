"""What is said of nights, schedulers, backups and the watched folder."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "help.night": (
        "Faire la nuit qui est due : lecture, contrôle, mise en service, ménage, sauvegarde, "
        "alertes. Une fois par date, quoi qu’il arrive ; interrompue, elle reprend.",
        "Do the night that is due: reading, gate, promotion, clean-up, backup, alerts. Once a "
        "date, whatever happens; interrupted, it goes on.",
    ),
    "opt.night.scheduled": (
        "lancée par un planificateur : ne dit rien s’il n’y a rien à faire",
        "started by a scheduler: says nothing when there is nothing to do",
    ),
    "opt.night.at": (
        "heure locale à partir de laquelle la nuit est due, HH:MM",
        "local hour from which the night is due, HH:MM",
    ),
    "opt.night.status": ("montrer les dernières nuits", "show the latest nights"),
    "night.already": (
        "La nuit du {night} est déjà faite, ou en cours ailleurs.",
        "The night of {night} is done already, or under way elsewhere.",
    ),
    "night.done": (
        "Nuit du {night} : faite en {seconds} s.",
        "Night of {night}: done in {seconds} s.",
    ),
    "night.failed": (
        "Nuit du {night} : échouée. La version en service continue de répondre. "
        "Relancez : ragphoto night",
        "Night of {night}: failed. The release in service goes on. Run again: ragphoto night",
    ),
    "night.attempts": ("reprise : {attempts} tentatives", "taken up: {attempts} attempts"),
    "night.step.pipeline": ("Lecture et contrôle", "Reading and gate"),
    "night.step.trials": ("Essais", "Trials"),
    "night.step.feedback": ("Retours des lecteurs", "Feedback"),
    "night.step.drift": ("Dérives", "Drift"),
    "night.step.metrics": ("Chiffres anciens", "Old figures"),
    "night.step.retention": ("Vieilles versions", "Old releases"),
    "night.step.backup": ("Sauvegarde", "Backup"),
    "night.step.experiments": ("MLflow", "MLflow"),
    "night.step.alerts": ("Alertes", "Alerts"),
    "night.none": (
        "Aucune nuit encore. Tapez : ragphoto night, ou ragphoto schedule",
        "No night yet. Run: ragphoto night, or ragphoto schedule",
    ),
    "night.state.done": ("faite", "done"),
    "night.state.failed": ("échouée", "failed"),
    "night.state.running": ("en cours", "under way"),
    "night.state.skipped": ("passée (machine éteinte)", "skipped (machine off)"),
    # --- watch -------------------------------------------------------------------------------
    "help.watch": (
        "Surveiller le dossier des documents et lire ce qui arrive, dans la minute.",
        "Watch the folder of documents and read what comes, within a minute.",
    ),
    "opt.watch.every": (
        "secondes entre deux regards, si le système ne dit rien",
        "seconds between two looks, when the system tells nothing",
    ),
    "opt.watch.once": ("s’arrêter après le premier passage", "stop after the first run"),
    "watch.begun": (
        "Je surveille {folder}. Ctrl-C pour arrêter.",
        "Watching {folder}. Ctrl-C to stop.",
    ),
    # --- schedule ----------------------------------------------------------------------------
    "help.schedule": (
        "Planifier les nuits sur cette machine : montrer, installer (--install) ou retirer "
        "(--remove) ce qu’il faut pour cron, systemd, launchd, Windows ou Prefect.",
        "Schedule the nights on this machine: print, install (--install) or remove (--remove) "
        "what cron, systemd, launchd, Windows or Prefect need.",
    ),
    "help.schedule.status": ("Dire si des nuits sont planifiées.", "Say whether nights are armed."),
    "help.schedule.kind": ("Pour {kind}.", "For {kind}."),
    "opt.schedule.install": ("l’installer vraiment", "really install it"),
    "opt.schedule.remove": ("le retirer", "remove it"),
    "opt.schedule.at": ("heure locale, HH:MM", "local hour, HH:MM"),
    "opt.schedule.zone": ("fuseau, par exemple Europe/Paris", "zone, such as Europe/Paris"),
    "schedule.file": ("Fichier {path} :", "File {path}:"),
    "schedule.crontab": ("À ajouter par crontab -e :", "To add with crontab -e:"),
    "schedule.type": ("Puis tapez :", "Then type:"),
    "schedule.or_install": (
        "Ou bien : ragphoto schedule {kind} --install",
        "Or: ragphoto schedule {kind} --install",
    ),
    "schedule.installed": (
        "Installé : les nuits sont faites à {at} ({kind}).",
        "Installed: nights are made at {at} ({kind}).",
    ),
    "schedule.removed": ("Retiré ({kind}).", "Removed ({kind})."),
    "schedule.armed": (
        "Nuits planifiées par {kind}, à {at}.",
        "Nights are scheduled by {kind}, at {at}.",
    ),
    "schedule.lost": (
        "{kind} avait été armé et ne connaît plus la nuit. Tapez : ragphoto schedule {kind} "
        "--install",
        "{kind} was armed and does not know the night any more. Run: ragphoto schedule {kind} "
        "--install",
    ),
    "schedule.none": (
        "Rien n’est planifié : aucune nuit ne se fera seule. Tapez : ragphoto schedule {kind} "
        "--install",
        "Nothing is scheduled: no night will be made by itself. Run: ragphoto schedule {kind} "
        "--install",
    ),
    "error.no_scheduler": (
        "Le planificateur a refusé : {message}",
        "The scheduler refused: {message}",
    ),
    # --- backup ------------------------------------------------------------------------------
    "help.backup": (
        "Sauvegarder la base, les questions de référence et les réglages, et relire la "
        "sauvegarde (--list les montre).",
        "Back up the record, the golden questions and the settings, and read the backup again "
        "(--list shows them).",
    ),
    "help.restore": (
        "Remettre une sauvegarde en place ; ce qui s’y trouve est mis de côté.",
        "Put a backup back in place; what is there is put aside.",
    ),
    "opt.backup.to": ("dossier ou fichier .zip", "a folder or a .zip file"),
    "opt.backup.list": ("montrer les sauvegardes", "show the backups"),
    "opt.restore.file": ("la sauvegarde", "the backup"),
    "opt.yes": ("ne pas demander", "do not ask"),
    "backup.made": (
        "Sauvegardé et relu : {path} ({size}).",
        "Backed up and read: {path} ({size}).",
    ),
    "backup.line": ("{at}  {size:>9}  {path}", "{at}  {size:>9}  {path}"),
    "backup.none": ("Aucune sauvegarde.", "No backup."),
    "restore.ask": (
        "Remplacer la base et les réglages de {home} par ceux du {at} ?",
        "Replace the record and settings of {home} by those of {at}?",
    ),
    "restore.no": ("Rien n’a été changé.", "Nothing was changed."),
    "restore.done": (
        "Restauré ; ce qui y était est gardé dans {aside}. Redémarrez le service s’il tourne, puis "
        "tapez : ragphoto ingest",
        "Restored; what was there is kept in {aside}. Restart the service if it runs, then run: "
        "ragphoto ingest",
    ),
    "error.backup_unreadable": (
        "{path} n’est pas une sauvegarde lisible. Tapez : ragphoto backup --list",
        "{path} is not a readable backup. Run: ragphoto backup --list",
    ),
    "error.no_database": (
        "Il n’y a encore rien à sauvegarder. Tapez : ragphoto ingest",
        "There is nothing to back up yet. Run: ragphoto ingest",
    ),
    "error.disk_full": (
        "Pas assez de place pour une autre version : {message}",
        "Not enough room for another release: {message}",
    ),
    "error.not_writable": ("{message}", "{message}"),
    # --- drift -------------------------------------------------------------------------------
    "help.drift": (
        "Dire si les derniers jours diffèrent des semaines d’avant : sujets, mots, réponses, "
        "lecture, notes.",
        "Say whether the last days differ from the weeks before: topics, words, answers, reading, "
        "ratings.",
    ),
    "opt.drift.days": ("jours regardés", "days looked at"),
    "opt.drift.reference": ("jours d’avant, pour comparer", "days before, to compare with"),
    "drift.none": ("Rien n’a dérivé.", "Nothing drifted."),
    "drift.some": ("{count} dérives.", "{count} drifts."),
    "drift.too_few": (
        "trop peu pour comparer ({before} avant, {after} depuis)",
        "too few to compare ({before} before, {after} since)",
    ),
    "drift.figures": (
        "effet {effect} (signalé à partir de {wanted}), p {p}, {before} avant, {after} depuis",
        "effect {effect} (told from {wanted}), p {p}, {before} before, {after} since",
    ),
    "drift.topics": ("Sujets des questions", "Topics of questions"),
    "drift.vocabulary": ("Mots inconnus de la collection", "Words the collection lacks"),
    "drift.abstention": ("Questions sans réponse", "Questions without answer"),
    "drift.scores": ("Sûreté des réponses", "Confidence of answers"),
    "drift.reading": ("Lecture des nouveaux documents", "Reading of new documents"),
    "drift.ratings": ("Notes des lecteurs", "Ratings of readers"),
    "drift.since": ("Depuis la nuit du {day}.", "Since the night of {day}."),
    "drift.todo.topics": (
        "Voir si la collection y répond ; sinon, y ajouter des documents sur ces sujets.",
        "See whether the collection answers them; if not, add documents about these topics.",
    ),
    "drift.todo.vocabulary": (
        "Ajouter des documents qui ont ces mots, ou des synonymes au thésaurus.",
        "Add documents that have these words, or synonyms to the thesaurus.",
    ),
    "drift.todo.abstention": (
        "Reposer ces questions (ragphoto ask) ; comparer avec la version d’avant.",
        "Ask these questions again (ragphoto ask); compare with the release before.",
    ),
    "drift.todo.scores": (
        "Reposer ces questions (ragphoto ask) : les pages trouvées sont-elles les bonnes ?",
        "Ask these questions again (ragphoto ask): are the pages found the right ones?",
    ),
    "drift.todo.reading": (
        "Regarder ces documents : numérisation, langue, sens des pages.",
        "Look at these documents: scanning, language, pages upside down.",
    ),
    "drift.todo.ratings": (
        "Lire ces réponses et leurs notes : ragphoto feedback.",
        "Read these answers and their ratings: ragphoto feedback.",
    ),
}
