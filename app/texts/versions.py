"""The page of releases."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    # --- what cannot be done ------------------------------------------------------------------
    "versions.unknown": (
        "Aucune version ne s’appelle « {release} ». La liste : /versions",
        "No release is called '{release}'. The list: /versions",
    ),
    "versions.several": (
        "Plusieurs versions commencent par « {release} » : donnez-en davantage.",
        "Several releases begin with '{release}': give more of it.",
    ),
    "versions.no_trial": (
        "Cet essai n’est pas en cours. Où en sont les essais : /versions",
        "That trial is not under way. How trials go: /versions",
    ),
    "versions.moved": (
        "Une autre version répond depuis ({release}) : rien n’a été changé. Relisez la page "
        "/versions, puis recommencez.",
        "Another release answers since ({release}): nothing was changed. Read the page /versions "
        "again, then try again.",
    ),
    "versions.unproven.rejected": (
        "Le contrôle a refusé la version {release}. Lisez pourquoi (/versions/{release}) ; pour "
        "passer outre : force, et une raison.",
        "The gate refused release {release}. Read why (/versions/{release}); to go ahead all the "
        "same: force, and a reason.",
    ),
    "versions.unproven.candidate": (
        "Le contrôle n’a pas jugé la version {release}. Attendez-le, ou passez outre : force, et "
        "une raison.",
        "The gate has not judged release {release}. Wait for it, or go ahead: force, and a reason.",
    ),
    # --- the list -----------------------------------------------------------------------------
    "versions.title": ("Versions", "Releases"),
    "versions.lead": (
        "Chaque version est un index entier, qui ne change plus. Une seule répond à tous ; une "
        "nouvelle ne la remplace que si elle n’est pas plus mauvaise, et l’on peut toujours "
        "revenir.",
        "Each release is a whole index that does not change any more. One answers everybody; a new "
        "one replaces it only when it is not worse, and one can always go back.",
    ),
    "versions.colon": (" : ", ": "),
    "versions.none": (
        "Aucune version ne répond encore : ajoutez des documents dans la bibliothèque.",
        "No release answers yet: add documents in the library.",
    ),
    "author.pipeline": ("la chaîne de lecture", "the reading pipeline"),
    "author.ratings": ("les notes des lecteurs", "the readers’ ratings"),
    "author.withdrawal": ("le retrait d’une correction", "the withdrawal of a correction"),
    "author.canary": ("l’essai", "the trial"),
    "author.shadow": ("l’essai en silence", "the silent trial"),
    "author.reader": ("une personne sans nom", "somebody without a name"),
    "versions.of": ("Version du {moment}", "Release of {moment}"),
    "versions.of_low": ("version du {moment}", "release of {moment}"),
    "versions.champion": ("En service", "In service"),
    "versions.since.promote": (
        "Depuis le {moment}, mise en service par {who}.",
        "Since {moment}, promoted by {who}.",
    ),
    "versions.since.rollback": (
        "Depuis le {moment}, remise en service par {who}.",
        "Since {moment}, put back by {who}.",
    ),
    "versions.because": ("Raison : {why}", "Reason: {why}"),
    "versions.holds": (
        "Contenu : {documents} documents, {pages} pages, {chunks} passages.",
        "Content: {documents} documents, {pages} pages, {chunks} passages.",
    ),
    "versions.model": ("Vecteurs : {name}.", "Vectors: {name}."),
    "versions.by_words": ("Recherche par les mots seulement.", "Search by words only."),
    "versions.trial": ("À l’essai", "On trial"),
    "versions.no_trial_now": ("Aucun essai en cours.", "No trial under way."),
    "versions.see": ("La voir", "See it"),
    "versions.canary_of": (
        "{release} répond à {percent} % des lecteurs, jusqu’au {until}.",
        "{release} answers {percent}% of readers, until {until}.",
    ),
    "versions.shadow_of": (
        "{release} répond en silence à {percent} % des questions, jusqu’au {until} : personne ne "
        "voit ses réponses, on les compare.",
        "{release} answers {percent}% of questions in silence, until {until}: nobody sees its "
        "answers, they are compared.",
    ),
    "versions.arm.canary": ("À l’essai", "On trial"),
    "versions.arm.champion": ("En service", "In service"),
    "versions.arm.seen": (
        "{answers} questions, dont {abstained} sans réponse et {failed} en échec ;",
        "{answers} questions, {abstained} of them without an answer and {failed} failed;",
    ),
    "versions.arm.ratings": (
        "{count} notes, {mean} étoiles en moyenne.",
        "{count} ratings, {mean} stars on average.",
    ),
    "versions.arm.unrated": ("pas encore de note.", "not rated yet."),
    "versions.evidence.little": (
        "C’est trop peu pour conclure : {fewest} notes d’un côté, il en faut environ {needed} de "
        "chaque pour voir une baisse de {harm} étoile. Un tort évident arrête l’essai tout seul.",
        "Too little to conclude: {fewest} ratings on one side, about {needed} on each are needed "
        "to see a fall of {harm} star. Plain harm ends the trial by itself.",
    ),
    "versions.evidence.enough": (
        "C’est assez pour voir une baisse de {harm} étoile ({needed} notes de chaque côté "
        "suffisent) ; aucune n’a arrêté l’essai.",
        "Enough to see a fall of {harm} star ({needed} ratings on each side do); none has ended "
        "the trial.",
    ),
    "versions.silent": (
        "{questions} questions posées en silence, {failed} échecs.",
        "{questions} questions asked in silence, {failed} failures.",
    ),
    "versions.silent.same": (
        "Même issue dans {outcome} % des cas, même première page dans {first} %, pages communes "
        "{overlap} %.",
        "Same outcome in {outcome}% of them, same first page in {first}%, pages in common "
        "{overlap}%.",
    ),
    "versions.ended": ("Essais terminés", "Trials that ended"),
    "versions.all": ("Toutes les versions", "All releases"),
    "versions.release": ("Version", "Release"),
    "versions.made": ("Faite", "Made"),
    "versions.state": ("État", "State"),
    "versions.gate": ("Contrôle", "Gate"),
    "versions.size": ("Taille", "Size"),
    "versions.why": ("Pourquoi", "Why"),
    "versions.megabytes": ("{size} Mo", "{size} MB"),
    "versions.removed": ("effacée du disque", "removed from disk"),
    "versions.newer": ("Plus récentes", "Newer"),
    "versions.older": ("Plus anciennes", "Older"),
    "versions.state.candidate": ("pas encore jugée", "not judged yet"),
    "versions.state.validated": ("acceptée", "accepted"),
    "versions.state.challenger": ("à l’essai", "on trial"),
    "versions.state.champion": ("en service", "in service"),
    "versions.state.refused": ("refusée", "refused"),
    "versions.state.retired": ("remplacée", "replaced"),
    "versions.verdict.promote": ("accepte", "accepts"),
    "versions.verdict.refuse": ("refuse", "refuses"),
    "versions.done.promote": (
        "C’est fait : {release} répond à tous.",
        "Done: {release} answers everybody.",
    ),
    "versions.done.rollback": (
        "C’est fait : {release} répond de nouveau à tous.",
        "Done: {release} answers everybody again.",
    ),
    "versions.done.canary": ("L’essai a commencé.", "The trial has begun."),
    "versions.done.shadow": ("L’essai a commencé, en silence.", "The trial has begun, in silence."),
    "versions.done.stop": (
        "L’essai est arrêté : {release} répond à tous.",
        "The trial is stopped: {release} answers everybody.",
    ),
    # --- one release --------------------------------------------------------------------------
    "versions.made_on": ("Faite le {moment}.", "Made on {moment}."),
    "versions.cannot_answer": (
        "Son dossier n’est plus là, ou il est abîmé : cette version ne peut plus répondre.",
        "Its folder is gone or damaged: this release cannot answer any more.",
    ),
    "versions.verdict": ("Le verdict du contrôle", "The verdict of the gate"),
    "versions.judged": ("Jugée le {moment}, {change}.", "Judged on {moment}, {change}."),
    "versions.change.first": (
        "alors que rien ne répondait encore",
        "when nothing answered yet",
    ),
    "versions.change.same": ("sans rien de changé", "with nothing changed"),
    "versions.change.content": (
        "parce que les documents ont changé",
        "because the documents changed",
    ),
    "versions.change.method": (
        "parce que la méthode a changé (programme, modèle ou réglages)",
        "because the method changed (program, model or settings)",
    ),
    "versions.compared_to": (
        "Comparée à {champion} sur {questions} questions de référence.",
        "Compared with {champion} on {questions} golden questions.",
    ),
    "versions.rests_on": ("Ce qui la refuse", "What refuses it"),
    "versions.todo": ("Que faire ?", "What to do?"),
    "versions.todo.words": (
        "La version en service continue de répondre : rien ne presse. Regardez plus bas quelles "
        "questions changent, corrigez la cause, et le prochain passage construira une autre "
        "version. Si le refus vous paraît à tort, essayez-la en silence, ou mettez-la en service "
        "en disant pourquoi.",
        "The release in service goes on answering: nothing is urgent. See below which questions "
        "change, mend the cause, and the next run will build another release. If the refusal seems "
        "wrong to you, try it in silence, or put it in service and say why.",
    ),
    "versions.probe.passed.words": ("mots indexés", "words indexed"),
    "versions.probe.passed.vectors": ("vecteurs du bon modèle", "vectors of the right model"),
    "versions.probe.passed.pages": ("aucune page perdue", "no page lost"),
    "versions.probe.failed.words": ("mots mal indexés", "words wrongly indexed"),
    "versions.probe.failed.vectors": ("vecteurs faux", "wrong vectors"),
    "versions.probe.failed.pages": ("pages perdues", "pages lost"),
    "versions.refused_before": (
        "Cette version a été refusée ou retirée :",
        "This release was refused or taken back:",
    ),
    "versions.no_verdict": (
        "Le contrôle n’a rien noté de cette version : elle est d’avant lui, ou mise en service à "
        "la main.",
        "The gate noted nothing of this release: it is older than it, or was put in service by "
        "hand.",
    ),
    "versions.picture": (
        "Cercle : la version alors en service. Point et bande : celle-ci et l’intervalle à 95 % de "
        "ce qu’elle vaut à côté. Trait rouge : le plancher.",
        "Circle: the release in service then. Dot and band: this one and the 95% interval of what "
        "it is worth beside it. Red line: the floor.",
    ),
    "versions.picture_alone": (
        "Point : ce que cette version vaut. Trait rouge : le plancher.",
        "Dot: what this release is worth. Red line: the floor.",
    ),
    "versions.picture_alt": (
        "Les mesures de cette version ; le tableau qui suit donne les mêmes chiffres.",
        "The measures of this release; the table that follows gives the same figures.",
    ),
    "versions.table": ("Les chiffres, de 0 à 1", "The figures, from 0 to 1"),
    "versions.measure": ("Mesure", "Measure"),
    "versions.before": ("En service", "In service"),
    "versions.after": ("Celle-ci", "This one"),
    "versions.interval": ("Intervalle", "Interval"),
    "versions.floor": ("Plancher", "Floor"),
    "versions.questions": ("Questions", "Questions"),
    "versions.metric.ndcg_at_10": (
        "Bonnes pages bien placées (nDCG@10)",
        "Right pages well placed (nDCG@10)",
    ),
    "versions.metric.kept": ("Questions répondues", "Questions answered"),
    "versions.metric.refused": ("Refus justes", "Right refusals"),
    "versions.metric.recall_at_5": (
        "Bonne page parmi les cinq premières",
        "Right page among the first five",
    ),
    "versions.changes_to_come": (
        "Ce qui changerait à la place de la version en service ({other})",
        "What would change in place of the release in service ({other})",
    ),
    "versions.changes_done": (
        "Ce qui a changé depuis la précédente ({other})",
        "What changed since the one before ({other})",
    ),
    "versions.part.documents": ("documents", "documents"),
    "versions.part.pages": ("pages", "pages"),
    "versions.part.sections": ("sections", "sections"),
    "versions.part.chunks": ("passages", "passages"),
    "versions.part.embedder": ("modèle de vecteurs", "vector model"),
    "versions.part.settings": ("réglages", "settings"),
    "versions.part.versions": ("versions des étapes", "versions of the stages"),
    "versions.part.ranked": ("passages classés", "ranked passages"),
    "versions.part.read": ("pages lues", "pages read"),
    "versions.slice.reworded": ("questions reformulées", "reworded questions"),
    "versions.slice.factual": ("un fait", "a fact"),
    "versions.slice.how-to": ("un procédé", "a method"),
    "versions.slice.table": ("dans un tableau", "in a table"),
    "versions.slice.photo": ("photos", "photos"),
    "versions.slice.fr": ("en français", "in French"),
    "versions.slice.en": ("en anglais", "in English"),
    "versions.part.corrector": ("correcteur", "corrector"),
    "versions.part.program": ("programme", "program"),
    "versions.compare": (
        "Poser les questions de référence aux deux",
        "Ask both the golden questions",
    ),
    "versions.compare_wait": (
        "Quelques secondes, parfois une minute.",
        "Some seconds, sometimes a minute.",
    ),
    "versions.asking": ("Les questions sont posées…", "The questions are being asked…"),
    "versions.asking_failed": (
        "La comparaison n’a pas abouti. Réessayez dans un moment.",
        "The comparison did not come through. Try again in a moment.",
    ),
    "versions.questions_changed": ("Les questions qui changent", "The questions that change"),
    "versions.question": ("Question", "Question"),
    "versions.from_to": ("De {before} à {after}.", "From {before} to {after}."),
    "versions.not_comparable": (
        "Il n’y a pas d’autre version à comparer.",
        "There is no other release to compare with.",
    ),
    "versions.unasked": (
        "Il n’y a pas de questions de référence : gardez-en depuis une réponse (« garder comme "
        "question de référence »), et elles seront posées ici.",
        "There are no golden questions: keep some from an answer ('keep as a golden question'), "
        "and they will be asked here.",
    ),
    "versions.better": ("mieux", "better"),
    "versions.worse": ("moins bien", "worse"),
    "versions.life": ("Sa vie", "Its life"),
    "versions.life.before": ("Avant cela ({count})", "Before that ({count})"),
    "versions.life.first": (
        "mise en service par {who}, quand rien ne répondait",
        "put in service by {who}, when nothing answered",
    ),
    "versions.life.promote.came": (
        "mise en service par {who}, à la place de {other}",
        "promoted by {who}, in place of {other}",
    ),
    "versions.life.promote.left": (
        "remplacée par {other} ({who})",
        "replaced by {other} ({who})",
    ),
    "versions.life.rollback.came": (
        "remise en service par {who}, à la place de {other}",
        "put back by {who}, in place of {other}",
    ),
    "versions.life.rollback.left": (
        "retirée par {who} ; {other} est remise en service",
        "taken back by {who}; {other} is put back",
    ),
    # --- deciding -----------------------------------------------------------------------------
    "versions.promote": ("Mettre en service", "Put in service"),
    "versions.rollback": ("Revenir à la précédente", "Go back to the one before"),
    "versions.canary": ("Essayer sur une part des lecteurs", "Try on a share of readers"),
    "versions.shadow": ("Essayer en silence", "Try in silence"),
    "versions.stop": ("Arrêter l’essai", "Stop the trial"),
    "versions.will.promote": (
        "La version {release} répondra à tous dès la prochaine question, à la place de {champion}, "
        "qui est gardée. Le contrôle n’est pas refait : vous décidez, et votre nom est noté.",
        "Release {release} will answer everybody from the next question on, instead of {champion}, "
        "which is kept. The gate is not run again: it is your decision, noted with your name.",
    ),
    "versions.will.rollback": (
        "La version {previous} répondra de nouveau à tous dès la prochaine question, à la place de "
        "{champion}, qui est gardée mais ne reviendra pas d’elle-même.",
        "Release {previous} will answer everybody again from the next question on, instead of "
        "{champion}, which is kept but does not come again by itself.",
    ),
    "versions.will.canary": (
        "La version {release} répondra à une part des lecteurs, toujours les mêmes ; {champion} "
        "répond aux autres. Si elle fait du tort, l’essai s’arrête de lui-même ; à son terme, il "
        "décide sur les notes et les refus.",
        "Release {release} will answer a share of readers, always the same; {champion} answers "
        "the others. If it does harm, the trial stops by itself; at its end it decides on ratings "
        "and refusals.",
    ),
    "versions.will.shadow": (
        "La version {release} répondra en silence à une part des questions : aucun lecteur ne "
        "verra ses réponses, et personne ne l’attend.",
        "Release {release} will answer a share of the questions in silence: no reader will see its "
        "answers, and nobody waits for it.",
    ),
    "versions.will.stop": (
        "L’essai de {release} s’arrête sans décision ; {champion} répond à tous.",
        "The trial of {release} stops without a decision; {champion} answers everybody.",
    ),
    "versions.will.end_trial": (
        "L’essai de {release}, en cours, s’arrêtera.",
        "The trial of {release}, under way, will end.",
    ),
    "versions.share.canary": ("Part des lecteurs, en %", "Share of readers, in %"),
    "versions.share.shadow": ("Part des questions, en %", "Share of questions, in %"),
    "versions.hours": ("Durée au plus, en heures", "Longest duration, in hours"),
    "versions.warn.rejected": (
        "Le contrôle a refusé cette version : les réponses peuvent être moins bonnes.",
        "The gate refused this release: answers may be worse.",
    ),
    "versions.warn.candidate": (
        "Le contrôle n’a pas jugé cette version : les réponses peuvent être moins bonnes.",
        "The gate has not judged this release: answers may be worse.",
    ),
    "versions.force": ("Passer outre, je sais pourquoi", "Go ahead, I know why"),
    "versions.reason": ("Pourquoi (facultatif, noté)", "Why (optional, noted)"),
    "versions.reason_needed": ("Pourquoi (noté)", "Why (noted)"),
    "versions.cancel": ("Ne rien faire", "Do nothing"),
    "fresh.changed": (
        "Une autre version répond maintenant : rechargez pour la lire.",
        "Another release answers now: reload to read it.",
    ),
    "fresh.reload": ("Recharger", "Reload"),
}
