"""The page « Apprentissage »: the queue, the groups, what waits for a second person."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "improving.title": ("Apprentissage", "Learning"),
    "improving.lead": (
        "Ce que disent les lecteurs, pourquoi des réponses étaient mauvaises, et ce qui attend "
        "d’être validé par une deuxième personne.",
        "What readers say, why answers were bad, and what waits for a second person.",
    ),
    "improving.queue": ("Remarques", "Remarks"),
    "improving.failures": ("Causes", "Causes"),
    "improving.proposals": ("À valider", "To validate"),
    "improving.acquisitions": ("À acquérir", "To acquire"),
    "improving.refused.own": (
        "Personne ne valide sa propre correction : demandez à une autre personne.",
        "Nobody validates their own correction: ask somebody else.",
    ),
    "improving.refused.unproved": (
        "La page ne prouve pas cette réponse : elle ne peut pas être validée telle quelle.",
        "The page does not prove this answer: it cannot be validated as it stands.",
    ),
    "improving.running": (
        "Un apprentissage est déjà en cours.",
        "Learning is under way already.",
    ),
    "improving.learn": ("Apprendre maintenant", "Learn now"),
    "improving.look": ("Examiner les remarques", "Look at the remarks"),
    "improving.due_now": (
        "Un apprentissage est dû : {count} remarques depuis le dernier, note moyenne {mean}, "
        "{percent} % de corrections.",
        "Learning is due: {count} remarks since the last, mean rating {mean}, {percent}% "
        "corrections.",
    ),
    "improving.due_not": (
        "Rien ne presse : {count} remarques depuis le dernier apprentissage.",
        "Nothing presses: {count} remarks since the last learning.",
    ),
    "improving.waiting": (
        "En attente de validation : {count}.",
        "Waiting for validation: {count}.",
    ),
    "improving.state.running": (
        "Apprentissage en cours : une version est construite puis jugée. Cette page se met à jour.",
        "Learning: a release is built, then judged. This page keeps up to date.",
    ),
    "improving.state.failed": (
        "Le dernier apprentissage a échoué : {message} Rien n’a changé en service.",
        "The last learning failed: {message} Nothing changed in service.",
    ),
    "improving.filter": ("Montrer", "Show"),
    "improving.every": ("toutes les notes", "all ratings"),
    "improving.bad": ("mauvaises notes (1 à 3)", "bad ratings (1 to 3)"),
    "improving.search": ("Chercher dans les remarques", "Search the remarks"),
    "improving.none": ("Aucune remarque pour l’instant.", "No remark yet."),
    "improving.no_failures": ("Aucune cause connue pour l’instant.", "No cause known yet."),
    "improving.no_proposals": ("Rien n’attend.", "Nothing waits."),
    "improving.no_acquisitions": (
        "Rien de demandé ne manque à la collection.",
        "Nothing asked for is missing.",
    ),
    "improving.older": ("Plus anciennes", "Older"),
    "improving.question": ("Question", "Question"),
    "improving.answer": ("Réponse donnée", "Answer given"),
    "improving.correction": ("Correction proposée", "Correction proposed"),
    "improving.said": ("Ce que dit le lecteur", "What the reader says"),
    "improving.fate": ("Ce qu’elle est devenue", "What became of it"),
    "improving.cause": ("Cause", "Cause"),
    "improving.remedy": ("Remède", "Remedy"),
    "improving.count": ("Remarques", "Remarks"),
    "improving.gain": ("Perdues par semaine", "Lost a week"),
    "improving.place": ("Où", "Where"),
    "improving.evidence": ("Ce qui a été rejoué", "What was replayed"),
    "improving.stages": ("Où la réponse s’est perdue", "Where the answer was lost"),
    "improving.stage.absent": ("elle est dans la collection", "it is in the collection"),
    "improving.stage.misread": ("la page est bien lue", "the page is read right"),
    "improving.stage.order": ("dans le bon ordre", "in the right order"),
    "improving.stage.cut": ("le passage est entier", "the passage is whole"),
    "improving.stage.ranked_low": ("il est bien classé", "it ranks high"),
    "improving.stage.refused": ("la question est acceptée", "the question is accepted"),
    "improving.stage.unchosen": ("la bonne phrase est choisie", "the right sentence is chosen"),
    "improving.stage.written": ("elle est bien écrite", "it is written right"),
    "improving.lost": ("perdue ici", "lost here"),
    "improving.diagnose": ("Chercher la cause", "Look for the cause"),
    "improving.undiagnosed": ("La cause n’a pas été cherchée.", "The cause was not looked for."),
    "improving.validate": ("Valider", "Validate"),
    "improving.refuse": ("Refuser", "Refuse"),
    "improving.note": ("Pourquoi (facultatif)", "Why (optional)"),
    "improving.proof": ("Voir la preuve", "See the proof"),
    "improving.quote": ("Ce que dit la page", "What the page says"),
    "improving.csv": ("Télécharger la liste (CSV)", "Download the list (CSV)"),
    "improving.topic": ("Sujet", "Topic"),
    "improving.crop": (
        "Le mot tel qu’il est imprimé, {document}, page {page}",
        "The word as printed, {document}, page {page}",
    ),
}
