"""Pages for people: a template in the reader's language, with what every page shows.

A request with the header ``X-Fragment`` gets the part of the page that changes: the template whose
name begins with ``_``.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from app import dates, messages
from app.routes.parts import LANGUAGE_COOKIE, language_of
from app.security import HERE
from app.service import Service
from rag.errors import NoRelease, SettingsError
from rag.settings import Settings

WEB = Path(__file__).resolve().parent / "web"
YEAR_S = 31_536_000
DOUBT = 0.85  # below this confidence the reader is asked to look at the image
# the pages of the site, in the order of the menu: address -> its words "nav.<name>"
MENU = {
    "/": "ask",
    "/library": "library",
    "/learning": "learning",
    "/versions": "versions",
    "/monitoring": "monitoring",
    "/remarks": "remarks",
}


@functools.cache
def templates() -> Environment:
    """The templates: everything escaped, a missing name is an error in tests and empty here."""
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    state = hashlib.sha256()
    for path in sorted((WEB / "static").iterdir()):
        state.update(path.read_bytes())
    environment.globals["static_version"] = state.hexdigest()[:12]
    environment.globals["menu"] = MENU
    return environment


def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A template in the reader's language; its fragment when the script asks."""
    fragment = "x-fragment" in request.headers
    language = language_of(request)
    content = html(request, f"_{name}" if fragment else name, **values)
    response = HTMLResponse(content, status, headers={"cache-control": "private, no-store"})
    response.headers["content-language"] = language
    response.headers["vary"] = "Cookie, Accept-Language, X-Fragment"
    if request.query_params.get("lang") == language:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_S, samesite="lax")
    return response


def html(request: Request, name: str, **values: Any) -> str:
    """A template or a fragment, filled in for who asks."""
    language = language_of(request)
    return (
        templates()
        .get_template(name)
        .render(
            language=language,
            t=lambda key, **details: messages.text(key, language, **details),
            number=lambda value, digits=0: messages.number(value, language, digits),
            percent=messages.percent,
            share_of=lambda value, digits=0: messages.share(value, language, digits),
            t_or=lambda key, other: messages.MESSAGES.get(key, (other, other))[
                messages.LANGUAGES.index(language)
            ],
            quoted=lambda words: messages.quoted(words, language),
            kind_name=lambda kind: messages.kind(kind, language),
            person=lambda name: messages.person(name, language),
            **_dates(request, language),
            doubt=DOUBT,
            language_name=lambda code: messages.language_name(code, language),
            here=request.url.path,
            other_language=_in_other_language(request, language),
            who=request.scope.get("principal", HERE),
            **{"collection": None, **values},
        )
    )


def _in_other_language(request: Request, language: messages.Language) -> str:
    """This address in the other language, with what it asks."""
    url = request.url.include_query_params(lang="en" if language == "fr" else "fr")
    return f"{url.path}?{url.query}"


def _dates(request: Request, language: messages.Language) -> dict[str, Callable[..., str]]:
    """``date``, ``hour`` and ``moment`` for templates, in the language and zone of the reader."""
    zone = reader_zone(request.app.state.settings)
    written = {"date": dates.date, "hour": dates.hour, "moment": dates.moment, "told": dates.told}
    return {name: partial(write, language=language, zone=zone) for name, write in written.items()}


def reader_zone(settings: Settings) -> ZoneInfo:
    """The zone that is set, or this machine's; UTC where the one set is not known."""
    from mlops.night.due import zone_of

    try:
        return zone_of(settings.timezone)
    except SettingsError:
        return ZoneInfo("UTC")


def wants_page(request: Request) -> bool:
    """Whether a person reads the answer: a browser at the address of a page, or of nothing."""
    route = request.scope.get("route")
    page_of_ours = route is None or not getattr(route, "include_in_schema", True)
    static = request.url.path.startswith("/static/")
    return page_of_ours and not static and "text/html" in request.headers.get("accept", "")


def error_page(request: Request, status: int, detail: str) -> HTMLResponse:
    """An error for a person; without the key, the door where it is given."""
    name = "enter.html" if status == 401 else "error.html"
    return page(request, name, status, detail=detail, code=status)


def collection(service: Service) -> dict[str, Any] | None:
    """What the head of the page says of the collection; None when nothing was read yet."""
    try:
        sources = service.sources()
        release = service.release
    except NoRelease:
        return None
    return {
        "documents": len(sources),
        "pages": sum(source.pages for source in sources),
        "release": release.id,
        "lexical_only": release.lexical_only,
        "sample": service.home.uses_sample,
    }
