"""Outcomes of questions, states of pages and files, errors: what every face says alike."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    # --- outcomes, and why -------------------------------------------------------------------
    "outcome.answer": ("Réponse", "Answer"),
    "outcome.nearest": (
        "Je ne suis pas assez sûr pour répondre.",
        "I am not sure enough to answer.",
    ),
    "outcome.nothing": ("Je n’ai pas de réponse.", "I have no answer."),
    "reason.nothing_found": (
        "Rien dans la collection ne parle de cela.",
        "Nothing in the collection is about this.",
    ),
    "reason.weak_evidence": (
        "Des pages en parlent, mais aucune ne répond vraiment.",
        "Some pages come near, none really answers.",
    ),
    "note.spelling": ("Orthographe comprise : {detail}.", "Spelling understood: {detail}."),
    "note.reranker": (
        "Le modèle de classement n’a pas répondu ({detail}) : pages dans l’ordre de la recherche.",
        "The ranking model did not answer ({detail}): pages in the order of the search.",
    ),
    "reason.unknown_word": (
        "Le mot « {detail} » ne figure nulle part dans la collection.",
        "The word “{detail}” stands nowhere in the collection.",
    ),
    "reason.filtered_out": (
        "Les filtres choisis ne laissent aucune page : élargissez-les.",
        "The filters chosen leave no page: widen them.",
    ),
    "reason.sources_disagree": (
        "Les sources ne s’accordent pas : les deux sont citées.",
        "The sources disagree: both are quoted.",
    ),
    "reason.hard_to_read": (
        "La page est difficile à lire : vérifiez les mots sur l’image.",
        "The page is hard to read: check the words on the picture.",
    ),
    "reason.no_words": (
        "La question ne contient aucun mot à chercher.",
        "The question has no word to look for.",
    ),
    "reason.empty": ("La question est vide.", "The question is empty."),
    "reason.unreadable": (
        "La page qui répondrait est trop mal lue pour être citée.",
        "The page that would answer is too badly read to be quoted.",
    ),
    "reason.no_release": (
        "La collection n’a pas encore été lue. Tapez : ragphoto ingest",
        "The collection has not been read yet. Run: ragphoto ingest",
    ),
    "reason.other": (
        "Les indices trouvés sont insuffisants ({code}).",
        "The evidence found is not enough ({code}).",
    ),
    # --- pages and files ---------------------------------------------------------------------
    "status.ok": ("lue", "read"),
    "status.low_confidence": ("lue avec doute", "read with doubt"),
    "status.blank": ("blanche", "blank"),
    "status.failed": ("échec", "failed"),
    "status.unsupported": ("non prise en charge", "unsupported"),
    "statuses.one.ok": ("lue", "read"),
    "statuses.one.low_confidence": ("lue avec doute", "read with doubt"),
    "statuses.one.blank": ("blanche", "blank"),
    "statuses.one.failed": ("en échec", "failed"),
    "statuses.one.unsupported": ("non prise en charge", "unsupported"),
    "statuses.ok": ("lues", "read"),  # with a count
    "statuses.low_confidence": ("lues avec doute", "read with doubt"),
    "statuses.blank": ("blanches", "blank"),
    "statuses.failed": ("en échec", "failed"),
    "statuses.unsupported": ("non prises en charge", "unsupported"),
    "refused.truncated": (
        "fichier abîmé ou incomplet : copiez-le à nouveau",
        "damaged or incomplete: copy it again",
    ),
    "refused.password": (
        "protégé par un mot de passe : enregistrez-en une copie sans mot de passe",
        "password-protected: save a copy without password",
    ),
    "refused.wrong_type": (
        "le contenu n’est pas ce qu’annonce l’extension : renommez-le",
        "the content is not what the extension says: rename it",
    ),
    "refused.unsupported": (
        "type de fichier non pris en charge : convertissez-le en PDF",
        "unsupported type: convert it to PDF",
    ),
    "refused.too_large": (
        "trop gros : relevez max_file_mb dans ragphoto.toml, ou découpez-le",
        "too large: raise max_file_mb in ragphoto.toml, or split it",
    ),
    "refused.too_many_pages": (
        "trop de pages : relevez max_pages dans ragphoto.toml, ou découpez-le",
        "too many pages: raise max_pages in ragphoto.toml, or split it",
    ),
    "refused.too_many_pixels": (
        "image trop grande : relevez max_page_megapixels, ou réduisez-la",
        "image too large: raise max_page_megapixels, or shrink it",
    ),
    "refused.symlink": (
        "lien qui sort du dossier : copiez le fichier lui-même",
        "link that leaves the folder: copy the file itself",
    ),
    "refused.empty": ("fichier vide : retirez-le", "empty file: remove it"),
    "refused.unreadable": (
        "illisible : vérifiez ses droits (chmod u+r)",
        "unreadable: check its permissions (chmod u+r)",
    ),
    "refused.timeout": (
        "trop long à ouvrir : relevez page_timeout_s, ou convertissez-le",
        "took too long to open: raise page_timeout_s, or convert it",
    ),
    "refused.memory": (
        "demande trop de mémoire : relevez worker_memory_mb, ou convertissez-le",
        "needs too much memory: raise worker_memory_mb, or convert it",
    ),
    "refused.crashed": (
        "fait planter la lecture : convertissez-le en PDF",
        "crashes the reader: convert it to PDF",
    ),
    "refused.other": ("refusé ({code})", "refused ({code})"),
    # --- errors ------------------------------------------------------------------------------
    "error.no_release": (
        "La collection {home} n’a pas encore été lue. Tapez : ragphoto ingest",
        "The collection {home} has not been read yet. Run: ragphoto ingest",
    ),
    "error.already_running": (
        "Une lecture est déjà en cours (processus {pid}, depuis {since}). Attendez-la, "
        "ou arrêtez ce processus.",
        "Another run is going on (process {pid}, since {since}). Wait for it, or stop it.",
    ),
    "error.too_many_vanished": (
        "{vanished} documents sur {known} ne sont plus dans data/ : un disque débranché n’est pas "
        "un souhait. Remettez-les, ou confirmez par : ragphoto ingest --accept-vanished",
        "{vanished} of {known} documents are gone from data/: an unmounted disk is not a wish. "
        "Bring them back, or confirm with: ragphoto ingest --accept-vanished",
    ),
    "error.not_installed": (
        "{what} n’est pas installé. Tapez : pip install 'rag-photographie[{extra}]'",
        "{what} is not installed. Run: pip install 'rag-photographie[{extra}]'",
    ),
    "error.setting": (
        "Réglage {name} inutilisable. Corrigez-le dans ragphoto.toml ou dans l’environnement. "
        "Détail : {message}",
        "Setting {name} cannot be used. Change it in ragphoto.toml or in the environment. "
        "Detail: {message}",
    ),
    "error.index_mismatch": (
        "L’index vient d’une autre version. Tapez : ragphoto ingest. Détail : {message}",
        "The index was made by another version. Run: ragphoto ingest. Detail: {message}",
    ),
    "error.store_unwritable": (
        "On ne peut pas écrire l’état dans {home}. Vérifiez la place et les droits : "
        "ragphoto doctor. Détail : {message}",
        "The state in {home} cannot be written. Check space and permissions: "
        "ragphoto doctor. Detail: {message}",
    ),
    "error.store_unreadable": (
        "On ne peut pas lire l’état dans {home}. Vérifiez la place et les droits : "
        "ragphoto doctor. Détail : {message}",
        "The state in {home} cannot be read. Check space and permissions: "
        "ragphoto doctor. Detail: {message}",
    ),
    "error.store_newer": (
        "La base de {home} vient d’une version plus récente. Mettez le programme à jour : "
        "git pull && make setup",
        "The database of {home} comes from a newer version. Update the program: "
        "git pull && make setup",
    ),
    "error.no_file": ("{path} : il n’y a pas de tel fichier.", "{path}: no such file."),
    "error.refused": ("{path} : {reason}.", "{path}: {reason}."),
    "error.unexpected": (
        "Erreur inattendue ({kind}). Le détail est dans {log} ; pour un diagnostic : "
        "ragphoto doctor",
        "Unexpected error ({kind}). The detail is in {log}; for a diagnosis: ragphoto doctor",
    ),
    "error.interrupted": (
        "Interrompu. Ce qui est lu est gardé : relancez la même commande pour reprendre.",
        "Interrupted. What was read is kept: run the same command again to go on.",
    ),
    "error.no_documents": (
        "Aucun document à lire dans {home}. Mettez des fichiers dans data/, puis : ragphoto ingest",
        "No document to read in {home}. Put files in data/, then: ragphoto ingest",
    ),
    "error.unknown_answer": (
        "Aucune réponse de cette collection ne porte l’identifiant « {answer_id} ». "
        "Il figure dans le JSON de chaque réponse et dans ce que propose ragphoto ask.",
        "No answer of this collection has the identifier “{answer_id}”. "
        "It stands in the JSON of every answer and in what ragphoto ask proposes.",
    ),
    "error.unknown_document": (
        "Aucun document ne s’appelle ainsi, ou plusieurs : « {name} ». {close}",
        "No document, or more than one, has that name: '{name}'. {close}",
    ),
    "error.no_predecessor": (
        "Il n’y a pas de version plus ancienne à remettre en service. Tapez : ragphoto release "
        "list",
        "There is no older release to put back in service. Run: ragphoto release list",
    ),
    "document.near": ("Noms proches : {names}", "Near: {names}"),
    "document.how": (
        "Donnez son nom, son chemin sous data/ ou le début de son SHA-256.",
        "Give its name, its path under data/ or the beginning of its SHA-256.",
    ),
    "error.rag": ("{message}", "{message}"),
}
