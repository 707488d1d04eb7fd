"""What is said of remarks, diagnoses and what was learned."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "feedback.too_many_remarks": (
        "Trop de remarques à la fois : réessayez dans un moment.",
        "Too many remarks at once: try again in a while.",
    ),
    "feedback.no_document": (
        "Aucun document ne s’appelle « {document} » : donnez son nom ou son empreinte.",
        "No document is called '{document}': give its name or its hash.",
    ),
    "feedback.no_such": (
        "Aucune remarque de vous sous le numéro « {id} ».",
        "No remark of yours under '{id}'.",
    ),
    "fate.received": ("reçue : elle sera examinée cette nuit", "received: looked at tonight"),
    "fate.counted": ("comptée : rien à corriger, merci", "counted: nothing to correct, thank you"),
    "fate.diagnosed": ("examinée : {cause}", "looked at: {cause}"),
    "fate.corrected": ("corrigée dans la version {release}", "corrected in release {release}"),
    "fate.not_corrected": ("pas encore corrigée : {reason}", "not corrected yet: {reason}"),
    "fate.why.waits_for_validation": (
        "une deuxième personne doit la valider",
        "a second person must validate it",
    ),
    "fate.why.unproved": (
        "la page ne prouve pas la réponse : un éditeur doit la lire",
        "the page does not prove it: an editor must read it",
    ),
    "fate.why.page_does_not_say": (
        "la page indiquée ne dit pas cela",
        "the page pointed at does not say so",
    ),
    "fate.why.contradicted": (
        "une autre personne dit autre chose : un éditeur décidera",
        "somebody else says otherwise: an editor will decide",
    ),
    "fate.why.contradicts_golden": (
        "elle contredit une question de référence : un éditeur décidera",
        "it contradicts a golden question: an editor will decide",
    ),
    "fate.why.waits_for_release": ("la prochaine version la prendra", "the next release has it"),
    "fate.why.withdrawn": ("la correction a été retirée", "the correction was taken back"),
    "fate.why.nothing_to_learn": (
        "rien ne dit où est la réponse",
        "nothing says where the answer is",
    ),
    "fate.why.ranked_low": ("la bonne page reste trop loin", "the right page is still too far"),
    "fate.why.other": ("{reason}", "{reason}"),
    "cause.absent": ("la collection ne le dit pas", "the collection does not say it"),
    "cause.misread": ("la page a été mal lue", "the page was misread"),
    "cause.order": ("la page a été lue dans le désordre", "the page was read out of order"),
    "cause.cut": (
        "le passage est coupé au mauvais endroit",
        "the passage is cut in the wrong place",
    ),
    "cause.ranked_low": ("la bonne page était classée trop loin", "the right page ranked too low"),
    "cause.refused": ("la question a été refusée à tort", "the question was wrongly refused"),
    "cause.unchosen": (
        "la page était trouvée, la phrase mal choisie",
        "the page was found, the wrong sentence chosen",
    ),
    "cause.written": ("le modèle a mal écrit", "the model wrote it wrongly"),
    "cause.ambiguous": ("la question convient à trop de pages", "the question fits too many pages"),
    "cause.reader": ("la réponse montrée dit déjà cela", "the answer shown says so already"),
    "cause.unknown": ("rien ne dit ce qui serait juste", "nothing says what would be right"),
    "remedy.acquire": ("à acquérir", "to acquire"),
    "remedy.read_again": (
        "relire la page, ou corriger ses mots",
        "read the page again, or correct its words",
    ),
    "remedy.lay_out_again": ("revoir l’ordre de lecture", "look at the reading order"),
    "remedy.chunk_otherwise": ("couper le passage autrement", "cut the passage otherwise"),
    "remedy.validate_answer": ("valider la réponse corrigée", "validate the corrected answer"),
    "remedy.calibrate": ("calibrer les refus, ou valider la réponse", "calibrate, or validate"),
    "remedy.quote_instead": ("citer au lieu d’écrire", "quote instead of writing"),
    "remedy.ask_back": ("demander de préciser", "ask for more"),
    "remedy.show_proof": ("montrer la preuve au lecteur", "show the reader the proof"),
    "remedy.ask_reader": (
        "demander au lecteur ce qui serait juste",
        "ask the reader what is right",
    ),
    "help.feedback.list": ("Les remarques reçues.", "The remarks received."),
    "help.feedback.show": (
        "Une remarque : la réponse, le diagnostic, son sort.",
        "One remark: its answer, diagnosis and fate.",
    ),
    "help.feedback.import": (
        "Reprendre un fichier JSON Lines ; chaque ligne une seule fois.",
        "Take in a JSON Lines file; each line once.",
    ),
    "help.feedback.export": ("Écrire les remarques en JSON Lines.", "Write them as JSON Lines."),
    "help.feedback.withdraw": ("Retirer une remarque.", "Take a remark back."),
    "help.feedback.word": (
        'Corriger un mot mal lu d’une page : livre.pdf:2 3-4 "hyposulfite".',
        'Correct a misread word of a page: book.pdf:2 3-4 "hyposulphite".',
    ),
    "opt.feedback.word_page": ("la page, DOCUMENT:PAGE", "the page, DOCUMENT:PAGE"),
    "opt.feedback.words": (
        "DEBUT-FIN : les mots de la page, comptés de 0, fin exclue (voir /documents/…/words)",
        "FIRST-LAST: words of the page, counted from 0, last excluded (see /documents/…/words)",
    ),
    "opt.feedback.printed": ("ce qui est imprimé là", "what is printed there"),
    "help.feedback.review": (
        "Ce qui attend d’être validé ; --validate, --refuse ou --withdraw NUMÉRO.",
        "What waits for validation; --validate, --refuse or --withdraw ID.",
    ),
    "help.feedback.person": (
        "Tout ce qui est gardé d’une personne (user:NOM ou reader:JETON) ; --erase l’efface.",
        "All that is kept of a person (user:NAME or reader:TOKEN); --erase forgets it.",
    ),
    "web.right_page": ("la bonne page", "the right page"),
    "web.wrong_page": ("pas la bonne page", "not the right page"),
    "web.page_is_here": ("La bonne page est ici", "The right page is here"),
    "web.document": ("Document", "Document"),
    "web.page_number": ("Page", "Page"),
    "web.wanted": ("Fallait-il répondre ?", "Should it have answered?"),
    "web.wanted_answer": ("il fallait répondre", "it should have answered"),
    "web.wanted_refusal": ("il ne fallait pas répondre", "it should not have answered"),
    "web.remarks": ("Mes remarques", "My remarks"),
    "web.no_remarks": ("Aucune remarque de vous pour l’instant.", "No remark of yours yet."),
    "web.withdraw": ("Retirer", "Take back"),
    "opt.feedback.validate": ("cela entre dans la prochaine version", "the next release has it"),
    "opt.feedback.refuse": ("cela n’entrera pas", "it will not"),
    "opt.feedback.withdraw": ("cela sort, tout de suite", "it goes, at once"),
    "opt.feedback.id": ("le numéro de la remarque", "the number of the remark"),
    "opt.feedback.file": ("le fichier, une remarque par ligne", "the file, a remark a line"),
    "opt.feedback.out": ("écrire là plutôt qu’à l’écran", "write there instead"),
    "opt.feedback.state": (
        "received, diagnosed, corrected, not_corrected ou counted",
        "received, diagnosed, corrected, not_corrected or counted",
    ),
    "opt.feedback.rating_max": ("notées au plus ainsi (1 à 5)", "rated at most so (1 to 5)"),
    "opt.feedback.since": ("reçues depuis, AAAA-MM-JJ", "received since, YYYY-MM-DD"),
    "opt.feedback.learned": ("le numéro de ce qui attend", "the number of what waits"),
    "opt.feedback.note": ("pourquoi", "why"),
    "opt.feedback.person": ("user:NOM ou reader:JETON", "user:NAME or reader:TOKEN"),
    "opt.feedback.erase": ("effacer, sans retour", "forget, for good"),
    "opt.feedback.page": (
        "la bonne page, DOCUMENT:PAGE (répétable)",
        "the right page, DOCUMENT:PAGE (may be repeated)",
    ),
    "opt.feedback.wanted": (
        "answer : il fallait répondre ; refusal : il ne fallait pas",
        "answer: should have answered; refusal: should not have",
    ),
    "feedback.row": ("{id}  {at}  {rating}/5  {question}", "{id}  {at}  {rating}/5  {question}"),
    "feedback.fate": ("    {told}", "    {told}"),
    "feedback.imported": (
        "{kept} remarques reprises, {known} déjà là, {bad} lignes laissées.",
        "{kept} remarks taken in, {known} there already, {bad} lines left out.",
    ),
    "feedback.bad_line": ("  ligne {number} : {why}", "  line {number}: {why}"),
    "feedback.withdrawn": ("Remarque retirée.", "Remark taken back."),
    "feedback.erased": ("Effacé : {counts}.", "Forgotten: {counts}."),
    "feedback.waits": ("{id}  {kind}  {what}", "{id}  {kind}  {what}"),
    "feedback.nothing_waits": ("Rien n’attend.", "Nothing waits."),
    "feedback.reviewed": ("{id} : {state}.", "{id}: {state}."),
    "feedback.page_form": (
        "« {value} » : écrivez DOCUMENT:PAGE, par exemple livre.pdf:12.",
        "'{value}': write DOCUMENT:PAGE, for example book.pdf:12.",
    ),
    "learned.entry": ("réponse", "answer"),
    "learned.word": ("mot", "word"),
    "learned.synonym": ("synonyme", "synonym"),
    "learned.rule": ("page", "page"),
    "rule.reading": (
        "relire {document}, p. {page}, avec {engine} à l’échelle {scale} (retrouve : {found})",
        "read {document}, p. {page} again with {engine} at scale {scale} (gives back: {found})",
    ),
    "rule.reading.order": ("les mots dans leur ordre", "the words in their order"),
    "rule.join": (
        "ne pas couper, {document}, p. {page} : « {text} »",
        "do not cut, {document}, p. {page}: '{text}'",
    ),
    "learned.refused": ("Impossible ({code}) : {why}", "Cannot be done ({code}): {why}"),
    "help.diagnose": (
        "Dire pourquoi des réponses étaient mauvaises, et quoi réparer d’abord.",
        "Say why answers were bad, and what to mend first.",
    ),
    "opt.diagnose.id": (
        "une remarque ; toutes celles qui attendent sans",
        "one remark; all without",
    ),
    "diagnose.one": (
        "{cause}\n  page : {page}\n  remède : {remedy}",
        "{cause}\n  page: {page}\n  remedy: {remedy}",
    ),
    "diagnose.first": (
        "À réparer d’abord, avec les réponses qu’on y gagnerait :",
        "To mend first, with the answers that it would give back:",
    ),
    "diagnose.group": (
        "{gain} par semaine  {cause} ({page}), {count} remarque(s) → {remedy}",
        "{gain} a week  {cause} ({page}), {count} remark(s) → {remedy}",
    ),
    "diagnose.example": ("      « {question} »", "      '{question}'"),
    "diagnose.rules": (
        "Ce que vous pouvez accepter (ragphoto feedback review ID --validate, puis "
        "ragphoto retrain) :",
        "What you can accept (ragphoto feedback review ID --validate, then ragphoto retrain):",
    ),
    "diagnose.rule": ("  {id}  {what}", "  {id}  {what}"),
    "diagnose.looked_at": (
        "Remarques examinées à l’instant : {count}. Une par une : ragphoto feedback show NUMÉRO",
        "Remarks looked at just now: {count}. One by one: ragphoto feedback show ID",
    ),
    "diagnose.nothing": (
        "Rien à réparer parmi les remarques examinées.",
        "Nothing to mend among the remarks looked at.",
    ),
    "diagnose.acquire": ("À acquérir (demandé et absent) :", "To acquire (asked for, absent):"),
    "diagnose.topic": ("  {count} × {topic}", "  {count} × {topic}"),
    "help.retrain": (
        "Apprendre de ce que disent les lecteurs ; la barrière décide.",
        "Learn from what readers say; the gate decides.",
    ),
    "opt.retrain.dry": ("dire ce qui serait appris, sans rien écrire", "say what would be learned"),
    "retrain.due": (
        "Remarques depuis la dernière fois : {feedbacks} ; note moyenne {mean} [{low} ; {high}], "
        "{rate} % de corrections : {verdict}.",
        "Remarks since the last time: {feedbacks}; mean rating {mean} [{low}; {high}], "
        "{rate} % corrections: {verdict}.",
    ),
    "retrain.is_due": ("un réapprentissage est dû", "a retraining is due"),
    "retrain.not_due": ("rien ne presse", "nothing presses"),
    "retrain.learned": (
        "Réponses validées en vigueur : {entries} ; synonymes : {synonyms}.",
        "Validated answers in force: {entries}; synonyms: {synonyms}.",
    ),
    "retrain.decision.promoted": ("En service : {release}.", "In service: {release}."),
    "retrain.decision.trial": ("À l’essai : {release}.", "On trial: {release}."),
    "retrain.decision.rejected": ("Refusée : {release}.", "Refused: {release}."),
    "retrain.decision.unchanged": ("Rien de nouveau à apprendre.", "Nothing new to learn."),
    "retrain.decision.dry_run": ("Rien n’a été écrit.", "Nothing was written."),
    "retrain.reason": ("  {reason}", "  {reason}"),
    "retrain.corrected": (
        "Remarques dont la question est maintenant bien répondue : {count}.",
        "Remarks whose question is answered rightly now: {count}.",
    ),
    "retrain.remarks": (
        "Remarques qui proposeraient quelque chose : {count}.",
        "Remarks that would propose something: {count}.",
    ),
    "retrain.waiting": (
        "Propositions qui attendent une deuxième personne ou un éditeur : {count}. "
        "Les voir : ragphoto feedback review",
        "Proposals that wait for a second person or an editor: {count}. "
        "See them: ragphoto feedback review",
    ),
    "retrain.proposals.proposed": (
        "  proposées, à valider : {count}",
        "  proposed, to be validated: {count}",
    ),
    "retrain.proposals.validated": ("  validées : {count}", "  validated: {count}"),
    "retrain.proposals.refused": (
        "  écartées, la page ne le dit pas ou trop attendent : {count}",
        "  turned down, the page does not say so or too many wait: {count}",
    ),
    "retrain.proposals.withdrawn": ("  retirées : {count}", "  withdrawn: {count}"),
    "retrain.proposals.expired": (
        "  périmées, la page a changé : {count}",
        "  expired, the page changed: {count}",
    ),
}
