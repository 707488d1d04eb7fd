"""The reader: words beside their page."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "read.library": ("Bibliothèque", "Library"),
    "read.position": ("page {page} sur {pages}", "page {page} of {pages}"),
    "read.go": ("Aller à la page", "Go to page"),
    "read.go_button": ("Aller", "Go"),
    "read.pages": ("Pages du document", "Pages of the document"),
    "read.confidence": ("lecture sûre à {percent} %", "read with {percent}% confidence"),
    "read.in_language": ("document en {name}", "document in {name}"),
    "read.image": ("Image de la page", "Image of the page"),
    "read.zoom": ("Agrandissement", "Magnification"),
    "read.open_image": ("Ouvrir l’image seule", "Open the image alone"),
    "read.image_failed": (
        "L’image n’a pas pu être affichée : le fichier a peut-être changé ou disparu depuis qu’il "
        "a été lu. Remettez-le en place, ou tapez : ragphoto ingest",
        "The image could not be shown: the file may have changed or gone since it was read. "
        "Put it back, or run: ragphoto ingest",
    ),
    "read.text": ("Texte de la page", "Text of the page"),
    "read.notes": ("Notes de l’appareil", "Notes of the camera"),
    "read.mode": ("Texte affiché", "Text shown"),
    "read.mode.read": ("Lu", "As read"),
    "read.mode.corrected": ("Corrigé", "Corrected"),
    "read.mode.both": ("Les deux", "Both"),
    "read.mode.read.long": (
        "Ce que la machine a lu sur l’image, sans retouche.",
        "What the machine read on the image, untouched.",
    ),
    "read.mode.corrected.long": (
        "Le texte après correction automatique, et celles des personnes.",
        "The text after automatic correction, and people’s own.",
    ),
    "read.mode.both.long": (
        "Barré : ce qui a été lu. Souligné : ce qui l’a remplacé.",
        "Struck out: what was read. Underlined: what took its place.",
    ),
    "read.counts": (
        "Mots corrigés : {edited}. Mots incertains : {doubtful}.",
        "Words corrected: {edited}. Uncertain words: {doubtful}.",
    ),
    "read.legend": ("Légende", "Legend"),
    "read.legend.doubt1": (
        "mot incertain (sûr à moins de {percent} %)",
        "uncertain word (less than {percent}% sure)",
    ),
    "read.legend.doubt2": (
        "mot très incertain (moins de {percent} %)",
        "very uncertain word (less than {percent}%)",
    ),
    "read.legend.waits": ("correction proposée, en attente", "correction proposed, waiting"),
    "read.legend.marked": ("mot cité par une réponse", "word cited by an answer"),
    "read.next_doubt": ("Mot incertain suivant", "Next uncertain word"),
    "read.how": (
        "Cliquez un mot pour le voir sur l’image et le corriger. Au clavier : flèches pour passer "
        "d’un mot à l’autre, Entrée pour corriger, Échap pour fermer, + et − pour agrandir.",
        "Click a word to see it on the image and correct it. With the keyboard: arrows move from "
        "word to word, Enter corrects, Escape closes, + and − zoom.",
    ),
    "read.how_plain": (
        "Suivez le lien d’un mot pour le corriger.",
        "Follow the link of a word to correct it.",
    ),
    "read.sure": ("sûr à {percent} %", "{percent}% sure"),
    "read.column": ("Colonne suivante", "Next column"),
    "read.aside": ("Hors du texte courant", "Outside the running text"),
    "read.no_text": ("Aucun texte sur cette page.", "No text on this page."),
    "read.blank": (
        "Page blanche : rien n’y a été lu. Si elle porte du texte, numérisez-la de nouveau, plus "
        "nette, puis tapez : ragphoto ingest",
        "Blank page: nothing was read on it. If it has text, scan it again, sharper, then run: "
        "ragphoto ingest",
    ),
    "read.failed": (
        "Cette page n’a pas pu être lue : {why}. Ensuite, tapez : ragphoto ingest",
        "This page could not be read: {why}. Then run: ragphoto ingest",
    ),
    "read.why.render_failed": (
        "l’image de la page est abîmée ; copiez le fichier à nouveau, ou enregistrez-le en PDF",
        "the image of the page is damaged; copy the file again, or save it as PDF",
    ),
    "read.why.other": ("erreur de lecture ({code})", "reading error ({code})"),
    # --- correcting a word -------------------------------------------------------------------
    "read.fix": ("Corriger un mot", "Correct a word"),
    "read.fix.crop": ("Le mot sur l’image : « {word} »", "The word on the image: “{word}”"),
    "read.fix.read": ("Lu par la machine", "Read by the machine"),
    "read.fix.shown": ("Texte corrigé", "Corrected text"),
    "read.fix.none": ("(rien)", "(nothing)"),
    "read.fix.after": ("Ce qui est imprimé", "What is printed"),
    "read.fix.hint": (
        "Recopiez l’imprimé tel quel, fautes comprises. Laissez vide si ce n’est qu’une tache.",
        "Copy the print as it is, mistakes included. Leave empty if it is but a speck.",
    ),
    "read.fix.propose": ("Proposer", "Propose"),
    "read.fix.close": ("Fermer", "Close"),
    "read.fix.more": ("Prendre aussi le mot suivant", "Take the next word too"),
    "read.fix.sent": ("Merci, c’est noté.", "Thank you, noted."),
    "read.fix.failed": (
        "La correction n’a pas été enregistrée. Vérifiez que le service tourne, puis réessayez.",
        "The correction was not saved. Check that the service runs, then try again.",
    ),
    "read.state.proposed": (
        "Vous avez proposé « {after} ». Une deuxième personne doit lire la même chose ; le texte "
        "changera au prochain réapprentissage.",
        "You proposed “{after}”. A second person must read the same; the text will change when "
        "the collection next learns.",
    ),
    "read.state.contradicted": (
        "Vous avez proposé « {after} », une autre personne lit autre chose : un responsable "
        "tranchera.",
        "You proposed “{after}”, somebody else reads otherwise: an editor will decide.",
    ),
    "read.state.needs_editor": (
        "Vous avez proposé « {after} ». Le changement est grand : un responsable doit l’approuver.",
        "You proposed “{after}”. It is a large change: an editor must approve it.",
    ),
    "read.state.validated": (
        "« {after} » est approuvé et prendra effet au prochain réapprentissage.",
        "“{after}” is approved and takes effect when the collection next learns.",
    ),
    "read.state.in_force": (
        "Votre correction « {after} » est en service.",
        "Your correction “{after}” is in service.",
    ),
    "read.state.speck": ("rien, une tache", "nothing, a speck"),
    "read.agreed.needs_editor": (
        "Vous lisez comme une autre personne. Le changement est grand : un responsable doit "
        "l’approuver.",
        "You read as somebody else did. It is a large change: an editor must approve it.",
    ),
    "read.agreed.contradicted": (
        "Vous lisez comme une autre personne, une troisième lit autre chose : un responsable "
        "tranchera.",
        "You read as somebody else did, a third person reads otherwise: an editor will decide.",
    ),
    "read.agreed.refused": (
        "Un responsable a déjà refusé cette correction : rien ne change.",
        "An editor refused this correction already: nothing changes.",
    ),
    "read.agreed.other": (
        "Un responsable regardera ce mot.",
        "An editor will look at this word.",
    ),
    "read.others": (
        "Quelqu’un a déjà proposé une correction ici. Elle vous est cachée pour que vous lisiez "
        "sans elle : si vous écrivez la même, elle sera approuvée.",
        "Somebody proposed a correction here already. It is hidden so that you read without it: "
        "if you write the same, it is approved.",
    ),
    "read.refused.too_long": (
        "C’est trop long : 80 caractères au plus pour un mot.",
        "This is too long: 80 characters at most for a word.",
    ),
    "read.refused.not_printable": (
        "Il y a là des caractères qui ne s’impriment pas : retapez le mot.",
        "Some of these characters are not printable: type the word again.",
    ),
    "read.refused.empty": (
        "Écrivez ce qui est imprimé : on n’efface ainsi qu’une tache de trois signes au plus.",
        "Write what is printed: only a speck of three signs at most can be emptied.",
    ),
    "read.refused.too_many": (
        "Vous avez proposé beaucoup de corrections aujourd’hui : la suite demain.",
        "You proposed many corrections today: more tomorrow.",
    ),
    "read.refused.unchanged": (
        "C’est déjà ce que dit le texte : rien à corriger.",
        "The text says so already: nothing to correct.",
    ),
    "read.refused.other_words": (
        "La page a été relue depuis : rechargez-la, puis recommencez.",
        "The page was read again since: reload it, then start again.",
    ),
    "read.refused.words_absent": (
        "Ces mots ne sont pas sur la page : rechargez-la.",
        "These words are not on the page: reload it.",
    ),
    "read.refused.other": (
        "La correction n’a pas pu être prise ({code}).",
        "The correction could not be taken ({code}).",
    ),
    # --- why a word was corrected ------------------------------------------------------------
    "read.rule.confusion": ("lettres que la lecture confond", "letters that reading confuses"),
    "read.rule.learned": (
        "confusion apprise des corrections",
        "confusion learned from corrections",
    ),
    "read.rule.form": ("mot appris des corrections", "word learned from corrections"),
    "read.rule.split": ("deux mots collés", "two words run together"),
    "read.rule.join": ("mot coupé en deux", "word cut in two"),
    "read.rule.digit": ("chiffre lu comme une lettre", "figure read as a letter"),
    "read.rule.apostrophe": ("apostrophe manquante", "missing apostrophe"),
    "read.rule.spacing": ("espace mal placé", "misplaced blank"),
    "read.rule.mark": ("ponctuation", "punctuation"),
    "read.rule.noise": ("signe parasite", "stray sign"),
    "read.rule.hyphen": (
        "coupé en fin de ligne, recollé dans le texte courant",
        "cut at the end of the line, joined in the running text",
    ),
    "read.rule.person": ("corrigé par des personnes", "corrected by people"),
    "read.rule.other": ("règle « {rule} »", "rule “{rule}”"),
}
