"""What a diagnosis replayed, in words: the terminal and the page « Apprentissage » say the same."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "cause.detail.lexical": ("par les mots", "by its words"),
    "cause.detail.dense": ("par le sens", "by its meaning"),
    "cause.detail.fusion": (
        "bien classée par les mots et par le sens, mal par leur somme",
        "ranked high by its words and by its meaning, low by their sum",
    ),
    "cause.detail.both": ("par les mots et par le sens", "by its words and by its meaning"),
    "cause.detail.filters": (
        "les filtres de la question l’écartaient",
        "the filters of the question left it out",
    ),
    "cause.detail.unread": ("rien n’y a été lu", "nothing was read there"),
    "cause.detail.letters": ("des lettres prises pour d’autres", "letters taken for others"),
    "cause.detail.engine": (
        "un autre moteur de lecture y lit la réponse",
        "another reading engine reads the answer there",
    ),
    "cause.detail.scale": (
        "à un autre agrandissement, la réponse y est lue",
        "at another enlargement, the answer is read there",
    ),
    "cause.detail.deleted": ("le document a été supprimé", "the document was deleted"),
    "cause.detail.answered": (
        "il ne fallait pas répondre",
        "it should not have been answered",
    ),
    "cause.detail.page_does_not_say": (
        "la page indiquée ne dit pas cela",
        "the page pointed at does not say so",
    ),
    "cause.detail.unproved": ("aucune page connue ne la prouve", "no known page proves it"),
    "cause.detail.context": ("au milieu d’une phrase", "in the middle of a sentence"),
    "evidence.yes": ("oui", "yes"),
    "evidence.no": ("non", "no"),
    "evidence.label": ("{name} : {value}", "{name}: {value}"),
    "evidence.page": ("Page qui dit la réponse", "Page that says the answer"),
    "evidence.page.value": ("{document}, p.\u00a0{page}", "{document}, p.\u00a0{page}"),
    "evidence.shown": ("Ce que le lecteur a vu", "What the reader saw"),
    "evidence.outcome": ("La même question, reposée", "The same question, asked again"),
    "evidence.outcome.answer": ("une réponse", "an answer"),
    "evidence.outcome.nearest": ("les pages les plus proches", "the nearest pages"),
    "evidence.outcome.nothing": ("pas de réponse", "no answer"),
    "evidence.score": (
        "Probabilité que la collection réponde",
        "Probability that the collection answers",
    ),
    "evidence.rank": ("Rang du bon passage", "Rank of the right passage"),
    "evidence.page_rank": ("Rang de la bonne page", "Rank of the right page"),
    "evidence.lexical_rank": (
        "Rang du bon passage par les mots seuls",
        "Rank of the right passage by its words alone",
    ),
    "evidence.dense_rank": (
        "Rang du bon passage par le sens seul",
        "Rank of the right passage by its meaning alone",
    ),
    "evidence.filtered": (
        "Écartée par les filtres de la question",
        "Left out by the filters of the question",
    ),
    "evidence.cited_above": (
        "Une page citée était mieux classée",
        "A page that was cited ranked higher",
    ),
    "evidence.indexed": (
        "Mots du passage sous lesquels on le trouve",
        "Words of the passage that it is found under",
    ),
    "evidence.vector": (
        "Sens gardé du passage, comparé au passage relu",
        "Kept meaning of the passage, compared with the passage read again",
    ),
    "evidence.pages_alike": (
        "Pages qui conviennent en entier à la question",
        "Pages that fit the question whole",
    ),
    "evidence.concepts": ("Mots cherchés dans la question", "Words looked for in the question"),
    "evidence.letters_alike": (
        "Lettres de la réponse retrouvées sur la page",
        "Letters of the answer found on the page",
    ),
    "evidence.no_words": (
        "À cet endroit, suites de lettres qui ne sont pas des mots",
        "Runs of letters there that are no words",
    ),
    "evidence.status": ("Lecture de la page", "Reading of the page"),
    "evidence.status.ok": ("bonne", "good"),
    "evidence.status.low_confidence": ("peu sûre", "unsure"),
    "evidence.status.blank": ("page vide", "blank page"),
    "evidence.status.failed": ("échouée", "failed"),
    "evidence.status.unsupported": ("format non pris en charge", "format not supported"),
    "evidence.held": (
        "Mots de la réponse tenus par un seul passage",
        "Words of the answer held by one passage",
    ),
    "evidence.in_text": (
        "La page la dit en quelques lignes",
        "The page says it within a few lines",
    ),
    "evidence.parted": ("Coupée entre deux passages", "Cut between two passages"),
    "evidence.together": (
        "Mots de la réponse qui se suivent aussi sur la page",
        "Words of the answer that follow one another on the page too",
    ),
    "evidence.broken_off": (
        "Le passage commence ou finit au milieu de la phrase",
        "The passage begins or ends inside the sentence",
    ),
    "evidence.bag": (
        "Mots de la réponse présents sur la page",
        "Words of the answer that are on the page",
    ),
    "evidence.missing": (
        "Mots absents de la page (leur racine)",
        "Words that the page has not (their stems)",
    ),
    "evidence.misread": ("Mots sans doute mal lus", "Words that were probably misread"),
    "evidence.misread.value": ("« {said} » lu « {read} »", "“{said}” read as “{read}”"),
    "evidence.read_again": ("Image relue", "Image read again"),
    "evidence.read_again.found": (
        "{way} : retrouve {found}",
        "{way}: gives back {found}",
    ),
    "evidence.read_again.says": ("{way} : dit la réponse", "{way}: says the answer"),
    "evidence.read_again.nothing": ("{way} : rien de plus", "{way}: nothing more"),
    "evidence.read_again.failed": (
        "{way} : n’a pas pu être relue",
        "{way}: could not be read again",
    ),
    "evidence.way": ("{engine}, agrandie × {scale}", "{engine}, enlarged × {scale}"),
    "evidence.way.same": ("{engine}, même taille", "{engine}, same size"),
    "evidence.suspects": (
        "Autres pages relues, sans y trouver la réponse",
        "Other pages read again, without finding the answer",
    ),
    "evidence.remedy": ("Règle proposée", "Rule proposed"),
}
