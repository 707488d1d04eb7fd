"""From a question to an answer that can be checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rag.records.proof import Citation
from rag.records.reading import Chunk


class Origin(StrEnum):
    """Where a term of a query comes from."""

    TYPED = "typed"
    THESAURUS = "thesaurus"  # ours: words that mean the same
    COLLECTION = "collection"  # said by an index, a glossary or a definition of these documents
    SPELLING = "spelling"  # a word of the collection close to one that it does not hold


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of saying a concept: index terms that must all stand in a passage to count."""

    terms: tuple[str, ...]
    weight: float  # 1 as typed; less for what was not typed, so that it cannot drown exact words
    origin: Origin


@dataclass(frozen=True, slots=True)
class Concept:
    """A word or a phrase of the question and the ways of saying it, as typed first."""

    asked: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class PhotoTest:
    """What a photo's EXIF must hold: ``low <= field <= high``, or words of a name."""

    field: str  # "aperture" (f-number), "shutter_s", "iso", "focal_mm", "year", "camera", "lens"
    low: float = float("-inf")
    high: float = float("inf")
    words: str = ""  # of "camera" and "lens", folded


@dataclass(frozen=True, slots=True)
class Filters:
    """Which part of the collection may answer; an empty field asks nothing."""

    documents: tuple[str, ...] = ()  # names shown, or parts of them
    kinds: tuple[str, ...] = ()  # of Source: "pdf", "photo", "csv", …
    years: tuple[int, int] | None = None  # of publication, both included
    languages: tuple[str, ...] = ()  # of the passage: "fr", "en"
    min_confidence: float = 0.0  # OCR confidence of the passage, 0..1
    photo: tuple[PhotoTest, ...] = ()

    @property
    def empty(self) -> bool:
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood: what is looked for, and where."""

    text: str  # as typed
    standalone: str  # with what the questions before it said: this is what is embedded
    language: str  # "fr", "en", "de", … ; "fr" when nothing tells
    concepts: tuple[Concept, ...]
    filters: Filters = Filters()
    notes: tuple[
        tuple[str, str], ...
    ] = ()  # said to people: ("spelling", "diafragme → diaphragme")

    @property
    def terms(self) -> tuple[str, ...]:
        """The index terms as typed, each once."""
        typed = (v for c in self.concepts for v in c.variants if v.origin is Origin.TYPED)
        return tuple(dict.fromkeys(term for variant in typed for term in variant.terms))


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk: its row in the release and why it ranks where it does."""

    row: int
    chunk: Chunk
    score: float  # fused, relative to this question only
    lexical: float  # raw BM25; 0 when not among the best
    dense: float  # raw cosine; nan without an embedder, or when not among the nearest
    before: Chunk | None = None  # what it continues, to be read with it: a cut may go through
    after: Chunk | None = None  # the answer; None at the ends of a document or of a table


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page found for a question, best first in a list; counted from 0 inside."""

    document_id: str
    document: str
    index: int
    score: float
    excerpt: str = ""
    also: tuple[PageHit, ...] = ()  # copies of the same text elsewhere, shown once

    @property
    def page(self) -> int:
        """As people count: from 1."""
        return self.index + 1


class Outcome(StrEnum):
    """Three ways to answer."""

    ANSWER = "answer"
    NEAREST = "nearest"  # "voici les pages les plus proches"
    NOTHING = "nothing"  # "je n'ai rien trouvé"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the collection answers a question, from absolute signals."""

    outcome: Outcome
    score: float  # absolute: the probability that the collection answers, 0..1
    reason: str  # code: "nothing_found", "weak_evidence"…; with ANSWER a caution, usually ""
    signals: dict[str, float] = field(default_factory=dict)  # named: "coverage", "cosine", …
    detail: str = ""  # the word that the reason is about


@dataclass(frozen=True, slots=True)
class Recalled:
    """A validated answer that a question is like; see ``rag.retrieve.memory``."""

    entry_id: str
    row: int  # the chunk that holds its proof: text[start:end]
    start: int
    end: int
    place: int  # 0: its page goes first; 1: second
    value: float  # how like, a logit
    sure: bool  # enough to quote its proof, and to answer what would have been refused


@dataclass(frozen=True, slots=True)
class Search:
    """The ranked hits and pages of one question, and the verdict on them."""

    question: str
    query: Query
    hits: tuple[Hit, ...]
    pages: tuple[PageHit, ...]
    verdict: Verdict
    release: str
    stages: tuple[tuple[str, float], ...] = field(default=(), compare=False)  # seconds
    recalled: Recalled | None = None  # the validated answer that brought a page to the front


class Support(StrEnum):
    """How a sentence is tied to the page."""

    QUOTED = "quoted"  # it is the printed words
    ALIGNED = "aligned"  # a model's words, each number and most terms found in the citation
    CONTRADICTED = "contradicted"  # a model's words, and the citation says another number
    UNSUPPORTED = "unsupported"  # a model's words that no passage proves: marked, never cited


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer and the places that prove it (none only when unsupported)."""

    text: str
    citations: tuple[Citation, ...]
    support: Support = Support.QUOTED


@dataclass(frozen=True, slots=True)
class Writing:
    """Who wrote an answer: nobody (quoted sentences) or a language model."""

    model: str = ""  # "" when the sentences are quotations
    prompt: str = ""  # version and hash of the prompt
    tokens: int = 0  # that the model was paid for, in and out
    fallback: str = ""  # why a configured model did not write: "timeout", "unreachable", …


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got, and everything needed to check it."""

    answer_id: str
    question: str
    outcome: Outcome
    sentences: tuple[Sentence, ...]  # empty unless outcome is ANSWER
    pages: tuple[PageHit, ...]  # nearest pages, always filled when the release has pages
    verdict: Verdict
    release: str
    seconds: float
    query: Query | None = None
    hits: tuple[Hit, ...] = ()  # what the answer was made from, best first
    history: tuple[str, ...] = ()  # questions before it in the conversation
    writing: Writing = Writing()
    stages: tuple[tuple[str, float], ...] = field(default=(), compare=False)  # seconds
    recalled: Recalled | None = None  # the validated answer that brought a page to the front

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.sentences)


@dataclass(frozen=True, slots=True)
class TracedHit:
    """A hit as it is kept: enough to say why it ranked, without its text."""

    row: int
    chunk_id: str
    document_id: str
    indexes: tuple[int, ...]  # every page it touches, from 0
    score: float
    lexical: float
    dense: float


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came about: what is needed to make it again in its release."""

    query: Query | None
    history: tuple[str, ...]
    hits: tuple[TracedHit, ...]
    verdict: Verdict
    writing: Writing
    program: str = ""  # rag.program.program() of the engine that answered
    recalled: Recalled | None = None

    @classmethod
    def of(cls, answer: Answer, program: str = "") -> Trace:
        hits = tuple(
            TracedHit(
                row=hit.row,
                chunk_id=hit.chunk.chunk_id,
                document_id=hit.chunk.document_id,
                indexes=hit.chunk.pages,
                score=hit.score,
                lexical=hit.lexical,
                dense=hit.dense,
            )
            for hit in answer.hits
        )
        return cls(
            answer.query, answer.history, hits, answer.verdict, answer.writing, program,
            answer.recalled,
        )  # fmt: skip
