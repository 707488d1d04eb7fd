"""What is said of answers that a language model writes, or should have written."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {  # key: (French, English)
    "writing.by": (
        "Rédigé par {model} ; chaque phrase a été comparée aux pages.",
        "Written by {model}; every sentence was compared with the pages.",
    ),
    "writing.unsupported": (
        "non vérifié : aucune page trouvée ne le dit",
        "not verified: no page that was found says so",
    ),
    # --- why a configured model did not write: the answer is quoted ----------------------------
    "writing.fallback.timeout": (
        "Phrases citées : le modèle n’a pas répondu à temps.",
        "Quoted sentences: the model did not answer in time.",
    ),
    "writing.fallback.unreachable": (
        "Phrases citées : rien ne répond à l’adresse du modèle. Tapez : ragphoto doctor",
        "Quoted sentences: nothing answers at the model’s address. Run: ragphoto doctor",
    ),
    "writing.fallback.refused": (
        "Phrases citées : le serveur du modèle a refusé (clé, quota, nom du modèle ou panne).",
        "Quoted sentences: the model’s server refused (key, quota, name of the model or fault).",
    ),
    "writing.fallback.malformed": (
        "Phrases citées : la réponse du modèle était vide, coupée ou illisible.",
        "Quoted sentences: the model’s answer was empty, cut short or unreadable.",
    ),
    "writing.fallback.budget": (
        "Phrases citées : la question ou la réponse dépasse le nombre de jetons réglé.",
        "Quoted sentences: the question or the answer is longer than the tokens set.",
    ),
    "writing.fallback.cancelled": (
        "Phrases citées : la rédaction a été interrompue.",
        "Quoted sentences: the writing was interrupted.",
    ),
    "writing.fallback.declined": (
        "Phrases citées : le modèle n’a pas trouvé de réponse dans les passages.",
        "Quoted sentences: the model found no answer in the passages.",
    ),
    "writing.fallback.unsupported": (
        "Phrases citées : trop peu de ce que le modèle a écrit se vérifie dans les pages.",
        "Quoted sentences: too little of what the model wrote can be verified in the pages.",
    ),
    "writing.fallback.other": (
        "Phrases citées : le modèle n’a pas rédigé ({code}).",
        "Quoted sentences: the model did not write ({code}).",
    ),
    "error.writer_settings": (
        "Un modèle qui rédige veut une adresse et un nom : réglez RAG_WRITER_URL (par exemple "
        "http://127.0.0.1:11434/v1) et RAG_WRITER_MODEL, ou aucun des deux.",
        "A model that writes wants an address and a name: set RAG_WRITER_URL (such as "
        "http://127.0.0.1:11434/v1) and RAG_WRITER_MODEL, or neither.",
    ),
    # --- ragphoto doctor -----------------------------------------------------------------------
    "doctor.writer.set": ("rédaction par {model}, à {url}", "writing by {model}, at {url}"),
    "doctor.writer.client": (
        "rédaction par {model} réglée, mais le client manque. "
        "Tapez : pip install 'rag-photographie[llm]'",
        "writing by {model} is set, but the client is missing. "
        "Run: pip install 'rag-photographie[llm]'",
    ),
    "doctor.writer.none": (
        "aucun modèle ne rédige : les réponses sont des phrases citées (docs/models.md)",
        "no model writes: answers are quoted sentences (docs/models.md)",
    ),
    "doctor.writer.ollama": (
        "Ollama répond sur cette machine ; il n’est pas utilisé. Pour qu’il rédige, ajoutez à "
        "ragphoto.toml :\n"
        '    writer_url = "{url}"\n    writer_model = "{model}"\n    writer_timeout_s = 120',
        "Ollama answers on this machine; it is not used. To let it write, add to ragphoto.toml:\n"
        '    writer_url = "{url}"\n    writer_model = "{model}"\n    writer_timeout_s = 120',
    ),
    "doctor.writer.empty": (
        "Ollama répond sur cette machine, sans modèle. Tapez : ollama pull mistral",
        "Ollama answers on this machine, without a model. Run: ollama pull mistral",
    ),
}
