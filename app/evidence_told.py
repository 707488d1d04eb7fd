"""What a diagnosis replayed and found, in words: for the terminal and the page of learning.

Only what has words is told; the rest of the evidence stays in the JSON of the same diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app import messages, page_rules
from app.messages import Language, number, share, text

Way = Callable[[Any, Language], str]  # a value of the evidence → its words; "" leaves it out


def detail(code: str, language: Language) -> str:
    """Which part of its cause a diagnosis names, in words; "" when it names none that we know.

    Args:
        code: of ``Diagnosis.detail``.
        language: of the reader.
    """
    key = f"cause.detail.{code}"
    return text(key, language) if key in messages.MESSAGES else ""


def cause(code: str, part: str, language: Language) -> str:
    """The cause of a diagnosis, and which part of it between brackets."""
    said = detail(part, language)
    return text(f"cause.{code}", language) + (f" ({said})" if said else "")


def told(evidence: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Each thing that was looked at: (what, what it gave), in the order of the thread.

    Args:
        evidence: of a diagnosis, as it is kept.
        language: of the reader.
    """
    on_page = evidence.get("page") if isinstance(evidence.get("page"), Mapping) else {}
    facts = {**evidence, **(on_page or {}), "page": _where(evidence, language)}
    rows = [(name, _words(name, facts.get(name), way, language)) for name, way in WAYS.items()]
    rows.append(("remedy", _rule(evidence, language)))
    return [(text(f"evidence.{name}", language), words) for name, words in rows if words]


def _words(name: str, value: Any, way: Way, language: Language) -> str:
    """Nothing for what was not measured, or is not what this version would have kept."""
    if value is None or value == []:
        return ""
    try:
        return way(value, language)
    except (AttributeError, TypeError, ValueError, KeyError):  # kept by another version
        return ""


def _where(evidence: Mapping[str, Any], language: Language) -> str | None:
    if not evidence.get("document"):
        return None
    values = {"document": evidence["document"], "page": evidence.get("page_number")}
    return text("evidence.page.value", language, **values)


def _as_it_is(value: Any, _: Language) -> str:
    return str(value)


def _outcome(value: Any, language: Language) -> str:
    key = f"evidence.outcome.{value}"
    return text(key, language) if key in messages.MESSAGES else ""


def _status(value: Any, language: Language) -> str:
    key = f"evidence.status.{value}"
    return text(key, language) if key in messages.MESSAGES else ""


def _count(value: Any, language: Language) -> str:
    return number(int(value), language)


def _share(value: Any, language: Language) -> str:
    return share(float(value), language)


def _of_hundred(value: Any, language: Language) -> str:
    return share(float(value) / 100, language) if value else ""


def _some(value: Any, language: Language) -> str:
    return share(float(value), language) if value else ""


def _whether(value: Any, language: Language) -> str:
    return text("evidence.yes" if value else "evidence.no", language)


def _list(value: Any, _: Language) -> str:
    return ", ".join(str(word) for word in value)


def _misread(value: Any, language: Language) -> str:
    pairs = ({"said": said, "read": read} for said, read in value)
    return ", ".join(text("evidence.misread.value", language, **pair) for pair in pairs)


def _readings(value: Any, language: Language) -> str:
    between = "\u00a0; " if language == "fr" else "; "
    return between.join(_reading(one, language) for one in value)


def _reading(one: Mapping[str, Any], language: Language) -> str:
    scale = float(one["scale"])
    key = "evidence.way.same" if scale == 1 else "evidence.way"
    size = f"{scale:g}".replace(".", "," if language == "fr" else ".")
    found = ", ".join(one.get("found") or ())
    if one.get("reason"):
        came = "failed"
    else:
        came = "found" if found else "says" if one.get("says") else "nothing"
    way = text(key, language, engine=one["engine"], scale=size)
    return text(f"evidence.read_again.{came}", language, way=way, found=found)


def _suspects(value: Any, language: Language) -> str:
    return ", ".join(filter(None, (_where(one, language) for one in value)))


def _rule(evidence: Mapping[str, Any], language: Language) -> str:
    """The rule that would mend the page, as an editor is asked to accept it."""
    rule = evidence.get("remedy")
    if not isinstance(rule, Mapping) or not evidence.get("document"):
        return ""
    if f"rule.{rule.get('kind')}" not in messages.MESSAGES:
        return ""
    row = {**evidence, "kind": rule["kind"], "what": rule, "evidence": rule}
    names = {evidence["document_id"]: str(evidence["document"])}
    return page_rules.told(row, names, language)


# what is told, in order: name in the evidence, or in what it says of the page -> how it is written
WAYS: dict[str, Way] = {
    "page": _as_it_is,
    "shown": _outcome,
    "outcome": _outcome,
    "score": _share,
    "status": _status,
    "bag": _share,
    "missing": _list,
    "misread": _misread,
    "letters_alike": _of_hundred,
    "no_words": _some,
    "together": _share,
    "in_text": _whether,
    "held": _share,
    "parted": _whether,
    "broken_off": _whether,
    "read_again": _readings,
    "suspects": _suspects,
    "page_rank": _count,
    "rank": _count,
    "lexical_rank": _count,
    "dense_rank": _count,
    "filtered": _whether,
    "cited_above": _whether,
    "indexed": _share,
    "vector": _share,
    "pages_alike": _count,
    "concepts": _count,
}
