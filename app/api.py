"""The HTTP service: ``uvicorn app.api:app`` or ``ragphoto serve``. Routes are in ``app/routes``."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from app import documented, messages, problems, rendering
from app.guard import Guard, PathsOnly
from app.readers import Readers
from app.repeats import Remember, Repeats, Replayed
from app.routes import (
    answers,
    asking,
    chat,
    diagnoses,
    documents,
    explaining,
    feedback,
    golden,
    learning,
    library,
    measures,
    monitoring,
    origin,
    persons,
    reading,
    releases,
    remarks,
    status,
    uploads,
    versions,
    viewing,
    web,
    words,
)
from app.routes.parts import language_of
from app.security import TRIES_A_MINUTE, Pace
from app.service import Service
from mlops.arrivals.reception import Reception
from mlops.rounds import Rounds
from rag.errors import RagError
from rag.settings import Home, Settings, find_home

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "web" / "static"
API = (
    asking, answers, explaining, feedback, persons, golden, documents, uploads, words, diagnoses,
    releases, measures, status, chat,
)  # fmt: skip
PAGES = (web, origin, viewing, remarks, library, reading, learning, versions, monitoring)


def create_app(
    home: Home | Path | None = None,
    settings: Settings | None = None,
    *,
    open_service: Callable[[Home, Settings], Service] = Service.open,
) -> FastAPI:
    """Build the application; the collection is opened when it starts, not before.

    Raises:
        SettingsError: a setting cannot be used.
    """
    where = home if isinstance(home, Home) else find_home(home)
    chosen = settings or Settings.load(where)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        logging.getLogger("uvicorn.access").addFilter(PathsOnly())
        service = open_service(where, chosen)
        app.state.service = service
        rounds = Rounds(where, chosen)
        rounds.start()
        app.state.reception = reception = Reception(where, chosen)
        reception.start()
        try:
            yield
        finally:
            reception.stop()
            rounds.stop()
            service.close()

    app = FastAPI(
        title="RAG Photographie",
        version="0.1.0",
        description=messages.text("app.tagline", chosen.language),
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from elsewhere; /openapi.json is there
        redoc_url=None,
    )
    app.state.settings = chosen
    app.state.pace = Pace()
    app.state.tries = Pace(TRIES_A_MINUTE)
    app.state.asking = Pace(chosen.asks_per_minute)
    app.state.repeats = Repeats(where.storage / "repeats")
    app.add_middleware(Remember)
    app.add_middleware(Readers)
    app.add_middleware(Guard, settings=chosen)
    for room in (*API, *PAGES):
        app.include_router(room.router)
    documented.complete(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    _explain_errors(app)
    return app


def _explain_errors(app: FastAPI) -> None:
    """Every error leaves as a problem document, or as a page for a person who reads pages."""

    def answer(request: Request, status: int, code: str, detail: str) -> Response:
        if rendering.wants_page(request):
            return rendering.error_page(request, status, detail)
        content = problems.body(status, code, detail)
        content["request_id"] = request.scope.get("request_id", "")
        return JSONResponse(content, status, media_type="application/problem+json")

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        language = language_of(request)
        if isinstance(error, problems.Problem):
            if error.key == "http.key_needed" and rendering.wants_page(request):
                return answer(request, 401, error.key, messages.text("web.key_ask", language))
            return answer(request, error.status_code, error.key, error.words(language))
        key = "http.not_found" if error.status_code == 404 else "http.error"
        words = messages.text(key, language)
        return answer(request, error.status_code, key, words)

    @app.exception_handler(Replayed)
    async def replayed(_: Request, done: Replayed) -> Response:
        return done.response

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        faults = "; ".join(
            f"{'.'.join(str(p) for p in e['loc'][1:]) or 'body'}: {e['msg']}"
            for e in error.errors()
        )
        words = messages.text("http.invalid", language_of(request), detail=faults)
        return answer(request, 422, "http.invalid", words)

    @app.exception_handler(RagError)
    async def ours(request: Request, error: RagError) -> Response:
        status_code = problems.status_of(error)
        log.warning("%s %s: %s", request.method, request.url.path, error)
        home = request.app.state.service.home.root
        words = messages.explain(error, language_of(request), home=home)
        return answer(request, status_code, error.code, words)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        about = (request.method, request.url.path, request.scope.get("request_id", ""))
        log.error("%s %s (request %s)", *about, exc_info=error)
        return answer(request, 500, "http.error", messages.text("http.error", language_of(request)))


def __getattr__(name: str) -> Any:
    """``app``, made when it is first asked for: importing this module does nothing."""
    if name == "app":
        globals()["app"] = made = create_app()
        return made
    raise AttributeError(name)
