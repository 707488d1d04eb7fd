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
    "library.file.taken": ("reçu (pages : {pages})", "received (pages: {pages})"),
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
    # --- the page -----------------------------------------------------------------------------
    "library.title": ("Bibliothèque", "Library"),
    "library.lead": (
        "Ce qui est là, et comment chaque page a été lue.",
        "What is there, and how each page was read.",
    ),
    "library.add": ("Ajouter des documents", "Add documents"),
    "library.choose": (
        "PDF, images, photos, textes, tableaux : {megabytes} Mo au plus par envoi.",
        "PDF, images, photos, texts, tables: at most {megabytes} MB an upload.",
    ),
    "library.drop": ("Déposez-les ici, ou choisissez-les", "Drop them here, or choose them"),
    "library.send": ("Ajouter", "Add"),
    "library.sending": ("Envoi : {percent} %", "Sending: {percent}%"),
    "library.unsent": (
        "L’envoi s’est interrompu. Vérifiez que le service tourne, puis recommencez.",
        "The upload was cut off. Check that the service runs, then try again.",
    ),
    "library.lost_sight": (
        "Le suivi s’est interrompu ; la lecture continue. Rechargez la page.",
        "The progress was cut off; the reading goes on. Reload the page.",
    ),
    "library.sample_note": (
        "La collection d’exemple laissera la place à vos documents dès le premier ajout.",
        "The sample collection gives way to your documents at the first one you add.",
    ),
    "library.find_name": ("Dans le nom", "In the name"),
    "library.find_text": ("Dans le texte", "In the text"),
    "library.find": ("Chercher", "Search"),
    "library.everything": ("Tout afficher", "Show everything"),
    "library.inside": ("Pages trouvées pour « {text} »", "Pages found for “{text}”"),
    "library.none_inside": (
        "Aucune page ne parle de cela. Essayez d’autres mots, ou videz « Dans le nom ».",
        "No page is about that. Try other words, or empty “In the name”.",
    ),
    "library.none": ("Aucun document pour l’instant.", "No document yet."),
    "library.none_named": ("Aucun document de ce nom.", "No document has that name."),
    "library.caption": (
        "Documents : {first} à {last} sur {total}",
        "Documents: {first} to {last} of {total}",
    ),
    "library.document": ("Document", "Document"),
    "kind.pdf": ("PDF", "PDF"),
    "kind.image": ("image", "image"),
    "kind.photo": ("photo", "photo"),
    "kind.markdown": ("notes", "notes"),
    "kind.text": ("texte", "text"),
    "kind.csv": ("tableau", "table"),
    "kind.docx": ("Word", "Word"),
    "kind.odt": ("texte ODT", "ODT text"),
    "kind.html": ("page web", "web page"),
    "kind.epub": ("livre EPUB", "EPUB book"),
    "library.count": ("{pages} pages", "{pages} pages"),
    "library.count_one": ("1 page", "1 page"),
    "library.reading": ("Lecture des pages", "How the pages were read"),
    "library.actions": ("Actions", "Actions"),
    "library.page": ("page {page}", "page {page}"),
    "library.strip": ("{pages} : {statuses}", "{pages}: {statuses}"),
    "library.unread": ("Pages sans texte : {count}", "Pages without text: {count}"),
    "library.more_unread": ("et encore {count}", "and {count} more"),
    "library.legend": ("Couleurs", "Colours"),
    "library.look.h4": ("sûre (dès 97 %)", "sure (from 97%)"),
    "library.look.h3": ("bonne (dès 92 %)", "good (from 92%)"),
    "library.look.h2": ("moyenne (dès 85 %)", "fair (from 85%)"),
    "library.look.h1": ("douteuse", "doubtful"),
    "library.look.hf": ("en échec", "failed"),
    "library.look.hb": ("blanche", "blank"),
    "library.reread": ("Relire", "Read again"),
    "library.delete": ("Supprimer", "Delete"),
    "library.search_in": ("Chercher dedans", "Search inside"),
    "library.of": ("{action} : {name}", "{action}: {name}"),
    "library.older": ("Suivants", "Next"),
    "library.newer": ("Précédents", "Previous"),
    "library.refusals": ("Fichiers laissés de côté", "Files left aside"),
    "library.deleted_ones": ("Documents supprimés", "Deleted documents"),
    "library.undo": ("Annuler la suppression", "Undo the deletion"),
    "library.restore": ("Restaurer", "Restore"),
    "library.not_added": ("Rien de nouveau n’a été ajouté", "Nothing new was added"),
    # --- the page of a job, and before a deletion ---------------------------------------------
    "library.jobs.upload": ("Ajout de documents", "Adding documents"),
    "library.jobs.reread": ("Nouvelle lecture", "Reading again"),
    "library.jobs.restore": ("Restauration", "Restoring"),
    "library.jobs.sample": ("Lecture de la collection d’exemple", "Reading the sample collection"),
    "library.job.leave": (
        "Vous pouvez quitter cette page : le travail continue.",
        "You may leave this page: the work goes on.",
    ),
    "library.job.ask": ("Poser une question", "Ask a question"),
    "library.job.look": ("Voir la bibliothèque", "See the library"),
    "library.sure": ("Supprimer « {name} » ?", "Delete “{name}”?"),
    "library.loses": (
        "Dès la prochaine question, plus rien n’y sera cherché ni cité ({pages}).",
        "From the next question on, nothing in it is searched or cited ({pages}).",
    ),
    "library.keeps": (
        "Le fichier reste dans data/, avec ce qui en a été lu : vous pourrez annuler.",
        "The file stays in data/, with what was read of it: you can undo this.",
    ),
    "library.cancel": ("Ne rien changer", "Change nothing"),
    # --- the first visit ----------------------------------------------------------------------
    "library.first": (
        "Vos documents répondent, page à l’appui",
        "Your documents answer, page in hand",
    ),
    "library.first.1": ("Ajoutez des livres et des notes", "Add books and notes"),
    "library.first.1.text": (
        "PDF, scans, photos, textes. Tout reste sur cette machine.",
        "PDF, scans, photos, texts. Everything stays on this machine.",
    ),
    "library.first.2": ("Ils sont lus page par page", "They are read page by page"),
    "library.first.2.text": (
        "Les pages douteuses ou manquantes sont montrées, avec le remède.",
        "Doubtful or missing pages are shown, with the remedy.",
    ),
    "library.first.3": ("Posez vos questions", "Ask your questions"),
    "library.first.3.text": (
        "Chaque phrase renvoie aux mots imprimés. Sans preuve, pas de réponse.",
        "Every sentence points at the printed words. Without proof, no answer.",
    ),
    "library.first.sample": ("Essayer avec la collection d’exemple", "Try the sample collection"),
    "library.first.own": ("Ajouter mes documents", "Add my documents"),
    "library.first.reader": (
        "Votre clé permet de lire : demandez à qui gère la collection d’ajouter des documents.",
        "Your key lets you read: ask whoever keeps the collection to add documents.",
    ),
}
