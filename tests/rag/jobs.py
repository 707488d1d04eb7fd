"""Jobs for the tests of the worker processes."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from rag.errors import NotInstalled


def double(payload: Any) -> Any:
    return payload * 2


def pid(payload: Any) -> int:
    return os.getpid()


def environment(payload: Any) -> dict[str, str]:
    return dict(os.environ)


def shout(payload: Any) -> str:
    print("a library prints on standard output")
    os.write(1, b"so does a C library\n")
    return "heard"


def behave(payload: dict[str, Any]) -> str:
    """Do what the payload says, as a bad file would make a library do."""
    match payload["do"]:
        case "hang":
            time.sleep(60)
        case "die":
            os.kill(os.getpid(), 11)
        case "grow":
            heap = []
            while True:
                heap.append(bytearray(10 * 2**20))
                time.sleep(0.001)
        case "bomb":
            bytearray(64 * 2**30)
        case "raise":
            raise RuntimeError("no such glyph")
        case "die once":
            marker = Path(payload["marker"])
            if not marker.exists():
                marker.touch()
                os._exit(3)
    return "done"


def missing(payload: Any) -> None:
    raise NotInstalled("OCR engine 'dream'", extra="dream")


def modules(payload: Any) -> list[str]:
    return sorted(sys.modules)
