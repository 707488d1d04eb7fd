"""Settings, read once in an entry point and passed down as plain arguments.

Strongest first: arguments, environment (``RAG_*``), ``ragphoto.toml`` in the home, defaults.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import SettingsError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
SAMPLE = PROJECT_ROOT / "sample" / "data"  # the bundled documents
HOUR = r"([01]\d|2[0-3]):[0-5]\d"


@dataclass(frozen=True, slots=True)
class Home:
    """Where one collection lives. Nothing is created here; whoever writes creates."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def storage(self) -> Path:
        return self.root / "storage"

    @property
    def cache(self) -> Path:
        return self.storage / "cache"

    @property
    def releases(self) -> Path:
        return self.storage / "releases"

    @property
    def database(self) -> Path:
        return self.storage / "ragphoto.db"

    @property
    def logs(self) -> Path:
        """Folder of ``pipeline.log``, as the guide has it."""
        return self.root / "mlops"

    @property
    def metrics(self) -> Path:
        return self.root / "mlops" / "metrics"

    @property
    def uses_sample(self) -> bool:
        """True while the user's ``data/`` holds no file: the bundled sample stands in for it."""
        if not self.data.is_dir():
            return True
        return not any(p.is_file() and not p.name.startswith(".") for p in self.data.rglob("*"))

    @property
    def documents(self) -> Path:
        """The folder to collect: ``data/``, or the bundled sample while that is empty."""
        return SAMPLE if self.uses_sample else self.data

    @property
    def shelves(self) -> tuple[Path, Path]:
        """Where a document that can be cited may lie: ``data/``, then the bundled sample.

        What answers is a release, and while the first documents of somebody are being read it is
        still that of the sample: ``documents`` says what to collect, not where a citation leads.
        """
        return self.data, SAMPLE

    @property
    def golden(self) -> Path | None:
        """The golden questions of this collection, or None."""
        own = self.root / "golden.jsonl"
        if own.is_file():
            return own
        bundled = PROJECT_ROOT / "sample" / "golden.jsonl"
        return bundled if self.uses_sample and bundled.is_file() else None


