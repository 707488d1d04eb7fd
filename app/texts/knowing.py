"""What ``ragphoto golden``, ``ragphoto eval run`` and the button beside an answer say."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    # --- golden ------------------------------------------------------------------------------
    "help.golden": (
        "Questions de référence : en ajouter, les lister, les vérifier, en retirer.",
        "Golden questions: add, list, check, remove.",
    ),
    "help.golden.add": (
        "Ajouter une question et les pages qui y répondent.",
        "Add a question and the pages that answer it.",
    ),
    "help.golden.list": ("Lister les questions de référence.", "List the golden questions."),
    "help.golden.check": (
        "Vérifier le fichier : format, doublons, documents, pages, citations, et ce qu’il permet "
        "de mesurer.",
        "Check the file: format, duplicates, documents, pages, quotes, and what it can measure.",
    ),
    "help.golden.remove": ("Retirer une question.", "Remove a question."),
    "opt.golden.question": ("La question, telle qu’on la taperait.", "The question, as typed."),
    "opt.golden.page": (
        "Page qui répond, « document:page » ; à répéter s’il y en a plusieurs.",
        "A page that answers, “document:page”; repeat for several.",
    ),
    "opt.golden.answer": ("La réponse attendue, courte.", "The answer expected, short."),
    "opt.golden.quote": (
        "Les mots imprimés qui la prouvent.",
        "The printed words that prove it.",
    ),
    "opt.golden.kind": (
        "Genre de question (factual, how-to, number, near-miss…).",
        "Kind of question (factual, how-to, number, near-miss…).",
    ),
    "opt.golden.unanswerable": (
        "La collection n’y répond pas : il faut la refuser.",
        "The collection does not answer it: it must be refused.",
    ),
    "opt.golden.from_answer": (
        "Reprendre la question et les pages citées d’une réponse (son identifiant).",
        "Take the question and the cited pages of an answer (its identifier).",
    ),
    "opt.golden.file": (
        "Fichier de questions (par défaut, celui de la collection).",
        "File of questions (by default, the collection’s).",
    ),
    "opt.golden.kind_filter": ("Seulement ce genre.", "Only this kind."),
    "opt.golden.document": (
        "Seulement les questions sur ce document.",
        "Only questions about this document.",
    ),
    "opt.golden.match": (
        "Seulement celles qui contiennent ce texte.",
        "Only those with this text.",
    ),
    "opt.golden.only_unanswerable": (
        "Seulement celles auxquelles rien ne répond.",
        "Only those that nothing answers.",
    ),
    "opt.golden.id": ("Identifiant de la question.", "Identifier of the question."),
    "golden.added": ("Ajoutée : {id} ({path}).", "Added: {id} ({path})."),
    "golden.already": (
        "Cette question est déjà parmi les questions de référence ({id}).",
        "This question is already among the golden questions ({id}).",
    ),
    "golden.first_own": (
        "Cette collection a maintenant ses propres questions : "
        "celles de l’exemple ne servent plus.",
        "This collection now has questions of its own: the sample’s are not used any more.",
    ),
    "golden.removed": ("Retirée : {id} « {question} ».", "Removed: {id} “{question}”."),
    "golden.none": ("Aucune question de référence.", "No golden question."),
    "golden.how_to_add": (
        "Pour en écrire une : {command}",
        "To write one: {command}",
    ),
    "golden.not_there": (
        "Pas de question {id} dans {path}. Voir : ragphoto golden list",
        "No question {id} in {path}. See: ragphoto golden list",
    ),
    "error.golden_no_question": (
        "Il manque la question.",
        "The question is missing.",
    ),
    "error.golden_no_page": (
        "Il manque la page qui répond : --page « document:page », ou --unanswerable si la "
        "collection n’y répond pas.",
        "The page that answers is missing: --page “document:page”, or --unanswerable if the "
        "collection does not answer it.",
    ),
    "error.golden_both": (
        "--unanswerable et des pages se contredisent : garder l’un des deux.",
        "--unanswerable and pages contradict each other: keep one.",
    ),
    "golden.bad_page": (
        "« {given} » n’est pas « document:page ». Exemple : --page perrot-1874.pdf:18",
        "“{given}” is not “document:page”. Example: --page perrot-1874.pdf:18",
    ),
    "error.golden_no_document": (
        "Pas de document « {document} » dans la collection. Le plus proche : {near}",
        "No document “{document}” in the collection. The closest: {near}",
    ),
    "error.golden_no_such_page": (
        "« {document} » a {pages} pages : pas de page {page}.",
        "“{document}” has {pages} pages: no page {page}.",
    ),
    "error.golden_quote_not_there": (
        "Ces mots ne sont imprimés sur aucune des pages données : « {quote} ».",
        "These words are not printed on any of the pages given: “{quote}”.",
    ),
    "error.golden_no_citation": (
        "La réponse {id} ne cite aucune page : donner --page, ou --unanswerable.",
        "Answer {id} cites no page: give --page, or --unanswerable.",
    ),
    "error.golden_twice": (
        "{path}, ligne {line} : cette question y est déjà ({id}). Pour la changer : "
        "ragphoto golden remove {id}",
        "{path}, line {line}: that question is already there ({id}). To change it: "
        "ragphoto golden remove {id}",
    ),
    "golden.counts": (
        "{path} : {questions} questions ({answerable} avec réponse, {unanswerable} sans).",
        "{path}: {questions} questions ({answerable} answerable, {unanswerable} not).",
    ),
    "golden.resolution": (
        "Ce qu’elles permettent de dire : rappel autour de 0,80 à ± {recall} près, "
        "refus à ± {refused} près.",
        "What they can say: recall around 0.80 within ± {recall}, refusal within ± {refused}.",
    ),
    "golden.unknown_width": ("(non mesurable)", "(not measurable)"),
    "golden.fine": ("Rien à corriger.", "Nothing to mend."),
    "golden.no_release": (
        "Rien n’a été ingéré : documents, pages et citations n’ont pas été vérifiés.",
        "Nothing was ingested: documents, pages and quotes were not checked.",
    ),
    "golden.level.error": ("ERREUR", "ERROR"),
    "golden.level.warning": ("attention", "warning"),
    "golden.at_line": ("ligne {line} ({id})", "line {line} ({id})"),
    "golden.found.format": (
        "ce n’est pas une question de référence ({detail})",
        "not a golden question ({detail})",
    ),
    "golden.found.duplicate_id": (
        "identifiant déjà pris ligne {other}",
        "identifier already taken at line {other}",
    ),
    "golden.found.duplicate": (
        "même question que ligne {other}",
        "same question as line {other}",
    ),
    "golden.found.no_document": (
        "pas de document « {document} » ; le plus proche : {near}",
        "no document “{document}”; the closest: {near}",
    ),
    "golden.found.page_out_of_range": (
        "« {document} » a {pages} pages : pas de page {page}",
        "“{document}” has {pages} pages: no page {page}",
    ),
    "golden.found.quote_missing": (
        "« {quote} » n’est imprimé sur aucune de ses pages",
        "“{quote}” is not printed on any of its pages",
    ),
    "golden.found.few": (
        "{count} questions avec réponse : il en faudrait {enough} pour qu’un contrôle tranche "
        "(ici ± {within})",
        "{count} answerable questions: a gate wants {enough} to decide (here ± {within})",
    ),
    "golden.found.few_unanswerable": (
        "{count} questions sans réponse : il en faudrait {enough} pour juger les refus "
        "(ici ± {within})",
        "{count} unanswerable questions: {enough} are wanted to judge refusals (here ± {within})",
    ),
    # --- the button beside an answer ---------------------------------------------------------
    "web.golden": ("Ajouter aux questions de référence", "Add to the golden questions"),
    "web.golden_pages": ("Les pages qui répondent", "The pages that answer"),
    "web.golden_nothing": (
        "Aucune case cochée : la collection n’y répond pas, la question est à refuser.",
        "No box ticked: the collection does not answer it, the question is to be refused.",
    ),
    "web.golden_answer": ("Réponse attendue", "Answer expected"),
    "web.golden_done": (
        "Ajoutée aux questions de référence ({id}).",
        "Added to the golden questions ({id}).",
    ),
    "web.golden_failed": (
        "La question n’a pas pu être ajoutée.",
        "The question could not be added.",
    ),
}
