"""The collection for clients of OpenAI-compatible services: their addresses, their errors."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app import messages, problems
from app.chat_schemas import (
    MODEL,
    ChatIn,
    ChatOut,
    ErrorOut,
    ModelOut,
    ModelsOut,
    chunks,
    completion,
    reply,
    spoken,
)
from app.problems import Problem
from app.readers import reader_of
from app.routes.parts import ServicePart, language_of
from app.security import may_ask, may_read, may_write
from app.streaming import told
from rag.errors import RagError
from rag.records import Answer

log = logging.getLogger(__name__)

KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


class AsTheirs(APIRoute):
    """A route whose errors have the shape that OpenAI's clients read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with what it raises told in that shape."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except Exception as error:  # noqa: BLE001 - every error is told, none is lost
                status, body = refusal(request, error)
                return JSONResponse(body, status)

        return handle


router = APIRouter(
    prefix="/v1",
    tags=["chat"],
    route_class=AsTheirs,
    responses={"4XX": {"model": ErrorOut}, "5XX": {"model": ErrorOut}},
)


@router.get("/models", dependencies=[Depends(may_read)])
def models() -> ModelsOut:
    """The one model there is: the collection."""
    return ModelsOut(data=[ModelOut(created=0)])


@router.get("/models/{model}", dependencies=[Depends(may_read)])
def model(model: str) -> ModelOut:
    """That model."""
    known(model)
    return ModelOut(created=0)


@router.post(
    "/chat/completions",
    dependencies=[Depends(may_ask)],
    response_model=ChatOut,
    responses={200: {"content": {"text/event-stream": {}}}},
)
def complete(asked: ChatIn, request: Request, service: ServicePart) -> Any:
    """Answer the last message; the sources are in its text, its annotations and ``citations``.

    With ``stream``, sentences come once they are checked, never before.
    """
    known(asked.model)
    question, history = asked.question()
    reader = reader_in(asked, request)
    base = str(request.base_url).rstrip("/")
    if not asked.stream:
        answer = service.ask(question, reader=reader, history=history)
        told_reply = reply(answer, service, base, language_for(request, answer))
        return completion(answer, told_reply, int(time.time()))
    service.release  # noqa: B018 - an empty collection is told by a status, not in the stream
    usage = bool(asked.stream_options and asked.stream_options.include_usage)

    def pieces(answer: Answer) -> dict[str, Any]:
        worded = reply(answer, service, base, language_for(request, answer))
        return {"chunks": chunks(answer, worded, int(time.time()), include_usage=usage)}

    events = told(
        lambda watch: service.ask(question, reader=reader, history=history, watch=watch),
        pages=lambda _: {},
        answer=pieces,
        error=lambda error: refusal(request, error)[1],
        gone=request.is_disconnected,
    )

    async def lines() -> AsyncIterator[bytes]:
        yield b": searching\n\n"  # a comment: the connection is alive
        async with aclosing(events) as items:
            async for name, data in items:
                for chunk in data["chunks"] if name == "answer" else ():
                    yield _line(chunk)
                if name == "error":
                    yield _line(data)
        yield b"data: [DONE]\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream", headers=STREAM_HEADERS)


@router.api_route(
    "/{rest:path}",
    methods=["GET", "POST"],
    include_in_schema=False,
    dependencies=[Depends(may_write)],
)
def nowhere(rest: str) -> None:
    """What OpenAI has and a collection has not."""
    raise Problem(404, "http.not_found")


def known(model: str) -> None:
    """Refuse any other model.

    Raises:
        Problem: 404 when it is not ours.
    """
    if model != MODEL:
        raise Problem(404, "protocols.no_model", model=model, ours=MODEL)


def reader_in(asked: ChatIn, request: Request) -> str:
    """The reader: the ``user`` of the client, as a hash; else as everywhere."""
    if asked.user:
        return hashlib.sha256(asked.user.encode()).hexdigest()[:32]
    return reader_of(request)


def language_for(request: Request, answer: Answer) -> messages.Language:
    """The reader's when the client says it, else the question's own when we speak it."""
    chosen = language_of(request)
    return chosen if "accept-language" in request.headers else spoken(answer, chosen)


def refusal(request: Request, error: Exception) -> tuple[int, dict[str, Any]]:
    """The status and the body of an error, as OpenAI's clients read them."""
    language = language_of(request)
    param = None
    if isinstance(error, RequestValidationError):
        fault = error.errors()[0]
        param = ".".join(str(part) for part in fault["loc"][1:]) or None
        status, code = 400, "http.invalid"
        words = messages.text(code, language, detail=f"{param or 'body'}: {fault['msg']}")
    elif isinstance(error, Problem):
        status, code, words = error.status_code, error.key, error.words(language)
    elif isinstance(error, HTTPException):
        status, code, words = error.status_code, "http.error", str(error.detail)
    elif isinstance(error, RagError):
        status, code = problems.status_of(error), error.code
        words = messages.explain(error, language, home=request.app.state.service.home.root)
    else:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        status, code, words = 500, "http.error", messages.text("http.error", language)
    kind = KINDS.get(status, "server_error" if status >= 500 else "invalid_request_error")
    code = "model_not_found" if code == "protocols.no_model" else CODES.get(status, code)
    return status, {"error": {"message": words, "type": kind, "param": param, "code": code}}


def _line(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
