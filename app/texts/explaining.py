"""Where an answer comes from: what ``ragphoto explain`` and the page of an answer's origin say."""

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
    "explain.stems": (
        "mots cherchés, ramenés à leur racine :",
        "words looked for, by their stems:",
    ),
    "explain.concept": ("{asked} → {ways}", "{asked} → {ways}"),
    "explain.way": ("{terms} ({origin})", "{terms} ({origin})"),
    "explain.weights": (
        "poids des mots non tapés : {weights}",
        "weights of words not typed: {weights}",
    ),
    "explain.term.typed": ("tapé", "typed"),
    "explain.term.thesaurus": ("thésaurus", "thesaurus"),
    "explain.term.collection": ("collection", "collection"),
    "explain.term.spelling": ("orthographe", "spelling"),
    "explain.filter": ("{name} : {value}", "{name}: {value}"),
    "explain.photo.aperture": ("diaphragme", "aperture"),
    "explain.photo.shutter_s": ("vitesse", "shutter speed"),
    "explain.photo.iso": ("sensibilité", "sensitivity"),
    "explain.photo.focal_mm": ("focale", "focal length"),
    "explain.photo.focal_35mm": ("focale (équivalent 24 × 36)", "focal length (35 mm equivalent)"),
    "explain.photo.year": ("année de la photo", "year of the photo"),
    "explain.photo.day": ("jour de la photo", "day of the photo"),
    "explain.photo.camera": ("appareil", "camera"),
    "explain.photo.lens": ("objectif", "lens"),
    "explain.photo.text": ("sujet", "subject"),
    "explain.photo.night": ("prises de nuit", "taken at night"),
    "explain.photo.order": ("rangées par", "ordered by"),
    "explain.photo.up": ("ordre croissant", "ascending"),
    "explain.photo.down": ("ordre décroissant", "descending"),
    "explain.photo.other": ("{name}", "{name}"),
    "explain.photo.value.range": ("de {low} à {high}", "from {low} to {high}"),
    "explain.photo.value.least": ("{low} au moins", "{low} at least"),
    "explain.photo.value.most": ("{high} au plus", "{high} at most"),
    "explain.found": ("Passages trouvés", "Passages found"),
    "explain.found.none": ("(aucun passage)", "(no passage)"),
    "explain.found.rank": ("Rang", "Rank"),
    "explain.found.page": ("Page", "Page"),
    "explain.found.score": ("Ensemble", "Together"),
    "explain.found.lexical": ("Par les mots", "By its words"),
    "explain.found.dense": ("Par le sens", "By its meaning"),
    "explain.found.order": ("{value} (n°\u00a0{order})", "{value} (no.\u00a0{order})"),
    "explain.found.scores": (
        "Ensemble : mots et sens réunis, à comparer dans une même question seulement. Mots : score "
        "BM25. Sens : proximité, 1 au plus. Tiret : pas parmi les meilleurs.",
        "Together: words and meaning, to be compared within one question only. Words: BM25 score. "
        "Meaning: closeness, 1 at most. Dash: not among the best.",
    ),
    "explain.found.meant": (
        "Une réponse validée, à une question semblable, désigne l’un d’eux.",
        "A validated answer, to a question like this one, points at one of them.",
    ),
    "explain.page": ("{document}, p. {page}", "{document}, p. {page}"),
    "explain.deleted": ("document supprimé depuis", "document deleted since"),
    "explain.chunk": ("{rank} : passage {chunk}", "{rank}: passage {chunk}"),
    "explain.judged": (
        "Jugée : probabilité {score} que la collection réponde",
        "Judged: probability {score} that the collection answers",
    ),
    "explain.outcome": ("issue : {outcome}", "outcome: {outcome}"),
    "explain.why": ("pourquoi : {reason}", "why: {reason}"),
    "explain.caution": ("à savoir : {reason}", "to know: {reason}"),
    "explain.bounds": (
        "cette version répond à partir de {answer}, et montre les pages les plus proches à partir "
        "de {nearest}",
        "this release answers from {answer} on, and shows the nearest pages from {nearest} on",
    ),
    "explain.signal": ("{name} : {value}", "{name}: {value}"),
    "explain.signal.coverage": (
        "part de la question que l’une des meilleures pages contient",
        "share of the question that one of the best pages holds",
    ),
    "explain.signal.first": (
        "part que la toute première page contient",
        "share that the very first page holds",
    ),
    "explain.signal.present": (
        "part présente quelque part dans la collection",
        "share that stands somewhere in the collection",
    ),
    "explain.signal.agree": (
        "le meilleur passage par les mots est aussi des meilleurs par le sens",
        "the best passage by its words is among the best by meaning",
    ),
    "explain.signal.concepts": ("mots ou expressions cherchés", "words or phrases looked for"),
    "explain.signal.foreign": (
        "question posée dans une autre langue que le français",
        "question in another language than French",
    ),
    "explain.signals": ("signaux : {signals}", "signals: {signals}"),
    "explain.thresholds": ("seuils de la version : {thresholds}", "thresholds: {thresholds}"),
    "explain.answered": ("Répondu", "Answered"),
    "explain.nothing": ("(aucune phrase)", "(no sentence)"),
    "explain.words": (
        "{document}, p. {page}, mots {first} à {last}",
        "{document}, p. {page}, words {first} to {last}",
    ),
    "explain.span": (
        "{document}, p. {page}, caractères {first} à {last}",
        "{document}, p. {page}, characters {first} to {last}",
    ),
    "explain.sha": (
        "{document} : fichier SHA-256 {sha}",
        "{document}: file SHA-256 {sha}",
    ),
    "explain.models": ("Modèles", "Models"),
    "explain.written": ("Écrite par {model}", "Written by {model}"),
    "explain.prompt": (
        "consigne {prompt}, {tokens} jetons",
        "prompt {prompt}, {tokens} tokens",
    ),
    "explain.quoted": (
        "Sans modèle de langage : phrases citées telles quelles",
        "Without a language model: sentences quoted as they stand",
    ),
    "explain.fallback": (
        "Le modèle configuré n’a pas écrit : {reason}",
        "The configured model did not write: {reason}",
    ),
    "explain.embedder": ("Sens comparé par {name}", "Meaning compared by {name}"),
    "explain.no_embedder": (
        "Sans modèle du sens : recherche par les mots seuls",
        "Without a model of meaning: search by words alone",
    ),
    "explain.hash": ("{name} : {hash}", "{name}: {hash}"),
    "explain.release": ("Version {release}", "Release {release}"),
    "explain.release.id": ("identifiant : {release}", "identifier: {release}"),
    "explain.release.holds": (
        "{documents} documents, {pages} pages, {chunks} passages",
        "{documents} documents, {pages} pages, {chunks} passages",
    ),
    "explain.file": ("{name}  {hash}", "{name}  {hash}"),
    "explain.again": ("Refaite maintenant", "Made again now"),
    "explain.same": (
        "Refaite à l’instant dans la même version : identique, bit pour bit.",
        "Made again just now in the same release: identical, bit for bit.",
    ),
    "explain.differs": (
        "Refaite à l’instant : DIFFÉRENTE ({parts}).",
        "Made again just now: DIFFERENT ({parts}).",
    ),
    "explain.part.query": ("question comprise", "question as understood"),
    "explain.part.hits": ("passages trouvés", "passages found"),
    "explain.part.verdict": ("jugement", "judgement"),
    "explain.part.pages": ("pages proches", "nearest pages"),
    "explain.part.sentences": ("phrases", "sentences"),
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
    "explain.title": ("D’où vient cette réponse", "Where this answer comes from"),
    "explain.lead": (
        "De la question à la page : ce qui a été compris, trouvé, jugé et cité, dans l’ordre.",
        "From the question to the page: what was understood, found, judged and quoted, in order.",
    ),
    "explain.back": ("Revenir à la réponse", "Back to the answer"),
    "explain.details": ("Détails techniques", "Technical details"),
    "explain.json": ("Pour les programmes : JSON", "For programs: JSON"),
}
