"""OpenTelemetry itself: a provider of our own, never the global one, and ids that can be found.

Imported only when an address is set: everything here needs the extra ``otel``.
"""

from __future__ import annotations

import threading

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    set_span_in_context,
)

from mlops.trace_ids import SERVICE, root_of

OFTEN_MS = 2000  # between two sendings


class FoundAgain(RandomIdGenerator):
    """Random ids; the first span of a trace has the one that ``root_of`` gives."""

    def __init__(self) -> None:
        self._new = threading.local()

    def generate_trace_id(self) -> int:
        """A new trace: its first span comes next, in this thread."""
        trace_id = int(super().generate_trace_id())
        self._new.root = root_of(f"{trace_id:032x}")
        return trace_id

    def generate_span_id(self) -> int:
        """A span: the first of its trace, or any other."""
        root = getattr(self._new, "root", 0)
        self._new.root = 0
        return int(root or super().generate_span_id())


def provider(url: str, *, timeout_s: float, waiting: int) -> TracerProvider:
    """A provider that sends to one collector, from a thread of its own."""
    made = TracerProvider(
        resource=Resource.create({"service.name": SERVICE}),
        id_generator=FoundAgain(),
        shutdown_on_exit=False,
    )
    sender = OTLPSpanExporter(endpoint=url, timeout=timeout_s)
    made.add_span_processor(
        BatchSpanProcessor(
            sender,
            max_queue_size=waiting,
            schedule_delay_millis=OFTEN_MS,
            export_timeout_millis=timeout_s * 1000,
        )
    )
    return made


def within(trace_id: int, span_id: int) -> Context:
    """The context of a span that ended long ago."""
    known = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(1))
    return set_span_in_context(NonRecordingSpan(known))
