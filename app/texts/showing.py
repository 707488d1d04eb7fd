"""The terminal chat and the demonstration."""

from __future__ import annotations

from app.texts.examples import EXAMPLES

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "example.title": ("Exemples :", "Examples:"),
    **{f"example.{name}": lines for name, lines in EXAMPLES.items()},
    # --- ragphoto chat -----------------------------------------------------------------------
    "help.chat": (
        "Converser avec la collection : réponses à preuves numérotées, qui s’ouvrent d’un /1.",
        "Talk with the collection: answers with numbered proofs, which /1 opens.",
    ),
    "opt.chat.history": (
        "Garder dans ce fichier ce qui est tapé (sinon, rien n’est gardé).",
        "Keep what is typed in this file (else nothing is kept).",
    ),
    "talk.welcome": (
        "{count} documents. Posez une question ; /help pour les commandes, Ctrl-D pour partir.",
        "{count} documents. Ask a question; /help for the commands, Ctrl-D to leave.",
    ),
    "talk.help": (
        "  /1, /open 1              ouvrir la preuve [1] dans le navigateur\n"
        "  /sources                 revoir les preuves numérotées\n"
        "  /why                     d’où vient la réponse\n"
        "  /rate 4 très clair       noter de 1 à 5, avec un mot si l’on veut\n"
        "  /correct livre.pdf:12 …  donner la bonne réponse, et sa page si on la connaît\n"
        "  /new                     changer de sujet : oublier les questions d’avant\n"
        "  /quit                    partir (ou Ctrl-D) ; Ctrl-C abandonne une réponse",
        "  /1, /open 1             open proof [1] in the browser\n"
        "  /sources                the numbered proofs again\n"
        "  /why                    where the answer comes from\n"
        "  /rate 4 very clear      rate from 1 to 5, with a word if you like\n"
        "  /correct book.pdf:12 …  give the right answer, and its page if you know it\n"
        "  /new                    change the subject: forget the questions before\n"
        "  /quit                   leave (or Ctrl-D); Ctrl-C gives an answer up",
    ),
    "talk.cancelled": ("Réponse abandonnée.", "Answer given up."),
    "talk.how_to_leave": ("Ctrl-D ou /quit pour partir.", "Ctrl-D or /quit to leave."),
    "talk.unknown": (
        "/{name} : commande inconnue. Tapez /help",
        "/{name}: no such command. Type /help",
    ),
    "talk.no_such": (
        "[{number}] : il y a {count} preuves. Tapez /sources",
        "[{number}]: there are {count} proofs. Type /sources",
    ),
    "talk.opened": ("Ouvert : {url}", "Opened: {url}"),
    "talk.no_browser": ("À ouvrir dans un navigateur : {url}", "Open in a browser: {url}"),
    "talk.not_in_json": (
        "/why ne s’écrit pas en JSON ; tapez : ragphoto explain ID --json",
        "/why is not written as JSON; type: ragphoto explain ID --json",
    ),
    "talk.rate_form": ("Par exemple : /rate 4 très clair", "For example: /rate 4 very clear"),
    "talk.correct_form": (
        "Par exemple : /correct livre.pdf:12 Le bain se fait à 18 degrés.",
        "For example: /correct book.pdf:12 The bath is at 18 degrees.",
    ),
    "talk.new": ("Nouvelle conversation.", "A new conversation."),
    "talk.nothing_yet": ("Posez d’abord une question.", "Ask a question first."),
    "talk.saved": (
        "Merci, c’est noté ({rating} sur 5).",
        "Thank you, noted ({rating} out of 5).",
    ),
    "talk.not_kept": (
        "L’historique n’a pas pu être gardé dans {path} ({detail}).",
        "The history could not be kept in {path} ({detail}).",
    ),
    # --- ragphoto demo -----------------------------------------------------------------------
    "help.demo": (
        "Montrer toute la boucle sur l’exemple : se tromper, être corrigé, apprendre, revenir.",
        "Show the whole loop on the sample: be wrong, be corrected, learn, go back.",
    ),
    "opt.demo.keep": (
        "Garder la collection de la démonstration dans ce dossier, neuf ou vide.",
        "Keep the collection of the demonstration in this folder, new or empty.",
    ),
    "opt.demo.yes": ("Ne pas attendre entre les étapes.", "Do not wait between steps."),
    "demo.not_empty": (
        "{path} contient déjà une collection. Donnez un dossier neuf : "
        "ragphoto demo --keep AUTRE_DOSSIER",
        "{path} already holds a collection. Give a new folder: ragphoto demo --keep OTHER_FOLDER",
    ),
    "demo.no_folder": (
        "Le dossier {path} ne peut pas être créé ({detail}). Donnez-en un autre à --keep.",
        "The folder {path} cannot be made ({detail}). Give --keep another one.",
    ),
    "demo.intro": (
        "Tout se passe dans {folder} ; vos documents et votre collection ne sont pas touchés.",
        "Everything happens in {folder}; your documents and your collection are not touched.",
    ),
    "demo.title": ("{number}/{count} {title}", "{number}/{count} {title}"),
    "demo.took": ("  ({seconds} s)", "  ({seconds} s)"),
    "demo.pause": ("\nEntrée pour continuer… ", "\nEnter to go on… "),
    "demo.borrowed": (
        "Lecture déjà faite sur cette machine, reprise pour {count} pages.",
        "Already read on this machine: the reading of {count} pages is taken up.",
    ),
    "demo.reading": (
        "Première lecture de l’exemple : de une à trois minutes selon la machine.",
        "The sample is read for the first time: one to three minutes, as the machine goes.",
    ),
    "demo.read.title": ("Lire la collection d’exemple", "Read the sample collection"),
    "demo.read.why": (
        "Seize documents (livre numérisé, revue, notices, photos) deviennent un index en service. "
        "Trois fichiers abîmés sont là exprès.",
        "Sixteen documents (a scanned book, a review, notices, photos) become an index in "
        "service. Three broken files are there on purpose.",
    ),
    "demo.ask.title": ("Poser une question", "Ask a question"),
    "demo.ask.why": (
        "Une question que l’exemple sait traiter, et à laquelle le système répond mal aujourd’hui.",
        "A question that the sample answers, and that the system gets wrong today.",
    ),
    "demo.wrong.title": ("Voir que c’est faux", "See that it is wrong"),
    "demo.wrong.why": (
        "La réponse cite sa page, donc l’erreur se voit. La bonne page est ailleurs :",
        "The answer cites its page, so the mistake is plain. The right page is elsewhere:",
    ),
    "demo.correct.title": ("Corriger", "Correct it"),
    "demo.correct.why": (
        "Une lectrice, Camille, met une étoile, donne la réponse et montre la page.",
        "A reader, Camille, gives one star, the answer and its page.",
    ),
    "demo.diagnose.title": ("Chercher la cause", "Find the cause"),
    "demo.diagnose.why": (
        "La question est rejouée étape par étape : où la bonne page s’est-elle perdue ?",
        "The question is played again stage by stage: where was the right page lost?",
    ),
    "demo.validate.title": ("Faire valider par une autre personne", "Have somebody else agree"),
    "demo.validate.why": (
        "La correction est d’abord comparée à la page ; puis une seconde personne, Dominique, "
        "l’approuve. Personne n’approuve sa propre correction.",
        "The correction is first compared with the page; then a second person, Dominique, agrees. "
        "Nobody agrees with themselves.",
    ),
    "demo.retrain.title": (
        "Apprendre, et passer le contrôle qualité",
        "Learn, and pass the quality gate",
    ),
    "demo.retrain.why": (
        "Une nouvelle version est construite. Elle n’entre en service que si les questions de "
        "référence ne s’en trouvent pas plus mal.",
        "A new release is built. It goes into service only if the golden questions fare no worse.",
    ),
    "demo.better.title": ("Reposer la question", "Ask again"),
    "demo.better.why": ("La même question, mot pour mot.", "The same question, word for word."),
    "demo.watch.title": ("Surveiller", "Watch"),
    "demo.watch.why": (
        "Camille met cinq étoiles à la nouvelle réponse. Ce que le service sait de lui-même :",
        "Camille gives the new answer five stars. What the service knows of itself:",
    ),
    "demo.back.title": ("Revenir en arrière", "Roll back"),
    "demo.back.why": (
        "Une version ne remplace jamais l’autre sur le disque : on peut toujours revenir.",
        "A release never replaces another on disk: one can always go back.",
    ),
    "demo.right_already": (
        "« {question} » est maintenant bien répondue : essayons une autre question.",
        "“{question}” is answered rightly by now: let us try another question.",
    ),
    "demo.no_failure": (
        "aucune des questions prévues n’est plus mal répondue, il n’y a donc rien à corriger. "
        "C’est une bonne nouvelle, et cette démonstration est à mettre à jour",
        "none of the questions foreseen is answered wrongly any more, so there is nothing to "
        "correct. That is good news, and this demonstration is out of date",
    ),
    "demo.no_release": (
        "la lecture n’a mis aucune version en service",
        "reading put no release in service",
    ),
    "demo.page_says": ("{document}, page {page} :", "{document}, page {page}:"),
    "demo.page_silent": (
        "la page {page} de {document} ne dit plus ce qu’elle devait dire",
        "page {page} of {document} does not say what it should",
    ),
    "demo.corrected": (
        "★☆☆☆☆ « {text} » ({document}, page {page})",
        "★☆☆☆☆ “{text}” ({document}, page {page})",
    ),
    "demo.no_diagnosis": ("le diagnostic n’a rien donné", "the diagnosis gave nothing"),
    "demo.cause": ("Cause : {cause}.", "Cause: {cause}."),
    "demo.remedy": ("Remède : {remedy}.", "Remedy: {remedy}."),
    "demo.not_proposed": (
        "la correction n’a pas été proposée à la validation ({reason})",
        "the correction was not put forward ({reason})",
    ),
    "demo.own": (
        "Camille essaie d’approuver sa propre correction : refusé, il faut une autre personne.",
        "Camille tries to agree with herself: refused, somebody else must.",
    ),
    "demo.own_accepted": (
        "Camille a pu approuver sa propre correction",
        "Camille could agree with herself",
    ),
    "demo.validated": (
        "La page dit bien cela, et Dominique approuve : correction {id} validée.",
        "The page does say so, and Dominique agrees: correction {id} validated.",
    ),
    "demo.not_validated": (
        "la correction n’a pas été validée ({state})",
        "the correction was not validated ({state})",
    ),
    "demo.refused": (
        "le contrôle qualité a refusé la nouvelle version, l’ancienne continue de répondre",
        "the gate refused the new release; the old one goes on answering",
    ),
    "demo.no_verdict": ("le contrôle n’a laissé aucun verdict", "the gate left no verdict"),
    "demo.gate": (
        "Contrôle qualité, sur {questions} questions de référence, avant et après :",
        "Quality gate, on {questions} golden questions, before and after:",
    ),
    "demo.compared": (
        "  {metric} {before} → {after} (questions changées : {changed})",
        "  {metric} {before} → {after} (questions changed: {changed})",
    ),
    "demo.still_wrong": (
        "la nouvelle version répond encore mal",
        "the new release still answers wrongly",
    ),
    "demo.right_now": (
        "\nLa réponse vient maintenant de la bonne page : {document}, page {page}.",
        "\nThe answer now comes from the right page: {document}, page {page}.",
    ),
    "demo.no_figures": (
        "les questions et les notes n’ont pas été comptées",
        "questions and ratings were not counted",
    ),
    "demo.not_back": (
        "la version précédente ne répond pas comme avant",
        "the release before does not answer as it did",
    ),
    "demo.back": (
        "Elle répond comme au début, erreur comprise :",
        "It answers as it did at first, mistake included:",
    ),
    "demo.stopped": (
        "\nLa démonstration s’arrête ici : {reason}.",
        "\nThe demonstration stops here: {reason}.",
    ),
    "demo.done": (
        "Toute la boucle a été montrée en {seconds} s.",
        "The whole loop was shown in {seconds} s.",
    ),
    "demo.next": (
        "À vous :\n"
        "  ragphoto demo --keep essai        la même, gardée dans un dossier\n"
        "  ragphoto ingest                   lire vos documents (dossier data/)\n"
        "  ragphoto chat                     converser avec eux\n"
        "  ragphoto serve                    dans le navigateur",
        "Your turn:\n"
        "  ragphoto demo --keep trial        the same, kept in a folder\n"
        "  ragphoto ingest                   read your documents (folder data/)\n"
        "  ragphoto chat                     talk with them\n"
        "  ragphoto serve                    in the browser",
    ),
    "demo.next_kept": (
        "La collection est gardée. À vous :\n"
        '  ragphoto release list --home "{folder}"\n'
        '  ragphoto ask --home "{folder}" "{question}"\n'
        '  ragphoto chat --home "{folder}"\n'
        '  ragphoto serve --home "{folder}"',
        "The collection is kept. Your turn:\n"
        '  ragphoto release list --home "{folder}"\n'
        '  ragphoto ask --home "{folder}" "{question}"\n'
        '  ragphoto chat --home "{folder}"\n'
        '  ragphoto serve --home "{folder}"',
    ),
}
