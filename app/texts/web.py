"""What the web page and the HTTP service say."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    # --- what a person reads first -----------------------------------------------------------
    "app.title": ("RAG Photographie", "RAG Photographie"),
    "app.tagline": (
        "Posez une question à vos livres de photographie ; vérifiez chaque réponse sur la page.",
        "Ask your books about photography, and check every answer on the page.",
    ),
    "sample.used": (
        "data/ est vide : c’est la collection d’exemple fournie qui répond.",
        "data/ is empty: the bundled sample collection answers.",
    ),
    "web.sample": (
        "Vous interrogez la collection d’exemple.",
        "You are asking the sample collection.",
    ),
    "web.error": ("Cela n’a pas marché", "That did not work"),
    "web.error.403": ("Ce n’est pas permis", "That is not allowed"),
    "web.error.404": ("Cette page n’existe pas", "There is no such page"),
    "web.key_ask": (
        "Donnez celle que vous avez reçue de qui s’occupe de la collection. Elle n’est demandée "
        "qu’une fois par jour.",
        "Give the one you had from whoever looks after the collection. It is asked once a day.",
    ),
    "web.key_title": ("Cette collection demande une clé", "This collection wants a key"),
    "web.remarks_lead": (
        "Ce que vous avez dit des réponses, et ce qui en a été fait.",
        "What you said of the answers, and what became of it.",
    ),
    "web.at_once": ("trouvé aussitôt", "found at once"),
    "lexical.only": (
        "Recherche par les mots seulement : le modèle de sens n’est pas installé.",
        "Search by words only: the model of meaning is not installed.",
    ),
    # --- HTTP --------------------------------------------------------------------------------
    "http.bad_host": (
        "Ce nom d’hôte n’est pas admis. Ajoutez-le à allowed_hosts (RAG_ALLOWED_HOSTS).",
        "This host name is not allowed. Add it to allowed_hosts (RAG_ALLOWED_HOSTS).",
    ),
    "http.foreign_origin": (
        "Une autre page n’a pas le droit d’écrire ici.",
        "Another page may not write here.",
    ),
    "http.key_needed": (
        "Il faut une clé : en-tête « Authorization: Bearer … ».",
        "A key is needed: header 'Authorization: Bearer …'.",
    ),
    "http.local_only": (
        "Sans clé, le service ne répond qu’à cette machine. Réglez api_key (RAG_API_KEY).",
        "Without a key the service answers this machine only. Set api_key (RAG_API_KEY).",
    ),
    "http.under_way": (
        "Cette demande est déjà en cours : attendez sa réponse, puis renvoyez-la.",
        "This request is under way already: wait for its answer, then send it again.",
    ),
    "http.key_reused": (
        "Cette clé (Idempotency-Key) a servi pour une autre demande : prenez-en une nouvelle.",
        "This key (Idempotency-Key) served for another request: make a new one.",
    ),
    "http.too_large": ("Requête trop grande.", "Request too large."),
    "http.too_many": (
        "Trop de retours d’un coup : attendez une minute.",
        "Too much feedback at once: wait a minute.",
    ),
    "http.invalid": ("Requête invalide : {detail}", "Invalid request: {detail}"),
    "http.no_document": ("Aucun document de ce nom.", "No such document."),
    "http.no_page": ("Cette page n’existe pas.", "No such page."),
    "http.no_image": (
        "Ce fichier n’a pas d’image de page : voir son texte.",
        "This file has no page image: see its text.",
    ),
    "http.changed": (
        "Le fichier a changé depuis qu’il a été lu. Tapez : ragphoto ingest",
        "The file has changed since it was read. Run: ragphoto ingest",
    ),
    "http.undrawable": ("La page n’a pas pu être dessinée.", "The page could not be drawn."),
    "http.not_found": ("Il n’y a rien ici.", "There is nothing here."),
    "http.error": ("Erreur du service.", "Service error."),
    # --- web ---------------------------------------------------------------------------------
    "web.ask": ("Demander", "Ask"),
    "web.placeholder": (
        "Comment préparer le bain de fixage ?",
        "How is the fixing bath prepared?",
    ),
    "web.question": ("Votre question", "Your question"),
    "web.skip": ("Aller à la réponse", "Skip to the answer"),
    "web.examples": ("Par exemple", "For instance"),
    "web.example1": ("Comment préparer le bain de fixage ?", "How is the fixing bath prepared?"),
    "web.example2": ("Qu’est-ce que la profondeur de champ ?", "What is depth of field?"),
    "web.example3": ("À quoi sert le diaphragme ?", "What is the diaphragm for?"),
    "web.collection": (
        "{documents} documents, {pages} pages",
        "{documents} documents, {pages} pages",
    ),
    "web.searching": ("Je cherche dans les pages…", "Looking through the pages…"),
    "web.failed": (
        "La réponse n’est pas arrivée. Vérifiez que le service tourne, puis réessayez.",
        "The answer did not arrive. Check that the service runs, then try again.",
    ),
    "web.proof": ("Voir la page : {document}, page {page}", "See the page: {document}, {page}"),
    "web.sources": ("Ce que disent les pages", "What the pages say"),
    "web.nearest": ("Les pages les plus proches", "The nearest pages"),
    "web.also": ("Autres pages proches", "Other near pages"),
    "web.confidence": ("Lecture sûre à {percent} %", "Read with {percent}% confidence"),
    "web.doubtful": (
        "Lecture incertaine : vérifiez sur l’image.",
        "Uncertain reading: check on the image.",
    ),
    "web.understood_as": ("Recherché : {text}", "Searched: {text}"),
    "web.follow": ("Poursuivre", "Go on"),
    "web.follow_hint": (
        "Préciser : et à contre-jour ?",
        "Go on: and against the light?",
    ),
    "web.seconds": ("trouvé en {seconds} s", "found in {seconds} s"),
    "web.page": ("page {page}", "page {page}"),
    "web.zoom_in": ("Agrandir", "Zoom in"),
    "web.zoom_out": ("Réduire", "Zoom out"),
    "web.zoom_fit": ("Page entière", "Whole page"),
    "web.close": ("Fermer la page", "Close the page"),
    "web.viewer": ("La page", "The page"),
    "web.open_full": ("Ouvrir seule", "Open alone"),
    "web.page_alt": (
        "Image de la page {page} de {document}",
        "Image of page {page} of {document}",
    ),
    "web.marked": ("Mots cités, surlignés sur l’image", "Words quoted, marked on the image"),
    "web.marks_lost": (
        "Le document a été relu depuis : les mots ne peuvent plus être marqués.",
        "The document was read again since: the words cannot be marked any more.",
    ),
    "web.previous": ("Page précédente", "Previous page"),
    "web.next": ("Page suivante", "Next page"),
    "web.rate": ("Cette réponse vous aide-t-elle ?", "Does this answer help?"),
    "web.stars": ("{n} sur 5", "{n} out of 5"),
    "web.comment": ("Un commentaire", "A comment"),
    "web.comment_hint": (
        "Ce qui manque, ce qui est faux, la bonne page…",
        "What is missing or wrong, the right page…",
    ),
    "web.correction": ("La bonne réponse, si vous la connaissez", "The right answer, if you know"),
    "web.more": ("Commenter ou corriger", "Comment or correct"),
    "web.send": ("Envoyer", "Send"),
    "web.thanks": ("Merci, c’est noté.", "Thank you, noted."),
    "web.feedback_failed": (
        "Le retour n’a pas été enregistré. Réessayez.",
        "Your feedback was not saved. Try again.",
    ),
    "web.choose_stars": ("Choisissez d’abord une note.", "Choose a rating first."),
    "web.language": ("Langue", "Language"),
    "web.other_language": ("English", "Français"),
    "web.release": ("version {release}", "release {release}"),
    "web.local": (
        "Tout reste sur cette machine.",
        "Everything stays on this machine.",
    ),
    "web.key": ("Clé d’accès", "Access key"),
    "web.enter": ("Entrer", "Enter"),
    "web.wrong_key": ("Cette clé n’est pas la bonne.", "This is not the right key."),
    "web.back": ("Revenir à la question", "Back to the question"),
}
