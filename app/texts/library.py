"""The library: documents, uploads, jobs; the first visit."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    # --- refusals of a request ----------------------------------------------------------------
    "library.not_multipart": (
        "Envoyez les fichiers en multipart/form-data, dans le champ « files ».",
        "Send the files as multipart/form-data, in the field “files”.",
    ),
    "library.too_large": (
        "Envoi trop gros : {megabytes} Mo au plus. Envoyez moins de fichiers à la fois, ou relevez "
        "max_upload_mb dans ragphoto.toml.",
        "Upload too large: at most {megabytes} MB. Send fewer files at once, or raise "
        "max_upload_mb in ragphoto.toml.",
    ),
    "library.too_many_files": (
        "Trop de fichiers : {count} au plus par envoi. Envoyez le reste ensuite.",
        "Too many files: at most {count} an upload. Send the rest afterwards.",
    ),
    "library.no_space": (
        "Le disque est plein : il faut {megabytes} Mo. Libérez de la place, puis recommencez.",
        "The disk is full: {megabytes} MB are needed. Free some space, then try again.",
    ),
    "library.no_file": (
        "Aucun fichier n’a été choisi. Choisissez-en un, puis recommencez.",
        "No file was chosen. Choose one, then try again.",
    ),
    "library.all_refused": ("Rien n’a été ajouté. {why}", "Nothing was added. {why}"),
    "library.no_job": ("Aucun travail de ce nom.", "No such job."),
    "library.deleted": (
        "« {name} » est supprimé : aucune réponse ne le cite plus. Son fichier reste dans data/.",
        "“{name}” is deleted: no answer cites it any more. Its file stays in data/.",
    ),
    # --- one file of an upload ----------------------------------------------------------------
    "library.file.taken": ("reçu, {pages} page(s)", "received, {pages} page(s)"),
    "library.file.already": ("déjà dans la collection", "already in the collection"),
    "library.file.deleted": (
        "ce document a été supprimé : restaurez-le depuis la bibliothèque",
        "this document was deleted: restore it from the library",
    ),
    # --- a job --------------------------------------------------------------------------------
    "library.job.queued": ("En attente", "Waiting"),
    "library.job.waiting": (
        "En attente : une autre lecture est en cours",
        "Waiting: another reading is under way",
    ),
    "library.job.pages": ("Lecture : page {done} sur {pages}", "Reading: page {done} of {pages}"),
    "library.job.done": (
        "Terminé : les documents répondent dès maintenant.",
        "Done: the documents answer from now on.",
    ),
    "library.job.same": (
        "Terminé : rien n’a changé dans les réponses.",
        "Done: nothing changed in the answers.",
    ),
    "library.job.rejected": (
        "La nouvelle version n’a pas été mise en service : {why}. L’ancienne répond toujours. "
        "Voyez la page Versions.",
        "The new release was not put in service: {why}. The former one still answers. "
        "See the page Releases.",
    ),
    "library.job.failed": (
        "La lecture s’est arrêtée. {why} Ce qui était en service répond toujours.",
        "The reading stopped. {why} What was in service still answers.",
    ),
}
