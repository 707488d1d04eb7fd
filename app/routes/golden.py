"""Golden questions from the web page and the API: a reader's question kept, with its pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.problems import Problem
from app.routes.parts import ServicePart
from app.schemas import MAX_QUESTION, MAX_TEXT
from app.security import may_edit
from rag.errors import SettingsError

router = APIRouter(tags=["golden"], dependencies=[Depends(may_edit)])

FORM = ("application/x-www-form-urlencoded", "multipart/form-data")


class GoldPage(BaseModel):
    """A page that answers, from 1."""

    model_config = ConfigDict(extra="forbid")
    document: str = Field(min_length=1, max_length=1000)
    page: int = Field(ge=1, le=1_000_000)


class GoldenIn(BaseModel):
    """Body of ``POST /golden``; what is left out is taken from the answer."""

    model_config = ConfigDict(extra="forbid")
    answer_id: str = Field(default="", max_length=64)
    question: str = Field(default="", max_length=MAX_QUESTION)
    pages: list[GoldPage] = Field(default_factory=list, max_length=50)
    answer: str = Field(default="", max_length=MAX_TEXT)
    quote: str = Field(default="", max_length=1000)
    kind: str = Field(default="", max_length=40)
    unanswerable: bool = False


class GoldenOut(BaseModel):
    """What ``POST /golden`` gives back: the question as it was written."""

    status: str = "success"
    id: str
    question: str
    kind: str
    pages: list[GoldPage]


async def given(request: Request) -> GoldenIn:
    """The body: JSON, or the form of the web page (``place`` is "document#page", "" for none).

    Raises:
        Problem: 422 when it is neither.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind not in FORM:
            return GoldenIn.model_validate_json(await request.body())
        form = await request.form()
        values: dict[str, Any] = {
            name: value
            for name in ("answer_id", "question", "answer", "quote", "kind")
            if isinstance(value := form.get(name), str)
        }
        places = [p for p in form.getlist("place") if isinstance(p, str)]
        pages = [p.rpartition("#") for p in places if p]
        values["pages"] = [{"document": document, "page": page} for document, _, page in pages]
        values["unanswerable"] = bool(places) and not pages
        return GoldenIn.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors()
        )
        raise Problem(422, "http.invalid", detail=faults) from error


@router.post(
    "/golden",
    response_model=GoldenOut,
    openapi_extra={
        "requestBody": {"content": {"application/json": {"schema": GoldenIn.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )}}}
    },
)  # fmt: skip
def add(
    request: Request, service: ServicePart, asked: Annotated[GoldenIn, Depends(given)]
) -> Response:
    """Add a question, with the pages that answer it, to the golden questions of the collection."""
    if not request.app.state.pace.allows(request.client.host if request.client else ""):
        raise Problem(429, "http.too_many")
    from mlops import golden_adding

    wanted = golden_adding.Given(
        question=asked.question,
        pages=tuple((page.document, page.page) for page in asked.pages),
        answer=asked.answer,
        quote=asked.quote,
        kind=asked.kind,
        unanswerable=asked.unanswerable,
        from_answer=asked.answer_id,
    )
    try:
        added = golden_adding.add(service.home, service.store, service.release, wanted)
    except SettingsError as error:
        if error.code == "golden_twice":
            raise Problem(409, "golden.already", id=error.details["id"]) from error
        raise Problem(422, f"error.{error.code}", **error.details) from error
    if request.headers.get("content-type", "").startswith(FORM):
        from app.rendering import collection, page

        return page(request, "kept.html", collection=collection(service), id=added.id)
    written = GoldenOut(
        id=added.id,
        question=added.question,
        kind=added.kind,
        pages=[GoldPage(document=document, page=number) for document, number in added.gold],
    )
    return JSONResponse(written.model_dump())
