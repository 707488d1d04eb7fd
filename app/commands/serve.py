"""``ragphoto serve``: the page and the API, on this machine unless a key is configured."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.options import HomeOption, LangOption
from app.console import Usage, open_home, say, told_in_words, tr


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help=tr("help.serve"))(serve)


def serve(
    host: Annotated[str | None, typer.Option("--host", help=tr("opt.host"))] = None,
    port: Annotated[int | None, typer.Option("--port", help=tr("opt.port"))] = None,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Serve until stopped."""
    with told_in_words(home):
        from rag.settings import Settings

        place, _ = open_home(home)
        settings = Settings.load(place, host=host, port=port, language=lang)
        from app.security import is_loopback

        if not settings.api_key and not is_loopback(settings.host):
            raise Usage(tr("serve.key_needed", host=settings.host))
        if settings.host not in ("0.0.0.0", "::"):
            hosts = (*settings.allowed_hosts, settings.host)
            settings = settings.model_copy(update={"allowed_hosts": hosts})
        import uvicorn

        from app.api import create_app
        from mlops import run_log

        run_log.configure(place)
        shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
        say(tr("serve.at", url=f"http://{shown}:{settings.port}/"))
        app = create_app(place, settings)
        uvicorn.run(
            app, host=settings.host, port=settings.port, access_log=False, log_level="warning"
        )
