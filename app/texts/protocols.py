"""OpenAI-compatible clients, MCP."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # key: (French, English)
    "help.mcp": (
        "Ouvrir la collection à un assistant par MCP (chercher, demander, lire une page).",
        "Open the collection to an assistant through MCP (search, ask, read a page).",
    ),
    "protocols.sources": ("Sources :", "Sources:"),
    "protocols.nearest": ("Pages les plus proches :", "Nearest pages:"),
    "protocols.place": ("{document}, page {page}", "{document}, page {page}"),
    "protocols.unproved": (
        "(sans preuve dans les documents)",
        "(not proved by the documents)",
    ),
    "protocols.no_question": (
        "Aucune question : le dernier message de l’utilisateur doit contenir du texte.",
        "No question: the last user message must hold some text.",
    ),
    "protocols.too_long": (
        "La question dépasse {most} caractères ({length}). Raccourcissez-la.",
        "The question is longer than {most} characters ({length}). Shorten it.",
    ),
    "protocols.no_model": (
        "Le modèle « {model} » n’existe pas ici. Le seul est « {ours} ».",
        "There is no model “{model}” here. The only one is “{ours}”.",
    ),
    "protocols.no_document": (
        "Aucun document, ou plusieurs, pour « {document} ».",
        "No document, or several, for “{document}”.",
    ),
    "protocols.http": ("servir par HTTP plutôt que par stdio", "serve over HTTP instead of stdio"),
    "protocols.port": (
        "port de l’adresse 127.0.0.1 (avec --http ; 0 : un port libre)",
        "port of 127.0.0.1 (with --http; 0: any free one)",
    ),
    "protocols.pages_at": (
        "adresse de « ragphoto serve », pour que les citations s’ouvrent dans un navigateur",
        "address of “ragphoto serve”, so that citations open in a browser",
    ),
    "protocols.port_alone": (
        "--port ne sert qu’avec --http. Tapez : ragphoto mcp --http --port {port}",
        "--port is for --http. Run: ragphoto mcp --http --port {port}",
    ),
    "protocols.taken": (
        "On ne peut pas écouter sur {host}:{port} ({detail}). Essayez : "
        "ragphoto mcp --http --port {other}",
        "Cannot listen on {host}:{port} ({detail}). Try: ragphoto mcp --http --port {other}",
    ),
    "protocols.mcp_at": ("MCP à l’adresse {url}", "MCP at {url}"),
}
