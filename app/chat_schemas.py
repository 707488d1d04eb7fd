"""The collection as a model of OpenAI's chat API: what is asked, and an answer as a chat message.

Only what the collection can use is read; every other parameter is ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import shorten
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app import messages
from app.messages import Language
from app.problems import Problem
from app.schemas import MAX_QUESTION, citation_out, notes_out, verdict_message, view_url
from app.service import Service
from rag.records import Answer, Outcome, Support

MODEL = "rag-photographie"
MAX_MESSAGES = 1000
MAX_HISTORY = 20  # earlier questions that give the context
NEAREST = 5  # pages told instead of an answer
EXCERPT = 220  # characters of each
MARKUP = re.compile(r"[\\\[\]<`]")


class PartIn(BaseModel):
    """One part of a message; only text is read."""

    type: str = "text"
    text: str = ""


class MessageIn(BaseModel):
    """One message of the conversation."""

    role: str = Field(max_length=32, examples=["user"])
    content: str | list[PartIn] | None = None

    @property
    def text(self) -> str:
        """Its words; what is no character is « ? »."""
        words = self.content or ""
        if isinstance(words, list):
            words = "\n".join(part.text for part in words if part.type == "text")
        return words.encode("utf-8", "replace").decode("utf-8").strip()


class StreamOptionsIn(BaseModel):
    """Options of a stream."""

    include_usage: bool = False


class ChatIn(BaseModel):
    """Body of ``POST /v1/chat/completions``."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "model": MODEL,
                    "messages": [
                        {"role": "user", "content": "Comment préparer le bain de fixage ?"}
                    ],
                }
            ]
        },
    )
    model: str = Field(default=MODEL, max_length=200, examples=[MODEL])
    messages: list[MessageIn] = Field(min_length=1, max_length=MAX_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptionsIn | None = None
    user: str | None = Field(
        default=None, max_length=512, description="tells your readers apart; kept as a hash"
    )

    def question(self) -> tuple[str, tuple[str, ...]]:
        """The last question, and those before it, oldest first.

        Raises:
            Problem: 400 when there is none, or it is too long.
        """
        asked = [message.text for message in self.messages if message.role == "user"]
        if not asked or not asked[-1]:
            raise Problem(400, "protocols.no_question")
        if len(asked[-1]) > MAX_QUESTION:
            length = len(asked[-1])
            raise Problem(400, "protocols.too_long", most=MAX_QUESTION, length=length)
        before = [text for text in asked[:-1] if 0 < len(text) <= MAX_QUESTION]
        return asked[-1], tuple(before[-MAX_HISTORY:])


class UrlCitationOut(BaseModel):
    """Where the mark of a source stands in the text, and what it leads to."""

    start_index: int
    end_index: int
    url: str
    title: str


class AnnotationOut(BaseModel):
    """A citation as OpenAI's clients know them."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitationOut


class ChatCitationOut(BaseModel):
    """One source of an answer, under its number in the text."""

    number: int
    document: str
    document_id: str
    page: int
    quotation: str
    confidence: float = Field(description="how surely the cited words were read, 0 to 1")
    url: str


class MessageOut(BaseModel):
    """What the collection says."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[AnnotationOut]


class ChoiceOut(BaseModel):
    """The only answer."""

    index: int = 0
    message: MessageOut
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class UsageOut(BaseModel):
    """Tokens paid to a language model; 0 when the sentences are quotations."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class ChatOut(BaseModel):
    """What ``POST /v1/chat/completions`` gives back."""

    id: str = Field(description="chatcmpl- and the answer_id, by which POST /feedback knows it")
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[ChoiceOut]
    usage: UsageOut
    citations: list[ChatCitationOut]
    outcome: str = Field(description="answer, nearest or nothing")


class ModelOut(BaseModel):
    """The collection, as a model."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = MODEL


class ModelsOut(BaseModel):
    """What ``GET /v1/models`` gives back."""

    object: Literal["list"] = "list"
    data: list[ModelOut]


class FaultOut(BaseModel):
    """An error, as OpenAI's clients read it."""

    message: str = Field(description="what to do, in words")
    type: str = Field(examples=["invalid_request_error"])
    param: str | None
    code: str


class ErrorOut(BaseModel):
    """What any of these routes gives back instead."""

    error: FaultOut


@dataclass(frozen=True)
class Reply:
    """An answer as a chat message: pieces that make its text, and what its marks lead to."""

    pieces: tuple[str, ...]
    annotations: tuple[AnnotationOut, ...]
    citations: tuple[ChatCitationOut, ...]

    @property
    def text(self) -> str:
        """The whole message."""
        return "".join(self.pieces)


def reply(answer: Answer, service: Service, base: str, language: Language) -> Reply:
    """Word an answer for a chat: sentences with [1], then the sources; or the nearest pages.

    Args:
        answer: of the collection.
        service: that answered.
        base: address of the service, without a slash at its end.
        language: of the reader.
    """
    if answer.outcome is not Outcome.ANSWER:
        return Reply((_instead(answer, base, language),), (), ())
    citations, marks = numbered(answer, service, base)
    pieces: list[str] = []
    annotations: list[AnnotationOut] = []
    length = 0
    for sentence, numbers in zip(answer.sentences, marks, strict=True):
        piece = (" " if pieces else "") + plain_words(sentence.text)
        for number in numbers:
            source = citations[number - 1]
            piece += f" [{number}]"
            end = length + len(piece)
            cited = UrlCitationOut(
                start_index=end - len(f"[{number}]"),
                end_index=end,
                url=source.url,
                title=_place(source.document, source.page, language),
            )
            annotations.append(AnnotationOut(url_citation=cited))
        if sentence.support is Support.UNSUPPORTED:
            piece += " " + messages.text("protocols.unproved", language)
        pieces.append(piece)
        length += len(piece)
    pieces.append(_beside(answer, citations, language))
    return Reply(tuple(pieces), tuple(annotations), tuple(citations))


def numbered(
    answer: Answer, service: Service, base: str
) -> tuple[list[ChatCitationOut], list[list[int]]]:
    """The sources of an answer, each once, and the numbers of those that prove each sentence."""
    known: dict[str, ChatCitationOut] = {}
    marks: list[list[int]] = []
    for sentence in answer.sentences:
        cited: dict[int, None] = {}
        for citation in sentence.citations:
            told = citation_out(citation, service.size)
            url = base + told.view_url
            if url not in known:
                known[url] = ChatCitationOut(
                    number=len(known) + 1,
                    document=told.document,
                    document_id=told.document_id,
                    page=told.page,
                    quotation=told.quotation,
                    confidence=told.confidence,
                    url=url,
                )
            cited[known[url].number] = None
        marks.append(list(cited))
    return list(known.values()), marks


def spoken(answer: Answer, default: Language) -> Language:
    """The language of the question when it is one of ours."""
    asked = answer.query.language if answer.query else ""
    return asked if asked in messages.LANGUAGES else default


def plain_words(text: str) -> str:
    """Words of a document as a chat shows them: lines stay lines, no link or image comes alive."""
    return MARKUP.sub(lambda found: "\\" + found[0], text).replace("\n", "  \n")


def usage_of(answer: Answer) -> UsageOut:
    """What a language model was paid; the record does not tell in from out."""
    tokens = answer.writing.tokens
    return UsageOut(completion_tokens=tokens, total_tokens=tokens)


def _beside(answer: Answer, sources: list[ChatCitationOut], language: Language) -> str:
    """What to beware of, how the question was understood, and the list of sources."""
    said = [verdict_message(answer.verdict, language), *notes_out(answer.query, language)]
    paragraphs = [words for words in said if words]
    if sources:
        lines = [messages.text("protocols.sources", language), ""]
        lines += [f"{s.number}. {_link(s.document, s.page, s.url, language)}" for s in sources]
        paragraphs.append("\n".join(lines))
    return "".join(f"\n\n{paragraph}" for paragraph in paragraphs)


def _instead(answer: Answer, base: str, language: Language) -> str:
    """Why there is no answer, and the pages to look at."""
    said = [verdict_message(answer.verdict, language), *notes_out(answer.query, language)]
    paragraphs = [words for words in said if words]
    if answer.pages:
        lines = [messages.text("protocols.nearest", language), ""]
        for number, hit in enumerate(answer.pages[:NEAREST], 1):
            url = base + view_url(hit.document_id, hit.index)
            excerpt = shorten(hit.excerpt, EXCERPT, placeholder=" …")
            link = _link(hit.document, hit.page, url, language)
            lines.append(f"{number}. {link} — {plain_words(excerpt)}")
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


def _place(document: str, page: int, language: Language) -> str:
    return messages.text("protocols.place", language, document=document, page=page)


def _link(document: str, page: int, url: str, language: Language) -> str:
    return f"[{plain_words(_place(document, page, language))}]({url})"


def completion(answer: Answer, told: Reply, created: int) -> ChatOut:
    """The whole answer at once."""
    message = MessageOut(content=told.text, annotations=list(told.annotations))
    return ChatOut(
        id=f"chatcmpl-{answer.answer_id}",
        created=created,
        choices=[ChoiceOut(message=message)],
        usage=usage_of(answer),
        citations=list(told.citations),
        outcome=answer.outcome.value,
    )


def chunks(
    answer: Answer, told: Reply, created: int, *, include_usage: bool
) -> list[dict[str, Any]]:
    """The answer as a stream tells it: its pieces, what they cite, and the end."""
    head: dict[str, Any] = {
        "id": f"chatcmpl-{answer.answer_id}",
        "object": "chat.completion.chunk",
        "created": created,
        "model": MODEL,
    }
    if include_usage:
        head["usage"] = None

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**head, "choices": [choice], **more}

    made = [chunk({"role": "assistant", "content": ""})]
    made += [chunk({"content": piece}) for piece in told.pieces if piece]
    if told.annotations:
        made.append(chunk({"annotations": [a.model_dump() for a in told.annotations]}))
    cited = [citation.model_dump() for citation in told.citations]
    made.append(chunk({}, "stop", citations=cited, outcome=answer.outcome.value))
    if include_usage:
        made.append({**head, "choices": [], "usage": usage_of(answer).model_dump()})
    return made
