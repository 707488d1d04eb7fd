"""``ragphoto serve``: the page and the API, on this machine unless a key is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import HomeOption, LangOption
from app.console import Usage, open_home, say, told_in_words, tr

if TYPE_CHECKING:
    from socket import socket

    from fastapi import FastAPI

    from rag.settings import Home, Settings

GRACE_S = 10  # for answers under way when the service is stopped
IDLE_S = 65  # a connection is kept: longer than a reader thinks, and than proxies keep theirs
EVERYWHERE = ("0.0.0.0", "::")  # every address of this machine


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
        from app.guard import is_loopback

        if not is_loopback(settings.host) and not has_keys(place, settings):
            raise Usage(tr("serve.key_needed", host=settings.host))
        if settings.host not in EVERYWHERE:
            hosts = (*settings.allowed_hosts, settings.host)
            settings = settings.model_copy(update={"allowed_hosts": hosts})
        free_port(settings.host, settings.port)

        from app.api import create_app
        from mlops import run_log

        run_log.configure(place)
        listen(create_app(place, settings), settings)


def has_keys(place: Home, settings: Settings) -> bool:
    """Whether the service will want a key."""
    if settings.api_key:
        return True
    from mlops import keys
    from mlops.store import Store

    with Store(place) as store:
        return keys.any_issued(store)


def free_port(host: str, port: int) -> None:
    """Try the port before anything is loaded.

    Raises:
        Usage: it is taken, or the address is not one of this machine.
    """
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            detail = error.strerror or error
            raise Usage(
                tr("serve.taken", host=host, port=port, detail=detail, other=port + 1)
            ) from error


def listen(app: FastAPI, settings: Settings) -> None:
    """Serve, and say where once the door is open, not before."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                shown = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
                name = f"[{shown}]" if ":" in shown else shown
                port = self.servers[0].sockets[0].getsockname()[1]
                say(tr("serve.at", url=f"http://{name}:{port}/"))

    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=IDLE_S,
    )
    Server(config).run()
