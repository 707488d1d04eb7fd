"""What ``ragphoto explain`` says."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "help.explain": (
        "Dire d’où vient une réponse : de la question aux passages, aux seuils et aux fichiers, "
        "et la refaire à l’identique.",
        "Say where an answer comes from: from the question to passages, thresholds and files, "
        "and make it again, identical.",
    ),
    "opt.answer_id": (
        "Identifiant de la réponse (donné par ragphoto ask et par l’API).",
        "Identifier of the answer (given by ragphoto ask and by the API).",
    ),
    "explain.question": ("Question ({at})", "Question ({at})"),
    "explain.after": ("après : {question}", "after: {question}"),
    "explain.understood": ("Comprise comme", "Understood as"),
    "explain.standalone": ("recherchée : {text}", "searched: {text}"),
    "explain.language": ("langue : {language}", "language: {language}"),
    "explain.term.typed": ("tapé", "typed"),
    "explain.term.thesaurus": ("thésaurus", "thesaurus"),
    "explain.term.collection": ("collection", "collection"),
    "explain.term.spelling": ("orthographe", "spelling"),
    "explain.filters": ("filtres : {filters}", "filters: {filters}"),
    "explain.found": (
        "Passages trouvés (score, mots, sens)",
        "Passages found (score, words, meaning)",
    ),
    "explain.judged": (
        "Jugée : probabilité {score} que la collection réponde",
        "Judged: probability {score} that the collection answers",
    ),
    "explain.outcome": ("issue : {outcome} {reason}", "outcome: {outcome} {reason}"),
    "explain.signals": ("signaux : {signals}", "signals: {signals}"),
    "explain.thresholds": ("seuils de la version : {thresholds}", "thresholds: {thresholds}"),
    "explain.answered": ("Répondu", "Answered"),
    "explain.nothing": ("(aucune phrase)", "(no sentence)"),
    "explain.words": (
        "{document}, p. {page}, mots {first} à {last}, fichier SHA-256 {sha}",
        "{document}, p. {page}, words {first} to {last}, file SHA-256 {sha}",
    ),
    "explain.span": (
        "{document}, p. {page}, caractères {first} à {last}, fichier SHA-256 {sha}",
        "{document}, p. {page}, characters {first} to {last}, file SHA-256 {sha}",
    ),
    "explain.written": (
        "Écrite par {model}, consigne {prompt}, {tokens} jetons",
        "Written by {model}, prompt {prompt}, {tokens} tokens",
    ),
    "explain.quoted": (
        "Sans modèle de langage : phrases citées telles quelles",
        "Without a language model: sentences quoted as they stand",
    ),
    "explain.fallback": (
        "le modèle configuré n’a pas écrit : {reason}",
        "the configured model did not write: {reason}",
    ),
    "explain.release": ("Version {release}", "Release {release}"),
    "explain.embedder": ("vecteurs : {name} ({hash})", "vectors: {name} ({hash})"),
    "explain.file": ("{name}  {hash}", "{name}  {hash}"),
    "explain.same": (
        "Refaite à l’instant dans la même version : identique, bit pour bit.",
        "Made again just now in the same release: identical, bit for bit.",
    ),
    "explain.differs": (
        "Refaite à l’instant : DIFFÉRENTE ({parts}).",
        "Made again just now: DIFFERENT ({parts}).",
    ),
    "explain.other_program": (
        "Le programme a changé depuis : la différence peut venir de là.",
        "The program has changed since: the difference may come from it.",
    ),
    "explain.not_again": ("Ne peut être refaite : {why}.", "Cannot be made again: {why}."),
    "explain.why.no_trace": (
        "une version antérieure du programme l’a donnée, sans en garder le détail",
        "an earlier version of the program gave it and kept no detail",
    ),
    "explain.why.no_release": (
        "sa version n’est plus sur ce disque",
        "its release is not on this disk any more",
    ),
    "explain.why.no_model": (
        "le modèle de ses vecteurs n’est plus celui qui est réglé",
        "the model of its vectors is not the one that is set any more",
    ),
    "explain.hidden": (
        "{count} passages de documents supprimés depuis ne sont plus montrés.",
        "{count} passages of documents deleted since are not shown any more.",
    ),
}
