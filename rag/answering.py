"""A search that found → the sentences shown: a model's, each one proved, or quotations.

A model's text is never shown as it came: each sentence is tied to words of the hits
(``rag.answer.align``). One that contradicts its source is dropped, one that nothing proves is
marked, and when fewer than half are proved the answer is quoted instead. So is it whenever the
model fails, whatever the reason; ``Writing.fallback`` says which.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from rag.agreeing import Agreements
from rag.answer.align import Similarity, align, split_sentences
from rag.answer.cite import cite
from rag.answer.disagree import REASON as SOURCES_DISAGREE
from rag.answer.disagree import disagreement
from rag.answer.extract import extract
from rag.answer.write import Draft, Writer
from rag.errors import WriterFailed
from rag.french.analysis import analyse
from rag.index.release import Release
from rag.records import Chunk, Citation, Recalled, Search, Sentence, Support, Writing

log = logging.getLogger(__name__)

THIN = 3  # terms in common under which a proof must hold the whole sentence
PROVED = 0.5  # share of a model's sentences under which none of them is shown


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows an answer while it is made: a reader on the other end of a stream."""

    search: Callable[[Search], None] | None = None  # told what was found, before any sentence
    token: Callable[[str], None] | None = None  # told a model's text as it comes: provisional
    cancelled: Callable[[], bool] | None = None  # True once the reader has left


@dataclass(frozen=True, slots=True)
class Worded:
    """The sentences of an answer, and who wrote them."""

    sentences: tuple[Sentence, ...]
    reason: str = ""  # code for the verdict: "sources_disagree", "weak_evidence" when none is left
    writing: Writing = field(default_factory=Writing)


class Answerer:
    """Words the answers of one release; safe to call from several threads.

    Args:
        release: an open release.
        writer: a language model; None to quote.
        agreements: word pieces compared with the question, to choose quotations; None to go by
            words only.
        similarity: a sentence and texts → cosines, for the alignment; None to go by words only.
    """

    def __init__(
        self,
        release: Release,
        writer: Writer | None = None,
        *,
        agreements: Agreements | None = None,
        similarity: Similarity | None = None,
    ) -> None:
        self._release = release
        self._writer = writer
        self._agreements = agreements
        self._similarity = similarity

    def answer(self, search: Search, watch: Watch | None = None) -> Worded:
        """Word the answer to a question that the verdict says can be answered."""
        query = search.query
        if (remembered := search.recalled) is not None and remembered.sure:
            proof = self._remembered(remembered)
            if proof is not None:
                return Worded((proof,))
        both = disagreement(
            query.standalone,
            search.hits,
            analyse=analyse,
            idf=self._release.bm25.weight,
            cite=self.cite,
            concepts=query.concepts,
        )
        if both:  # quoted, whoever writes: each number beside its own source
            return Worded(both, SOURCES_DISAGREE)
        writing = Writing()
        if self._writer is not None:
            sentences, writing = self._written(self._writer, search, watch or Watch())
            if sentences:
                return Worded(sentences, "", writing)
        quoted = self._quoted(search)
        return Worded(quoted, "" if quoted else "weak_evidence", writing)

    def _remembered(self, recalled: Recalled) -> Sentence | None:
        """The printed words that a person pointed at; None when they are not there to be shown."""
        chunk = self._release.chunk(recalled.row)
        try:
            citation = self.cite(chunk, recalled.start, recalled.end)
        except (LookupError, ValueError):
            log.warning("the proof of entry %s is not in this release", recalled.entry_id)
            return None
        return Sentence(citation.quotation, (citation,))

    def cite(self, chunk: Chunk, start: int, end: int) -> Citation:
        """Prove ``chunk.text[start:end]`` in this release; see ``rag.answer.cite``."""
        return cite(
            chunk,
            start,
            end,
            page_of=self._release.page,
            section_of=self._release.section,
            name_of=self._release.names.__getitem__,
            release=self._release.id,
        )

    def _quoted(self, search: Search) -> tuple[Sentence, ...]:
        question = search.query.standalone
        return extract(
            question,
            search.hits,
            analyse=analyse,
            idf=self._release.bm25.weight,
            cite=self.cite,
            agreement=self._agreements.of(question) if self._agreements else None,
            concepts=search.query.concepts,
        )

    def _written(
        self, writer: Writer, search: Search, watch: Watch
    ) -> tuple[tuple[Sentence, ...], Writing]:
        """The model's sentences that may be shown, none when the answer is to be quoted."""
        try:
            draft = writer.write(
                search.query.standalone,
                search.hits,
                language=search.query.language,
                on_token=watch.token,
                cancelled=watch.cancelled,
            )
        except WriterFailed as error:
            log.info("the model did not write, the answer is quoted: %s", error)
            return (), Writing(tokens=error.tokens, prompt=error.prompt, fallback=error.code)
        sentences = self._proved(draft, search)
        writing = Writing(model=draft.model, prompt=draft.prompt, tokens=draft.tokens)
        if not sentences:
            log.info("fewer than half of the model's sentences are proved: the answer is quoted")
            return (), replace(writing, model="", fallback="unsupported")
        return sentences, writing

    def _proved(self, draft: Draft, search: Search) -> tuple[Sentence, ...]:
        """The draft tied to words, without what contradicts them; () when too little is proved."""
        once = list(
            {sentence.casefold(): sentence for sentence in split_sentences(draft.text)}.values()
        )
        aligned = align(
            once, search.hits, analyse=analyse, cite=self.cite, similarity=self._similarity
        )
        tied = [_unless_thin(sentence) for sentence in aligned]
        proved = sum(sentence.support is Support.ALIGNED for sentence in tied)
        if not proved or proved < PROVED * len(tied):
            return ()
        return tuple(s for s in tied if s.support is not Support.CONTRADICTED)


def _unless_thin(sentence: Sentence) -> Sentence:
    """The sentence, unsupported when its quotation is a word or two of it.

    Seen with a very small model: « Il faut l'utiliser des bains de fixage, c'est-ce pas. » was
    proved by « bain déjà utilisé. ».
    """
    if sentence.support is not Support.ALIGNED:
        return sentence
    said = set(analyse(sentence.text))
    quoted = {term for c in sentence.citations for term in analyse(c.quotation)}
    if len(said & quoted) >= THIN or said <= quoted:
        return sentence
    return Sentence(sentence.text, (), Support.UNSUPPORTED)
