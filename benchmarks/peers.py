"""Systems that find pages for a question, each as people usually set it up; ours is one of them.

All are given the same texts of the same pages (ours, corrected) and asked the same questions. Each
cuts them, indexes them and ranks them its own way; a page ranks where its first passage does.
Libraries are imported when a system is made: what is not installed is said to be not measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embed.embedder import Embedder
from rag.engine import Engine

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")  # read when haystack is imported
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

PageKey = tuple[str, int]
K = 10
PASSAGES = 30  # asked of each retriever before pages are made of them
ANCESTOR_CHARS, ANCESTOR_OVERLAP, ANCESTOR_K = 800, 150, 2


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of one page of the collection."""

    place: PageKey
    text: str


class System(Protocol):
    """Ranks the pages of a collection."""

    def pages(self, question: str) -> list[PageKey]:
        """At most ten pages, best first."""


def page_texts(engine: Engine) -> list[PageText]:
    """Every page of a release as its corrected running text, one printed line a line."""
    found = []
    for corrected in engine.release.pages:
        lines: dict[int, list[str]] = {}
        for token in corrected.tokens:
            lines.setdefault(token.line, []).append(token.text)
        text = "\n".join(" ".join(words) for _, words in sorted(lines.items()))
        name = engine.release.names[corrected.page.document_id]
        found.append(PageText((name, corrected.page.index + 1), text))
    for section in engine.release.sections:
        name = engine.release.names[section.document_id]
        text = "\n".join((*section.headings, section.title, section.text))
        found.append(PageText((name, section.index + 1), text))
    return [page for page in found if page.text.strip()]


def first_of(places: Iterable[PageKey]) -> list[PageKey]:
    """Each page once, where it is met first."""
    return list(dict.fromkeys(places))[:K]


class Ours:
    """This product, as it answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pages(self, question: str) -> list[PageKey]:
        return [(hit.document, hit.page) for hit in self._engine.search(question, K).pages]


class PlainBm25:
    """bm25s over whole pages, with its French stop words and the Snowball stemmer."""

    def __init__(self, texts: Sequence[PageText]) -> None:
        import bm25s
        import Stemmer

        self._places = [page.place for page in texts]
        self._stemmer = Stemmer.Stemmer("french")
        self._bm25s: Any = bm25s
        self._index = bm25s.BM25()
        self._index.index(self._tokens([page.text for page in texts]), show_progress=False)

    def _tokens(self, texts: list[str]) -> Any:
        return self._bm25s.tokenize(
            texts, stopwords="fr", stemmer=self._stemmer, show_progress=False
        )

    def pages(self, question: str) -> list[PageKey]:
        k = min(K, len(self._places))
        rows, _ = self._index.retrieve(self._tokens([question]), k=k, show_progress=False)
        return first_of(self._places[int(row)] for row in rows[0])


class Ancestor:
    """The recipe that the project started from: RecursiveCharacterTextSplitter 800/150, FAISS, k=2.

    ``embed`` is English MiniLM; LangChain's FAISS store is a flat index of squared distances.
    """

    def __init__(
        self, texts: Sequence[PageText], embed: Callable[[Sequence[str]], NDArray[np.float32]]
    ) -> None:
        import faiss
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            chunk_size=ANCESTOR_CHARS, chunk_overlap=ANCESTOR_OVERLAP
        )
        chunks = [(page.place, part) for page in texts for part in splitter.split_text(page.text)]
        self._places = [place for place, _ in chunks]
        self._embed = embed
        vectors = embed([part for _, part in chunks])
        self._index: Any = faiss.IndexFlatL2(vectors.shape[1])
        self._index.add(vectors)

    def pages(self, question: str) -> list[PageKey]:
        _, rows = self._index.search(self._embed([question]), ANCESTOR_K)
        return first_of(self._places[row] for row in rows[0] if row >= 0)


class LlamaIndex:
    """SentenceSplitter, BM25Retriever in French and our vectors, fused by reciprocal rank."""

    def __init__(self, texts: Sequence[PageText], embedder: Embedder) -> None:
        import Stemmer
        from llama_index.core import MockEmbedding, VectorStoreIndex
        from llama_index.core.llms import MockLLM
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.core.schema import Document, QueryBundle
        from llama_index.retrievers.bm25 import BM25Retriever

        documents = [
            Document(text=p.text, metadata={"d": p.place[0], "p": p.place[1]},
                     excluded_embed_metadata_keys=["d", "p"],
                     excluded_llm_metadata_keys=["d", "p"])
            for p in texts
        ]  # fmt: skip
        # its sizes are in tokens of tiktoken, whose vocabulary it would fetch: words stand for them
        splitter = SentenceSplitter(chunk_size=256, chunk_overlap=32, tokenizer=str.split)
        nodes = splitter.get_nodes_from_documents(documents)
        rows = embedder.passages([node.get_content() for node in nodes])
        for node, row in zip(nodes, rows, strict=True):
            node.embedding = row.tolist()
        mock = MockEmbedding(embed_dim=embedder.width)
        vectors = VectorStoreIndex(nodes, embed_model=mock)
        k = min(PASSAGES, len(nodes))
        bm25 = BM25Retriever.from_defaults(
            nodes=nodes, stemmer=Stemmer.Stemmer("french"), language="fr", similarity_top_k=k
        )
        self._bundle: Any = QueryBundle
        self._embedder = embedder
        self._fused = QueryFusionRetriever(
            [bm25, vectors.as_retriever(similarity_top_k=k)],
            llm=MockLLM(),
            mode="reciprocal_rerank",
            num_queries=1,
            similarity_top_k=k,
            use_async=False,
        )

    def pages(self, question: str) -> list[PageKey]:
        vector = self._embedder.query(question).tolist()
        found = self._fused.retrieve(self._bundle(question, embedding=vector))
        return first_of((f.node.metadata["d"], f.node.metadata["p"]) for f in found)


class Haystack:
    """DocumentSplitter, in-memory BM25 and our vectors, joined by reciprocal rank fusion."""

    def __init__(self, texts: Sequence[PageText], embedder: Embedder) -> None:
        from haystack import Document
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.retrievers import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        documents = [
            Document(content=p.text, meta={"d": p.place[0], "p": p.place[1]}) for p in texts
        ]
        splitter = DocumentSplitter(split_by="word", split_length=200, split_overlap=20)
        splitter.warm_up()
        parts = splitter.run(documents=documents)["documents"]
        rows = embedder.passages([part.content for part in parts])
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(
            [Document(content=p.content, meta=p.meta, embedding=row.tolist())
             for p, row in zip(parts, rows, strict=True)]
        )  # fmt: skip
        self._embedder = embedder
        self._bm25 = InMemoryBM25Retriever(store, top_k=PASSAGES)
        self._dense = InMemoryEmbeddingRetriever(store, top_k=PASSAGES)
        self._join = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def pages(self, question: str) -> list[PageKey]:
        words = self._bm25.run(query=question)["documents"]
        vector = self._embedder.query(question).tolist()
        dense = self._dense.run(query_embedding=vector)["documents"]
        found = self._join.run(documents=[words, dense])["documents"]
        return first_of((part.meta["d"], part.meta["p"]) for part in found)
