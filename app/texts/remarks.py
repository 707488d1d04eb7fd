"""What is said of a remark, or of something taught, that cannot be taken."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "remark.rating": (
        "La note va de 1 à 5, en entier : « {found} » n’en est pas une.",
        "The rating is a whole number from 1 to 5: '{found}' is not one.",
    ),
    "remark.question": (
        "La question est vide : donnez celle qui a été posée.",
        "The question is empty: give the one that was asked.",
    ),
    "remark.too_long": (
        "Un texte de {found} caractères : {most} au plus. Raccourcissez-le.",
        "A text of {found} characters: {most} at most. Shorten it.",
    ),
    "remark.wanted": (
        "« {found} » : écrivez answer (il fallait répondre) ou refusal (il ne fallait pas).",
        "'{found}': write answer (it should have answered) or refusal (it should not have).",
    ),
    "remark.marks": (
        "{found} pages désignées : {most} au plus.",
        "{found} pages pointed at: {most} at most.",
    ),
    "remark.author": (
        "Un nom de {found} caractères : {most} au plus.",
        "A name of {found} characters: {most} at most.",
    ),
    "remark.first_page": (
        "Page {found} : les pages se comptent de 1.",
        "Page {found}: pages count from 1.",
    ),
    "remark.words": (
        "Mots {first} à {last} : donnez le premier et celui d’après le dernier.",
        "Words {first} to {last}: give the first, and the one after the last.",
    ),
    "remark.no_page": (
        "« {document} » n’a pas de page {page} : elle en a {pages}.",
        "'{document}' has no page {page}: it has {pages}.",
    ),
    "remark.no_document": (
        "Aucun document « {document} » : donnez son nom ou son empreinte.",
        "No document '{document}': give its name or its hash.",
    ),
    "remark.field": (
        "{found} ne se change pas : seulement {wanted}.",
        "{found} cannot be changed: only {wanted}.",
    ),
    "remark.incomplete": (
        "il manque la question ou la note (question, rating)",
        "question or rating is missing",
    ),
    "remark.not_json": (
        'ce n’est pas un objet JSON, comme {{"question": "…", "rating": 4}}',
        'this is no JSON object, such as {{"question": "…", "rating": 4}}',
    ),
    "remark.kind": ("{name} : {wanted} attendu", "{name}: want {wanted}"),
    "remark.mark": (
        'marks : chaque page s’écrit {{"document_id", "index", "right"}}',
        'marks: each page is {{"document_id", "index", "right"}}',
    ),
    "error.remarks_absent": (
        "{path} n’existe pas : donnez un fichier JSON Lines, une remarque par ligne, comme en "
        "écrit ragphoto feedback export --out remarques.jsonl",
        "There is no {path}: give a JSON Lines file, one remark a line, as written by "
        "ragphoto feedback export --out remarks.jsonl",
    ),
    "error.remarks_unreadable": (
        "{path} ne se lit pas comme du texte UTF-8 ({why}) : vérifiez ses droits, ou "
        "enregistrez-le en UTF-8.",
        "{path} cannot be read as UTF-8 text ({why}): check its permissions, or save it as UTF-8.",
    ),
    "feedback.out_unwritable": (
        "On ne peut pas écrire {path} ({why}) : choisissez un autre endroit avec --out.",
        "{path} cannot be written ({why}): choose another place with --out.",
    ),
    "feedback.person_form": (
        "« {value} » : écrivez user:NOM ou reader:JETON (ils sont dans feedback list --json).",
        "'{value}': write user:NAME or reader:TOKEN (they are in feedback list --json).",
    ),
    "feedback.none_under": (
        "Aucune remarque sous le numéro « {id} ». Les voir : ragphoto feedback list",
        "No remark under '{id}'. See them: ragphoto feedback list",
    ),
    "feedback.several_under": (
        "{count} remarques commencent par « {id} » : donnez plus de caractères.",
        "{count} remarks begin with '{id}': give more characters.",
    ),
    "feedback.several_answers": (
        "{count} réponses commencent par « {answer_id} » : donnez plus de caractères.",
        "{count} answers begin with '{answer_id}': give more characters.",
    ),
    "feedback.next": (
        "Son sort : ragphoto feedback show {id}",
        "What becomes of it: ragphoto feedback show {id}",
    ),
    "feedback.words_form": (
        "« {value} » : écrivez DEBUT-FIN, par exemple 3-5 pour les mots 3 et 4 (comptés de 0).",
        "'{value}': write FIRST-LAST, for example 3-5 for words 3 and 4 (counted from 0).",
    ),
    "opt.feedback.wrong_page": (
        "une page montrée qui ne répond pas, DOCUMENT:PAGE (répétable)",
        "a page shown that does not answer, DOCUMENT:PAGE (may be repeated)",
    ),
    "feedback.bad_state": (
        "« {found} » n’est pas un état : {states}.",
        "'{found}' is no state: {states}.",
    ),
    "learned.none_under": (
        "Rien d’appris sous le numéro « {id} », ou plusieurs. Voir : ragphoto feedback review",
        "Nothing taught under '{id}', or several. See: ragphoto feedback review",
    ),
    "learned.cannot.own": (
        "Personne ne valide ce qu’il a dit lui-même : une deuxième personne le doit.",
        "Nobody validates what they said themselves: a second person must.",
    ),
    "learned.cannot.unproved": (
        "La page ne prouve pas cette réponse ({why}) : personne ne peut la valider.",
        "The page does not prove this answer ({why}): nobody can validate it.",
    ),
    "learned.cannot.not_yours": (
        "Seul son auteur ou un éditeur le peut.",
        "Only its author or an editor can.",
    ),
    "learned.cannot.state": (
        "Ce n’est plus à valider ({why}).",
        "It is not to be validated any more ({why}).",
    ),
    "learned.cannot.empty": (
        "Un texte vide n’apprend rien : dites ce qui est imprimé, ou la question.",
        "An empty text teaches nothing: say what is printed, or the question.",
    ),
    "learned.cannot.too_long": ("Le texte est trop long ({why}).", "The text is too long ({why})."),
    "learned.cannot.not_printable": (
        "Ces caractères ne s’impriment pas sur une page.",
        "Those characters are not printed on a page.",
    ),
    "learned.cannot.too_many": (
        "Trop de propositions de cette personne attendent : un éditeur doit d’abord les regarder "
        "(ragphoto feedback review).",
        "Too many proposals of this person wait: an editor must look at them first "
        "(ragphoto feedback review).",
    ),
    "learned.cannot.page_absent": (
        "Cette page n’est pas dans la collection.",
        "That page is not in the collection.",
    ),
    "learned.cannot.document_deleted": (
        "Ce document a été supprimé.",
        "That document was deleted.",
    ),
    "learned.state.proposed": ("attend d’être validé", "waits to be validated"),
    "learned.state.validated": ("validé", "validated"),
    "learned.state.refused": ("écarté", "turned down"),
    "learned.state.withdrawn": ("retiré", "withdrawn"),
    "learned.state.expired": ("périmé", "expired"),
    "feedback.taught": ("  {kind} {id} : {state}", "  {kind} {id}: {state}"),
    "feedback.mark.right": (
        "  bonne page : {document}, p. {page}",
        "  right page: {document}, p. {page}",
    ),
    "feedback.mark.wrong": (
        "  pas la bonne page : {document}, p. {page}",
        "  not the right page: {document}, p. {page}",
    ),
    "feedback.wanted": ("  {told}", "  {told}"),
    "feedback.asked.right": (
        "  reposée à la version {release} : bien ({outcome}{rank})",
        "  asked again of release {release}: right ({outcome}{rank})",
    ),
    "feedback.asked.wrong": (
        "  reposée à la version {release} : pas encore bien ({outcome}{rank})",
        "  asked again of release {release}: not right yet ({outcome}{rank})",
    ),
    "feedback.asked.rank": (
        ", la bonne page au rang {rank}",
        ", the right page at rank {rank}",
    ),
    "feedback.asked.answer": ("répondue", "answered"),
    "feedback.asked.nearest": ("les pages les plus proches", "the nearest pages"),
    "feedback.asked.nothing": ("sans réponse", "not answered"),
    "feedback.bad_since": (
        "« {found} » n’est pas une date : écrivez AAAA-MM-JJ, par exemple 2026-11-30.",
        "'{found}' is no date: write YYYY-MM-DD, for example 2026-11-30.",
    ),
    "fate.why.needs_editor": (
        "le changement est grand, ou change un chiffre : un éditeur doit l’approuver",
        "it is a large change, or changes a figure: an editor must approve it",
    ),
    "fate.why.superseded": ("une autre correction l’a remplacé", "another one took its place"),
    "fate.why.replaced": (
        "la même personne a dit autre chose depuis",
        "the same person said otherwise since",
    ),
    "fate.why.quote_not_there": (
        "ces mots ne sont pas imprimés sur la page indiquée",
        "those words are not printed on the page pointed at",
    ),
    "fate.why.page_absent": (
        "la page indiquée n’est pas dans la collection",
        "the page pointed at is not in the collection",
    ),
    "fate.why.document_deleted": (
        "le document a été supprimé",
        "the document was deleted",
    ),
    "fate.why.page_changed": (
        "la page a été relue autrement : la correction est à redire",
        "the page was read otherwise since: say the correction again",
    ),
    "fate.why.page_gone": ("la page n’est plus là", "the page is there no more"),
    "fate.why.still_answered": (
        "la question reçoit encore une réponse",
        "the question is still answered",
    ),
    "fate.why.refused": ("un éditeur l’a écartée", "an editor turned it down"),
    "fate.why.expired": (
        "la page a changé : la correction est à redire",
        "the page changed: say the correction again",
    ),
}
