"""What is said of releases: their life, what differs between two, trials."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "help.release.show": (
        "Tout ce que l’on sait d’une version (champion, previous, ou le début de son nom).",
        "Everything known of a release (champion, previous, or the beginning of its name).",
    ),
    "help.release.diff": (
        "Dire ce qui diffère entre deux versions, quelles questions de référence changent, "
        "et à cause de quelle partie.",
        "Say what differs between two releases, which golden questions change, and because of "
        "which part.",
    ),
    "help.release.clean": (
        "Supprimer les vieilles versions (jamais celle en service, ni la précédente, ni celle à "
        "l’essai).",
        "Remove old releases (never the one in service, its predecessor, or one on trial).",
    ),
    "opt.release.before": ("la version de départ", "the release to start from"),
    "opt.release.after": ("la version à comparer", "the release to compare"),
    "opt.why": ("pourquoi, en quelques mots", "why, in a few words"),
    "release.state.validated": ("validée", "validated"),
    "release.state.shadow": ("à l’essai, en silence", "on trial, in silence"),
    "release.state.canary": ("à l’essai, pour une part des lecteurs", "on trial, some readers"),
    "error.release_gone": (
        "Le dossier de la version {release} n’est plus là, ou il est abîmé : elle ne peut pas "
        "répondre. Tapez : ragphoto release list",
        "The folder of release {release} is gone or damaged: it cannot answer. "
        "Run: ragphoto release list",
    ),
    "release.line": (
        "{release}  {date}  {state:<22} {size:>9}",
        "{release}  {date}  {state:<22} {size:>9}",
    ),
    "release.removed": ("dossier supprimé", "folder removed"),
    "release.field.release": ("Version", "Release"),
    "release.field.state": ("État", "State"),
    "release.field.created_at": ("Construite", "Built"),
    "release.field.run": ("Passage", "Run"),
    "release.field.parent": ("Vient après", "Came after"),
    "release.field.program": ("Programme", "Program"),
    "release.field.method": ("Méthode", "Method"),
    "release.field.embedder": ("Modèle de vecteurs", "Vector model"),
    "release.field.counts": ("Contenu", "Content"),
    "release.field.bytes": ("Taille", "Size"),
    "release.size": (
        "{total} Mo, dont {own} Mo à elle seule",
        "{total} MB, {own} MB of which are its own",
    ),
    "release.field.reasons": ("Raisons", "Reasons"),
    "release.promoted": ("{date}  mise en service par {who}", "{date}  promoted by {who}"),
    "release.replaced": (
        "{date}  remplacée par {other} ({who})",
        "{date}  replaced by {other} ({who})",
    ),
    "release.put_back": ("{date}  remise en service par {who}", "{date}  put back by {who}"),
    "release.rolled_back": (
        "{date}  retirée par {who}, {other} est remise en service",
        "{date}  taken back by {who}, {other} is put back",
    ),
    "release.because": (" : {reason}", ": {reason}"),
    "release.cleaned": (
        "{count} versions supprimées, {freed} Mo libérés.",
        "{count} releases removed, {freed} MB freed.",
    ),
    # --- diff --------------------------------------------------------------------------------
    "diff.same": ("Ces deux versions sont la même.", "These two are the same release."),
    "diff.parts": ("Ce qui diffère", "What differs"),
    "diff.part": ("partie", "part"),
    "diff.before": ("avant", "before"),
    "diff.after": ("après", "after"),
    "diff.documents.added": ("Documents ajoutés", "Documents added"),
    "diff.documents.removed": ("Documents retirés", "Documents removed"),
    "diff.documents.changed": ("Documents modifiés", "Documents changed"),
    "diff.none": (
        "Aucune des {asked} questions de référence ne change.",
        "None of the {asked} golden questions changes.",
    ),
    "diff.unasked": (
        "Pas de golden.jsonl : aucune question n’a été posée.",
        "No golden.jsonl: no question was asked.",
    ),
    "diff.changed": (
        "{count} des {asked} questions de référence changent ({better} mieux, {worse} moins bien)",
        "{count} of the {asked} golden questions change ({better} better, {worse} worse)",
    ),
    "diff.question": ("question", "question"),
    "diff.cause": ("à cause de", "because of"),
    "diff.rank": ("rang {rank}", "rank {rank}"),
    "diff.unfound": ("introuvable", "not found"),
    "diff.refused": ("sans réponse", "no answer"),
    "diff.kept": ("répondue", "answered"),
    "diff.cause.documents": ("documents {detail}", "documents {detail}"),
    "diff.cause.several": ("plusieurs parties ensemble", "several parts together"),
    "diff.cause.thresholds": ("seuils", "thresholds"),
    "diff.cause.vocabulary": ("vocabulaire", "vocabulary"),
    "diff.cause.prompts": ("consignes", "prompts"),
    "diff.cause.learned": ("parties apprises", "learned parts"),
    "diff.cause.vectors": ("vecteurs", "vectors"),
    "diff.cause.words": ("mots (index lexical)", "words (lexical index)"),
    # --- trials ------------------------------------------------------------------------------
    "help.trial": (
        "Essayer une version en silence (shadow) ou sur une part des lecteurs (canary).",
        "Try a release in silence (shadow) or on a share of readers (canary).",
    ),
    "help.trial.start": (
        "Commencer l’essai d’une version validée.",
        "Begin the trial of a validated release.",
    ),
    "help.trial.status": (
        "Dire où en est l’essai, et les derniers.",
        "Say how the trial goes, and the latest.",
    ),
    "help.trial.decide": (
        "Décider maintenant, sur ce que l’on a.",
        "Decide now, on what there is.",
    ),
    "help.trial.stop": ("Arrêter l’essai sans décider.", "End the trial without deciding."),
    "opt.trial.kind": ("shadow ou canary", "shadow or canary"),
    "opt.trial.hours": ("durée au plus, en heures", "longest duration, in hours"),
    "opt.trial.share": ("part des lecteurs ou des questions", "share of readers or questions"),
    "trial.none": ("Aucun essai en cours.", "No trial is under way."),
    "trial.open": (
        "Essai {kind} de {challenger} ({share}), jusqu’au {until}",
        "Trial {kind} of {challenger} ({share}), until {until}",
    ),
    "trial.ended": (
        "{date}  {kind} de {challenger} : {decision}",
        "{date}  {kind} of {challenger}: {decision}",
    ),
    "trial.decision.promoted": ("mise en service", "promoted"),
    "trial.decision.rejected": ("refusée", "rejected"),
    "trial.decision.abandoned": ("abandonné", "abandoned"),
    "error.trial_open": (
        "Un essai est en cours. Tapez : ragphoto trial status, ou ragphoto trial stop",
        "A trial is under way. Run: ragphoto trial status, or ragphoto trial stop",
    ),
    "error.no_challenger": (
        "Cette version ne peut pas être essayée : il en faut une qui soit gardée et qui ne réponde "
        "pas déjà. Tapez : ragphoto release list",
        "That release cannot be tried: want one that is kept and does not answer yet. "
        "Run: ragphoto release list",
    ),
}
