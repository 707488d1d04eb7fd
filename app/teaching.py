"""What readers taught, as the page and the API show it; learning in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request

from app import evidence_told, messages, page_rules
from app.fates import told
from app.plain_json import plain
from app.problems import Problem
from app.readers import author_of
from app.remarking import cannot
from app.schemas import view_url
from app.service import Service
from mlops import feedback as room
from mlops.learning import settling
from mlops.learning.entries import EDITOR, Refused
from rag.errors import RagError

log = logging.getLogger(__name__)

STAGES = ("absent", "misread", "order", "cut", "ranked_low", "refused", "unchosen", "written")


def judge_of(request: Request, one: settling.Learned) -> str:
    """Who settles: an editor, but for what they said themselves."""
    me = author_of(request)
    return me if one.author == me else EDITOR


def settle(request: Request, service: Service, learned: str, verdict: str, note: str) -> str:
    """Settle something taught; returns its state.

    Raises:
        Problem: 404 when it is not known, 409 when it cannot be done, with the reason.
    """
    try:
        one = settling.find(service.store, learned)
        return settling.settle(
            service.home, service.settings, service.store, one, verdict,
            by=judge_of(request, one), note=note,
        )  # fmt: skip
    except LookupError as error:
        raise Problem(404, "learned.none_under", id=learned) from error
    except Refused as error:
        key, details = cannot(error)
        if error.code in ("own", "unproved"):
            key = f"improving.refused.{error.code}"
        raise Problem(409, key, **details) from error


def taught(
    service: Service, language: messages.Language, state: str | None
) -> list[dict[str, Any]]:
    """Everything taught, or what is in one state, with where its proof is seen."""
    names = {row.document_id: row.name for row in service.store.sources()}
    return [_taught(one, names, language) for one in settling.listing(service.store, state)]


def _taught(
    one: settling.Learned, names: Mapping[str, str], language: messages.Language
) -> dict[str, Any]:
    row = one.row
    found = {
        "id": one.id,
        "kind": one.kind,
        "told_kind": messages.text(f"learned.{one.kind}", language),
        "at": row["at"],
        "state": row["state"],
        "reason": row.get("reason") or "",
        "question": row.get("question") or "",
        "before": row.get("asked") or row.get("before") or "",
        "after": row.get("printed") or row.get("after") or row.get("answer") or "",
        "quote": row.get("quote") or "",
        "document": "",
        "page": None,
        "view_url": None,
        "crop_url": None,
    }
    if one.kind == "rule":
        found |= {
            "question": row["evidence"].get("question") or "",
            "after": page_rules.told(row, names, language),
        }
    if row.get("document_id") in names:
        words = f"{row['first']}-{row['last']}" if one.kind == "word" else ""
        address = f"/documents/{row['document_id']}/pages/{row['page_index'] + 1}"
        found |= {
            "document": names[row["document_id"]],
            "page": row["page_index"] + 1,
            "view_url": view_url(row["document_id"], row["page_index"], words=words),
            "crop_url": f"{address}/crop?words={words}" if words else None,
        }
    return found


def remark_out(row: Mapping[str, Any], language: messages.Language) -> dict[str, Any]:
    """A remark of the queue, without who said it."""
    fate = dict(row["fate"] or {})
    return {
        "feedback_id": row["feedback_id"],
        "at": row["at"],
        "rating": row["rating"],
        "question": row["question"],
        "answer": row["answer"],
        "feedback_text": row["feedback_text"],
        "corrected_answer": row["corrected_answer"],
        "wanted": row["wanted"],
        "state": row["state"],
        "cause": fate.get("cause"),
        "told": told(row, language),
        "release": row["release_id"],
    }


def diagnosis_out(one: Mapping[str, Any], language: messages.Language) -> dict[str, Any]:
    """A diagnosis in words, with the stage that lost the answer among those in order."""
    cause = str(one["cause"])
    lost = STAGES.index(cause) if cause in STAGES else None
    return {
        "cause": cause,
        "told": messages.text(f"cause.{cause}", language),
        "detail": one["detail"],
        "told_detail": evidence_told.detail(one["detail"], language),
        "remedy": one["remedy"],
        "told_remedy": messages.text(f"remedy.{one['remedy']}", language),
        "evidence": plain(one["evidence"]),
        "told_evidence": [
            {"name": name, "value": value}
            for name, value in evidence_told.told(one["evidence"], language)
        ],
        "release": one["release_id"],
        "stages": [
            {"name": name, "state": "lost" if n == lost else "ok" if lost is None or n < lost
             else "after"}
            for n, name in enumerate(STAGES)
        ] if lost is not None else [],
    }  # fmt: skip


def remark(service: Service, feedback_id: str, language: messages.Language) -> dict[str, Any]:
    """A remark with its diagnoses and what it taught.

    Raises:
        Problem: 404 when it is not known, or was taken back.
    """
    found = room.show(service.store, feedback_id)
    if found is None or found["withdrawn_at"]:
        raise Problem(404, "feedback.no_such", id=feedback_id)
    return remark_out(found, language) | {
        "diagnoses": [diagnosis_out(one, language) for one in found["diagnoses"]],
        "learned": [
            {"id": one[settling.ID[kind]], "kind": kind, "state": one["state"],
             "reason": one["reason"]}
            for kind, rows in (
                ("entry", found["entries"]), ("word", found["words"]), ("rule", found["rules"]),
            )
            for one in rows
        ],
    }  # fmt: skip


def look(service: Service, feedback_id: str) -> None:
    """Diagnose one remark now.

    Raises:
        Problem: 404 when it is not known.
    """
    from mlops import diagnosis
    from mlops.learning import rules

    row = next((r for r in service.store.feedback() if r["feedback_id"] == feedback_id), None)
    if row is None:
        raise Problem(404, "feedback.no_such", id=feedback_id)
    found = diagnosis.diagnose(service.home, service.settings, service.store, row)
    diagnosis.keep(service.store, found, settled=row["state"] not in ("received", "diagnosed"))
    rules.mine(service.store, service.live.engine.release)


def look_at_all(service: Service) -> None:
    """Diagnose what waits, and propose what it teaches."""
    from mlops import diagnosis
    from mlops.learning import rules
    from mlops.learning.proposing import from_feedback
    from mlops.learning.retraining import unproposed

    diagnosis.run(service.home, service.settings, service.store)
    from_feedback(service.store, service.live.engine, unproposed(service.store))
    rules.mine(service.store, service.live.engine.release)


class Learning:
    """A retraining in the background of the service: one at a time, its end kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.last: dict[str, Any] = {"state": "none"}

    def start(self, service: Service) -> bool:
        """Begin; False when one is under way."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return False
            self.last = {"state": "running"}
            self._thread = threading.Thread(target=self._run, args=(service,), daemon=True)
            self._thread.start()
            return True

    def _run(self, service: Service) -> None:
        from mlops.learning.retraining import retrain

        try:
            found = plain(retrain(service.home, service.settings))
            self.last = {"state": "done", **found}
        except RagError as error:
            self.last = {"state": "failed", "code": error.code, "message": str(error)}
        except Exception:
            log.exception("a retraining from the page failed")
            self.last = {"state": "failed", "code": "error", "message": ""}

    def wait(self, seconds: float) -> None:
        """Until the one under way ends."""
        if self._thread is not None:
            self._thread.join(seconds)


def learning_of(app: FastAPI) -> Learning:
    """The background of this service."""
    if not hasattr(app.state, "learning"):
        app.state.learning = Learning()
    found: Learning = app.state.learning
    return found
