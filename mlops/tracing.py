"""Answers as OpenTelemetry traces with OpenInference attributes, for a collector such as Phoenix.

Off unless ``otel_url`` is set: nothing of OpenTelemetry is then imported, and nothing is sent. What
people asked, what was answered and the text of documents leave only with ``otel_contents``. Spans
are made after the answer, from the times that it carries; a collector that is dead or slow costs
an answer nothing.

Attributes: OpenInference Semantic Conventions, https://arize-ai.github.io/openinference/spec/
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any, Protocol

from mlops.trace_ids import SERVICE, root_of
from rag.records import Answer
from rag.settings import Settings

log = logging.getLogger(__name__)

GIVE_UP_S = 5.0  # on a collector, for one request and when the service stops
WAITING = 2048  # spans; beyond, the oldest are dropped
KINDS = {"understand": "CHAIN", "find": "RETRIEVER", "judge": "GUARDRAIL", "answer": "CHAIN"}


class Tracing(Protocol):
    """What the service and the nights tell; every method returns at once and never raises."""

    def answer(self, answer: Answer, *, reader: str = "", arm: str = "") -> str:
        """Tell an answer; returns the id of its trace, 32 hexadecimal digits, or ""."""

    def feedback(self, trace_id: str, *, rating: int, text: str = "") -> None:
        """Tell a rating, in the trace of the answer that it is about."""

    def night(self, night: str, state: str, steps: Mapping[str, Mapping[str, Any]]) -> str:
        """Tell a night, a span a step."""

    def close(self) -> None:
        """Send what waits, and stop."""


class NoTracing:
    """Tells nobody."""

    def answer(self, answer: Answer, *, reader: str = "", arm: str = "") -> str:
        """Say nothing."""
        return ""

    def feedback(self, trace_id: str, *, rating: int, text: str = "") -> None:
        """Say nothing."""

    def night(self, night: str, state: str, steps: Mapping[str, Mapping[str, Any]]) -> str:
        """Say nothing."""
        return ""

    def close(self) -> None:
        """Say nothing."""


def make(settings: Settings) -> Tracing:
    """The tracing that is set; none without an address, or without the extra ``otel``."""
    if not settings.otel_url:
        return NoTracing()
    try:
        from mlops.spans import provider

        return Traces(settings, provider(settings.otel_url, timeout_s=GIVE_UP_S, waiting=WAITING))
    except ImportError:
        log.warning("otel_url is set and OpenTelemetry is not here. Run: "
                    "pip install 'rag-photographie[otel]'")  # fmt: skip
        return NoTracing()


class Traces:
    """Makes spans and hands them to a bounded queue that another thread sends."""

    def __init__(self, settings: Settings, provider: Any) -> None:
        self._settings = settings
        self._provider = provider
        self._tracer = provider.get_tracer(SERVICE)

    def answer(self, answer: Answer, *, reader: str = "", arm: str = "") -> str:
        """See ``Tracing``."""
        try:
            return self._answer(answer, reader, arm)
        except Exception:
            log.exception("the trace of answer %s was not made", answer.answer_id)
            return ""

    def _answer(self, answer: Answer, reader: str, arm: str) -> str:
        end = time.time_ns()
        start = end - int(answer.seconds * 1e9)
        root = self._tracer.start_span("ask", start_time=start, attributes=self._of(answer, reader))
        root.set_attribute(
            "metadata",
            json.dumps(
                {
                    "answer_id": answer.answer_id, "release": answer.release, "arm": arm,
                    "outcome": answer.outcome.value, "reason": answer.verdict.reason,
                    "score": round(answer.verdict.score, 4),
                }
            ),
        )  # fmt: skip
        at = start
        for stage, seconds in answer.stages:
            at = self._stage(root, answer, stage, at, at + int(seconds * 1e9))
        root.end(end_time=max(end, at))
        return f"{root.get_span_context().trace_id:032x}"

    def _of(self, answer: Answer, reader: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "openinference.span.kind": "CHAIN",
            "rag.answer_id": answer.answer_id,
            "output.mime_type": "text/plain",
            **({"session.id": reader} if reader else {}),
        }
        return found | self._contents({"input.value": answer.question, "output.value": answer.text})

    def _contents(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What people wrote, only when it may leave."""
        if self._settings.otel_contents:
            return dict(values)
        return {name: "[redacted]" for name, value in values.items() if value}

    def _stage(self, root: Any, answer: Answer, stage: str, start: int, end: int) -> int:
        from opentelemetry.trace import set_span_in_context

        wrote = stage == "answer" and bool(answer.writing.model or answer.writing.fallback)
        attributes = {"openinference.span.kind": "LLM" if wrote else KINDS.get(stage, "CHAIN")}
        if stage == "find":
            attributes |= self._found(answer)
        if wrote:
            attributes |= self._model(answer)
        context = set_span_in_context(root)
        span = self._tracer.start_span(stage, context, start_time=start, attributes=attributes)
        if stage == "find" and self._settings.reranker != "none":
            self._reranked(span, answer, start, end)
        span.end(end_time=end)
        return end

    def _found(self, answer: Answer) -> dict[str, Any]:
        found = self._contents({"input.value": answer.question})
        for n, page in enumerate(answer.pages):
            prefix = f"retrieval.documents.{n}.document."
            found[prefix + "id"] = f"{page.document_id[:16]}/{page.page}"
            found[prefix + "score"] = float(page.score)
            named = {prefix + "content": page.excerpt, prefix + "metadata": _of_page(page)}
            if self._settings.otel_contents:
                found |= named
        return found

    def _reranked(self, parent: Any, answer: Answer, start: int, end: int) -> None:
        """The reranker's part: its time is within the search's, and is not known apart."""
        from opentelemetry.trace import set_span_in_context

        attributes: dict[str, Any] = {
            "openinference.span.kind": "RERANKER",
            "reranker.model_name": self._settings.reranker_model or self._settings.reranker,
            "reranker.top_k": len(answer.hits),
        }
        context = set_span_in_context(parent)
        span = self._tracer.start_span("rerank", context, start_time=start, attributes=attributes)
        span.end(end_time=end)

    def _model(self, answer: Answer) -> dict[str, Any]:
        writing = answer.writing
        found: dict[str, Any] = {
            "llm.model_name": writing.model or self._settings.writer_model or "",
            "llm.token_count.total": writing.tokens,
            "llm.prompt_template.version": writing.prompt,
        }
        if writing.fallback:
            found["rag.fallback"] = writing.fallback
        return found | self._contents({"output.value": answer.text})

    def feedback(self, trace_id: str, *, rating: int, text: str = "") -> None:
        """See ``Tracing``."""
        if not trace_id:
            return
        try:
            from mlops.spans import within

            attributes = {
                "openinference.span.kind": "EVALUATOR", "feedback.rating": rating,
                "feedback.score": (rating - 1) / 4,
                **(self._contents({"feedback.text": text}) if text else {}),
            }  # fmt: skip
            context = within(int(trace_id, 16), root_of(trace_id))
            self._tracer.start_span("feedback", context, attributes=attributes).end()
        except Exception:
            log.exception("the feedback on trace %s was not told", trace_id)

    def night(self, night: str, state: str, steps: Mapping[str, Mapping[str, Any]]) -> str:
        """See ``Tracing``."""
        from opentelemetry.trace import set_span_in_context

        end = time.time_ns()
        at = end - int(sum(step["seconds"] for step in steps.values()) * 1e9)
        attributes = {"openinference.span.kind": "CHAIN", "rag.night": night, "rag.state": state}
        root = self._tracer.start_span("night", start_time=at, attributes=attributes)
        for name, step in steps.items():
            told = {"openinference.span.kind": "CHAIN", "rag.state": step["state"]}
            context = set_span_in_context(root)
            span = self._tracer.start_span(name, context, start_time=at, attributes=told)
            at += int(step["seconds"] * 1e9)
            span.end(end_time=at)
        root.end(end_time=max(end, at))
        return f"{root.get_span_context().trace_id:032x}"

    def close(self) -> None:
        """See ``Tracing``: five seconds at most."""
        last = threading.Thread(target=self._provider.shutdown, name="traces end", daemon=True)
        last.start()
        last.join(GIVE_UP_S)


def _of_page(page: Any) -> str:
    return json.dumps({"document": page.document, "page": page.page}, ensure_ascii=False)