class Settings(BaseModel):
    """Every knob, with its unit and default. Unknown keys are refused, so that a typo is seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Literal["fr", "en"] = "fr"  # of messages; documents may be in any
    workers: int = Field(default_factory=lambda: max(1, os.cpu_count() or 1), ge=1)

    # collect
    max_file_mb: int = Field(default=500, ge=1)
    max_upload_mb: int = Field(default=1000, ge=1)  # all files of one upload together
    max_pages: int = Field(default=5000, ge=1)  # of one document
    max_page_megapixels: int = Field(default=80, ge=1)
    max_vanished: float = Field(default=0.20, ge=0, le=1)  # share of known documents

    # read
    ocr_engine: str = "rapidocr"
    page_timeout_s: float = Field(default=120.0, gt=0)
    worker_memory_mb: int = Field(default=4000, ge=512)
    low_confidence: float = Field(default=0.80, ge=0, le=1)  # a page below is "low_confidence"

    # embed and index
    embedder: str = "e5"  # "e5", "none" (lexical only), "remote"
    embedder_url: str | None = None  # of "remote": an OpenAI-compatible address ending in /v1
    embedder_model: str | None = None
    embedder_key: str | None = None
    chunk_chars: int = Field(default=800, ge=200)
    reranker: Literal["none", "hub", "remote"] = "none"  # a model that reads question and passage
    reranker_model: str | None = None  # its name, of "hub" and of "remote"
    reranker_url: str | None = None  # of "remote": an address that speaks POST /rerank
    reranker_key: str | None = None

    # write (answers by a language model; quoted sentences when no address is set)
    writer_url: str | None = None  # an OpenAI-compatible address, such as http://127.0.0.1:11434/v1
    writer_model: str | None = None
    writer_key: str | None = None
    writer_timeout_s: float = Field(default=60.0, gt=0)  # of one answer, retries included
    writer_retries: int = Field(default=1, ge=0, le=5)
    writer_tokens: int = Field(default=2000, ge=800)  # of one answer, in and out
    writer_prompt: str = "write-1"  # a version of rag/answer/prompts/

    # validate (against the golden set)
    min_recall_at_5: float = Field(default=0.70, ge=0, le=1)
    min_refused: float = Field(default=0.50, ge=0, le=1)  # of unanswerable golden questions
    min_kept: float = Field(default=0.85, ge=0, le=1)  # of answerable golden questions
    min_coverage: float = Field(default=0.90, ge=0, le=1)  # of pages: read or blank, not failed
    max_drop: float = Field(default=0.02, ge=0, le=1)  # nDCG@10 against the release in service
    max_coverage_drop: float = Field(default=0.02, ge=0, le=1)  # of the pages present
    max_slowdown: float = Field(default=2.0, ge=1)  # p95 of an answer, against the one in service
    alpha: float = Field(default=0.05, gt=0, lt=0.5)  # of the gate's tests, all of them together

    # releases
    keep_releases: int = Field(default=5, ge=2)  # beside those in service or under trial
    keep_release_days: int = Field(default=30, ge=1)  # an older one goes, beyond that number
    trial: Literal["none", "shadow", "canary"] = "none"  # between the gate and the service
    trial_share: float = Field(default=0.10, gt=0, le=0.5)  # of readers, or of questions
    trial_hours: float = Field(default=168.0, gt=0)  # then it decides on what it has
    max_harm: float = Field(default=0.5, gt=0, le=4)  # stars lost that a trial must rule out

    # the night
    night_at: str = Field(default="02:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    timezone: str = ""  # an IANA name, such as "Europe/Paris"; "" is this machine's
    keep_backups: int = Field(default=7, ge=1)
    backups: Path | None = None  # folder; storage/backups when not set

    # monitoring
    keep_metrics_days: int = Field(default=730, ge=31)  # questions and runs; ratings are kept
    otel_url: str | None = None  # an OTLP collector, such as http://127.0.0.1:6006/v1/traces
    otel_contents: bool = False  # let questions and answers leave in traces
    mlflow: str = "local"  # "local" (storage/mlflow.db, with the extra), "off", or a server's URL

    # alerts
    alert_channels: tuple[str, ...] = ()  # Apprise URLs (mailto://, slack://, json://…)
    quiet_hours: str = Field(default="", pattern=rf"^({HOUR}-{HOUR})?$")  # "22:00-07:00"
    alert_rules: dict[str, dict[str, Any]] = Field(default_factory=dict)  # over the defaults

    # serve
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    api_key: str | None = None  # needed to listen elsewhere than on loopback
    asks_per_minute: int = Field(default=60, ge=1, le=100_000)  # of one key; no key, no limit
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")

    @classmethod
    def load(cls, home: Home, **overrides: Any) -> Settings:
        """Read ``ragphoto.toml`` and the environment.

        Raises:
            SettingsError: a value cannot be used, or a key of the file is unknown.
        """
        values: dict[str, Any] = {}
        path = home.root / "ragphoto.toml"
        if path.is_file():
            try:
                values.update(tomllib.loads(path.read_text("utf-8")))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingsError(
                    f"{path} is not valid TOML: {error}. Mend that line."
                ) from error
        for name in cls.model_fields:
            if (value := os.environ.get(f"RAG_{name.upper()}")) is not None:
                values[name] = _parsed(name, value)
        values.update({k: v for k, v in overrides.items() if v is not None})
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise SettingsError(
                f"setting {name!r}: {first['msg']} (found {first.get('input')!r}). "
                f"Change it in {path} or in RAG_{name.upper()}.",
                code="setting",
                name=name,
            ) from error


def _parsed(name: str, value: str) -> Any:
    """A value of the environment: lists are separated by commas, tables are JSON."""
    if name in ("allowed_hosts", "alert_channels"):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if name == "alert_rules":
        import json

        try:
            return json.loads(value)
        except ValueError:
            return value  # pydantic says what was wanted
    return value


def find_home(path: Path | str | None = None) -> Home:
    """The home asked for, else ``RAG_HOME``, else the project folder."""
    chosen = path or os.environ.get("RAG_HOME") or PROJECT_ROOT
    return Home(Path(chosen).expanduser().resolve())
