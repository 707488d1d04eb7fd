"""Records to JSON and back, exactly: what the cache and the releases hold.

Nouns become objects keyed by field; the small records that come by the thousand (``Box``, ``Word``,
``Line``, ``Edit``, ``Token``, ``Piece``) become arrays in field order, a quarter of the size. One
pair of functions is built per type, from its annotations, the first time it is met.
"""

from __future__ import annotations

import json
import math
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from rag.records import Box, Edit, Line, Piece, Token, Word

T = TypeVar("T")
Turn = Callable[[Any], Any]

_ARRAYS: tuple[type, ...] = (Box, Word, Line, Edit, Token, Piece)


def to_json(record: Any) -> Any:
    """Turn a record (or a tuple of records) into what ``json.dumps`` takes.

    Not-a-number and infinities become the strings ``"nan"``, ``"inf"``, ``"-inf"``: JSON has none.
    A record handed in where its annotation is a union is marked with its class (see ``_union``).
    """
    if isinstance(record, tuple):
        return [to_json(item) for item in record]
    return _turns(_class(record))[0](record)


def from_json(cls: Any, data: Any) -> Any:
    """Build ``cls`` (a record, or a form such as ``tuple[Page, ...]``) from ``to_json``'s output.

    Raises:
        ValueError: the data are not those of such a record.
    """
    try:
        return _turns(cls)[1](data)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"these data are not a {cls}: {error!r}") from error


def dumps(record: Any) -> bytes:
    """The record as compact UTF-8 JSON."""
    text = json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "surrogatepass")  # broken text layers hold lone surrogates


def loads(cls: Any, data: bytes) -> Any:
    """Read back what ``dumps`` wrote.

    Raises:
        ValueError: it is not JSON, or not that of such a record.
    """
    return from_json(cls, json.loads(data.decode("utf-8", "surrogatepass")))


@cache
def _turns(form: Any) -> tuple[Turn, Turn]:
    """The pair (to JSON, from JSON) of one annotation."""
    origin = typing.get_origin(form)
    if origin is tuple:
        return _tuple(typing.get_args(form))
    if origin is dict:
        put, take = _turns(typing.get_args(form)[1])
        return (
            lambda value: {k: put(v) for k, v in value.items()},
            lambda data: {k: take(v) for k, v in data.items()},
        )
    if origin in (types.UnionType, typing.Union):
        return _union(typing.get_args(form))
    if is_dataclass(form):
        return _record(form)
    if form is float:
        return _put_float, float
    if form is Path:
        return str, Path
    if isinstance(form, type) and issubclass(form, Enum):
        return (lambda value: value.value), form
    if form in (str, int, bool, Any):
        return _same, _same
    raise TypeError(f"no JSON form for {form!r}: add it to rag.codec")


def _class(value: Any) -> Any:
    return type(value)


def _same(value: Any) -> Any:
    return value


def _put_float(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def _tuple(args: tuple[Any, ...]) -> tuple[Turn, Turn]:
    if len(args) == 2 and args[1] is Ellipsis:
        put, take = _turns(args[0])
        if put is _same:
            return list, tuple
        return (
            lambda value: [put(item) for item in value],
            lambda data: tuple([take(item) for item in data]),
        )
    pairs = [_turns(arg) for arg in args]
    return (
        lambda value: [p[0](item) for p, item in zip(pairs, value, strict=True)],
        lambda data: tuple([p[1](item) for p, item in zip(pairs, data, strict=True)]),
    )


def _union(args: tuple[Any, ...]) -> tuple[Turn, Turn]:
    """``X | None`` stays bare; several records are told apart by ``{"is": class name, …}``."""
    kinds = [arg for arg in args if arg is not type(None)]
    if len(kinds) == 1:
        put, take = _turns(kinds[0])
        return (
            lambda value: None if value is None else put(value),
            lambda data: None if data is None else take(data),
        )
    if not all(is_dataclass(kind) and kind not in _ARRAYS for kind in kinds):
        raise TypeError(f"a union of {kinds} cannot be told apart: add it to rag.codec")
    by_name = {typing.cast(type, kind).__name__: kind for kind in kinds}

    def put_one(value: Any) -> Any:
        if value is None:
            return None
        return {"is": type(value).__name__} | _turns(_class(value))[0](value)

    def take_one(data: Any) -> Any:
        return None if data is None else _turns(by_name[data["is"]])[1](data)

    return put_one, take_one


def _later(form: Any) -> tuple[Turn, Turn]:
    return (lambda value: _turns(form)[0](value)), (lambda data: _turns(form)[1](data))


def _record(cls: Any) -> tuple[Turn, Turn]:
    hints = typing.get_type_hints(cls)
    names = [f.name for f in fields(cls)]
    optional = {f.name for f in fields(cls) if _has_default(f)}  # perhaps added since it was kept
    own = tuple[cls, ...]  # a record may hold some of its own kind: looked up when they are met
    turns = [(n, *(_later(own) if hints[n] == own else _turns(hints[n]))) for n in names]
    if cls is Box:  # the innermost by far: worth its own line
        return (lambda b: [b.left, b.top, b.right, b.bottom]), (lambda data: Box(*data))
    if cls in _ARRAYS:
        takes = [take for _, _, take in turns]
        return (
            lambda value: [put(getattr(value, name)) for name, put, _ in turns],
            lambda data: cls(*[t(item) for t, item in zip(takes, data, strict=True)]),
        )
    return (
        lambda value: {name: put(getattr(value, name)) for name, put, _ in turns},
        lambda data: cls(
            **{n: take(data[n]) for n, _, take in turns if n in data or n not in optional}
        ),
    )


def _has_default(one: Field[Any]) -> bool:
    return one.default is not MISSING or one.default_factory is not MISSING
