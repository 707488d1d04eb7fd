"""The OpenAPI document made whole: examples, problems, the key of a write.

FastAPI writes the document from the routes; what it cannot know is added here. Examples are those
of the bundled sample, shortened; a test asks the service and compares their fields.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.documented_examples import ANSWERS, PARAMETERS, REQUESTS
from app.repeats import HEADER, PARAMETER, WRITES

ASKED = frozenset({"/ask", "/ask/stream", "/v1/chat/completions"})  # posted, yet nothing is done
PROBLEM = {
    "type": "object",
    "description": "RFC 9457; `detail` says what to do, in the language of `Accept-Language`",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "stable: for programs"},
        "detail": {"type": "string", "description": "for people"},
        "request_id": {"type": "string", "description": "as `X-Request-ID`, and in the log"},
    },
    "example": {
        "type": "about:blank", "title": "Not Found", "status": 404, "code": "http.no_document",
        "detail": "Aucun document de ce nom.", "request_id": "52595c64be1ca1d1",
    },
}  # fmt: skip
REFUSED = {
    "description": "what was refused, why, and what to do",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def complete(app: FastAPI) -> None:
    """Add to the document of the application what its routes do not say."""
    written = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = written()
            parts = document.setdefault("components", {}).setdefault("schemas", {})
            parts["Problem"] = PROBLEM
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    _operation(f"{method} {path}", method.upper(), path, operation)
            for name in ("HTTPValidationError", "ValidationError"):
                parts.pop(name, None)
        return written()

    app.openapi = openapi  # type: ignore[method-assign]


def _operation(key: str, method: str, path: str, operation: dict[str, Any]) -> None:
    given = operation.setdefault("parameters", [])
    if method in WRITES and path not in ASKED and HEADER not in {p["name"].lower() for p in given}:
        given.append(dict(PARAMETER))
    for one in given:
        if one["name"] in PARAMETERS and "examples" not in one.get("schema", {}):
            one.setdefault("example", PARAMETERS[one["name"]])
    if key in REQUESTS:
        operation["requestBody"]["content"]["application/json"]["example"] = REQUESTS[key]
    answers = operation["responses"]
    if not path.startswith("/v1/"):  # OpenAI's shape, told there
        answers.pop("422", None)
        answers.setdefault("default", REFUSED)
    for status, answer in answers.items():
        content = answer.get("content", {}).get("application/json")
        if status[:1] == "2" and content is not None and key in ANSWERS:
            content["example"] = ANSWERS[key]
