"""Examples of the OpenAPI document: questions and answers of the bundled sample, shortened."""

from __future__ import annotations

from typing import Any

BOOK = "248c2077e9307f80178c78b89bf7ac5fd57f69c1cdc085c81a55eba09886ce65"
NAME = "lecons-de-photographie-1893.pdf"
ANSWER, REMARK, RELEASE = "c66b1115ae3d49ed", "7bed8da84b75488f", "ccad7c54f55617f66916"
AT = "2026-11-23T14:05:11.577+00:00"
SECONDS = "Comment compter les secondes sans montre ?"
BATH = "Comment préparer le bain de fixage ?"

PARAMETERS: dict[str, Any] = {  # name -> an example, where the route says none
    "q": "bain de fixage", "k": 10, "document": ["lecons"], "kind": ["pdf"], "years": "1870-1899",
    "language": ["fr"], "min_confidence": 0.8, "limit": 50, "offset": 0, "answer_id": ANSWER,
    "as": "markdown", "question": BATH, "answer": "Deux cents grammes d’hyposulfite par litre.",
    "rating": 4, "feedback_text": "La page voisine dit mieux.", "sources": [NAME],
    "corrected_answer": "Deux cents grammes d’hyposulfite dans un litre d’eau.",
    "state": "proposed", "rating_max": 3, "since": "2026-11-01", "text": "fixage",
    "feedback_id": REMARK, "document_id": BOOK, "page": 13, "words": "3-9", "size": "320",
    "release": RELEASE, "job_id": "3f2a9c1b0d7e4a53bb54c01de8a9f6c2", "learned": "8384d9cb5296d33b",
    "verdict": "validate", "other": "previous", "questions": True, "why": "lue sur la page",
    "metric": "questions", "days": 30, "firing": True, "alert_id": 12, "night": "2026-11-23",
    "model": "rag-photographie", "Idempotency-Key": "2f0c7a3e-7d1b-4a53-9a54-6f8e1c0d9b21",
    "idempotency-key": "2f0c7a3e-7d1b-4a53-9a54-6f8e1c0d9b21",
}  # fmt: skip
_FEEDBACK = {
    "feedback_id": REMARK, "at": AT, "question": SECONDS, "rating": 2, "feedback_text": None,
    "corrected_answer": "Une balle de plomb à un fil.", "state": "diagnosed",
    "told": "examinée : la réponse montrée dit déjà cela", "cause": "reader", "release": None,
    "marks": [{"document": BOOK, "page": 10, "right": True, "first": None, "last": None}],
    "wanted": None,
}  # fmt: skip
_PROPOSAL = {
    "id": "d3480cb04373d731560bbfe7", "kind": "entry", "told_kind": "réponse", "at": AT,
    "state": "proposed", "reason": "", "question": SECONDS, "before": "",
    "after": "Une balle de plomb à un fil.",
    "quote": "Pour compter les secondes sans montre, on suspend une balle de plomb à un fil…",
    "document": NAME, "page": 10, "view_url": f"/view/{BOOK}/10", "crop_url": None,
}  # fmt: skip
_DIAGNOSED = {
    "feedback_id": REMARK, "at": AT, "rating": 2, "question": SECONDS,
    "answer": "Pour compter les secondes sans montre, on suspend…", "feedback_text": None,
    "corrected_answer": "Une balle de plomb à un fil.", "wanted": None, "state": "diagnosed",
    "cause": "reader", "told": "examinée : la réponse montrée dit déjà cela", "release": RELEASE,
    "diagnoses": [{
        "cause": "reader", "told": "la réponse montrée dit déjà cela", "detail": "",
        "remedy": "show_proof", "told_remedy": "montrer la preuve au lecteur",
        "evidence": {"rank": 1, "outcome": "answer", "document": NAME, "page_number": 10},
        "release": RELEASE, "stages": [],
    }],
    "learned": [{"id": _PROPOSAL["id"], "kind": "entry", "state": "proposed", "reason": ""}],
}  # fmt: skip
_SAID = {"answer_id": ANSWER, "rating": 2, "corrected_answer": "Une balle de plomb à un fil."}
REQUESTS: dict[str, Any] = {
    "post /feedback": _SAID | {"marks": [{"document": NAME, "page": 10, "right": True}]},
    "patch /feedback/{feedback_id}": {"rating": 4, "feedback_text": "Vu sur la page : c’est bien."},
    "post /golden": {"answer_id": ANSWER, "pages": [{"document": NAME, "page": 10}]},
    "post /documents/{document_id}/pages/{page}/words": {
        "first": 41, "last": 42, "before": "empèche", "after": "empêche",
    },
    "post /proposals/{learned}/{verdict}": {"note": "lu sur la page"},
}  # fmt: skip
_SENTENCE = "Pour compter les secondes sans montre, on suspend une balle de plomb à un fil."
_MODEL = {
    "id": "rag-photographie", "object": "model", "created": 0, "owned_by": "rag-photographie",
}  # fmt: skip
_PLACE = {
    "page": 10, "boxes": [[143, 203, 578, 233]], "width": 690, "height": 1080,
    "image_url": f"/documents/{BOOK}/pages/10/image?words=21-35",
    "crop_url": f"/documents/{BOOK}/pages/10/crop?words=21-35&release={RELEASE}",
    "view_url": f"/view/{BOOK}/10?words=21-35&release={RELEASE}",
}  # fmt: skip
_ANSWERED = {
    "answer_id": ANSWER, "question": SECONDS, "understood_as": SECONDS, "notes": [],
    "outcome": "answer", "reason": "", "message": "", "answer": _SENTENCE,
    "sentences": [{"text": _SENTENCE, "support": "quoted", "citations": [_PLACE | {
        "document": NAME, "document_id": BOOK, "quotation": _SENTENCE, "confidence": 0.9574,
        "thumbnail_url": f"/documents/{BOOK}/pages/10/thumbnail", "kind": "pdf",
        "anchors": [_PLACE | {"kind": "boxes", "first": 21, "last": 35, "text_url": None}],
        "chunk_id": "14b4e06d8ebd71f838a35c478058f2d4", "release": RELEASE,
    }]}],
    "pages": [], "filters": None, "score": 0.9468, "release": RELEASE, "seconds": 0.21,
    "sample": True,
    "writing": {"model": "", "prompt": "", "tokens": 0, "fallback": "", "message": ""},
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "post /ask": _ANSWERED,
    "get /answers/{answer_id}": _ANSWERED,
    "post /documents/{document_id}/pages/{page}/words": {
        "word_id": "5e1c9a20d3b84f17", "state": "proposed",
    },
    "delete /documents/{document_id}": {
        "document_id": BOOK, "name": NAME, "pages": 25,
        "message": f"« {NAME} » est supprimé : aucune réponse ne le cite plus.",
        "undo": f"/documents/{BOOK}/restore",
    },
    "post /proposals/{learned}/{verdict}": {"state": "validated"},
    "post /releases/rollback": {"in_service": "18a5b44c76ce", "previous": RELEASE},
    "post /releases/{release}/promote": {"in_service": RELEASE, "previous": "18a5b44c76ce"},
    "get /v1/models": {"object": "list", "data": [_MODEL]},
    "get /v1/models/{model}": _MODEL,
    "post /v1/chat/completions": {
        "id": f"chatcmpl-{ANSWER}", "object": "chat.completion", "created": 1795442711,
        "model": "rag-photographie", "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": f"{_SENTENCE} [1]"},
        }],
    },
    "get /search": {
        "question": "bain de fixage", "outcome": "answer", "reason": "", "score": 0.972,
        "pages": [{
            "document": NAME, "document_id": BOOK, "page": 13, "score": 1.0,
            "excerpt": "Le bain de fixage se compose de : Eau 1000 cc…",
            "thumbnail_url": f"/documents/{BOOK}/pages/13/thumbnail", "kind": "pdf",
            "view_url": f"/view/{BOOK}/13",
        }],
        "filters": None, "release": RELEASE,
    },
    "get /answers": [{
        "answer_id": ANSWER, "at": AT, "question": SECONDS, "outcome": "answer",
        "text": "Pour compter les secondes sans montre, on suspend une balle de plomb à un fil…",
    }],
    "post /feedback": {"status": "success", "feedback_id": REMARK},
    "delete /feedback/{feedback_id}": {"status": "withdrawn", "feedback_id": REMARK},
    "get /feedback/mine": [_FEEDBACK],
    "get /feedback/{feedback_id}": _FEEDBACK,
    "patch /feedback/{feedback_id}": _FEEDBACK | {"rating": 4},
    "get /feedback": {"total": 1, "feedback": [
        {k: v for k, v in _DIAGNOSED.items() if k not in ("diagnoses", "learned")}
    ]},
    "get /me/export": {
        "feedback": [{"feedback_id": REMARK, "question": SECONDS, "rating": 2}],
        "entries": [], "words": [], "reviews": [],
        "questions": [{"answer_id": ANSWER, "question": SECONDS}],
    },
    "delete /me": {"status": "erased", "erased": {"feedback": 1, "questions": 4}},
    "post /golden": {
        "status": "success", "id": "q117", "question": SECONDS, "kind": "factual",
        "pages": [{"document": NAME, "page": 10}],
    },
    "get /documents": {"release": RELEASE, "sample": True, "total": 16, "documents": [{
        "document_id": BOOK, "name": NAME, "kind": "pdf", "pages": 25, "size_bytes": 1393624,
        "statuses": {"ok": 24, "blank": 1},
    }]},
    "get /documents/{document_id}/pages/{page}/words": {
        "document": NAME, "document_id": BOOK, "page": 13, "width": 690, "height": 1080,
        "engine": "rapidocr 3.10.0 PP-OCRv6-small", "text": "CINQUIÈME LEÇON.\n…",
        "words": [{"text": "CINQUIÈME", "box": [186, 208, 376, 238], "confidence": 0.9985}],
    },
    "get /diagnoses/{feedback_id}": _DIAGNOSED,
    "post /diagnoses/{feedback_id}": _DIAGNOSED,
    "get /failures": {
        "failures": [{
            "group_key": "9832af550b619168", "cause": "absent", "remedy": "acquire", "count": 1,
            "persons": 1, "place": f"{NAME}, p. 7", "gain": 3.0,
            "questions": ["À quoi sert le diaphragme ?"],
        }],
        "acquisitions": [{"topic": "autochrome", "count": 2, "questions": [
            "Qui a inventé le procédé autochrome ?"
        ]}],
    },
    "get /proposals": {"total": 1, "proposals": [_PROPOSAL]},
    "get /retraining": {
        "due": False, "figures": {"due": False, "reasons": ["too_few"], "feedbacks": 6},
        "last": {"state": "none"},
    },
    "post /retraining": {"state": "running"},
    "get /stats/series": {"metric": "questions", "points": [
        {"day": "2026-11-23", "count": 26, "value": 26.0, "low": None, "high": None}
    ]},
    "get /drift": {"detectors": [{
        "detector": "topics", "at": AT, "drifted": False, "n_reference": 352, "n_window": 112,
    }]},
    "get /alerts": {"total": 1, "alerts": [{
        "id": 12, "rule": "backup_age_hours", "subject": "", "severity": "warning",
        "state": "firing", "first_at": AT, "last_at": AT, "resolved_at": None, "acked_at": None,
        "value": 58.2, "times": 3, "told": "la dernière sauvegarde a 58 h",
        "remedy": "ragphoto backup",
    }]},
    "post /alerts/{alert_id}/acknowledge": {"acknowledged": 12},
    "get /nights": {"nights": [{"night": "2026-11-23", "state": "done"}]},
    "get /nights/{night}": {"night": "2026-11-23", "state": "done", "started_at": AT},
    "get /stats": {
        "days": 7, "pipeline_runs": 1, "rag_queries": 26,
        "pipeline": {"runs": 1, "success_rate": 100.0}, "rag": {"queries": 26, "avg_rating": 4.2},
    },
    "get /health": {"status": "healthy", "timestamp": AT, "release": RELEASE, "checks": {
        "disk": {"status": "ok", "code": "disk", "message": "Il reste 75 648 Mo.", "remedy": ""}
    }},
    "get /health/live": {"status": "ok"},
    "get /health/ready": {"status": "ready", "release": RELEASE},
    "get /answers/{answer_id}/explanation": {
        "answer_id": ANSWER, "at": AT, "question": SECONDS, "release": RELEASE,
    },
}  # fmt: skip
