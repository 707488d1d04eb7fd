"""``ragphoto mcp``: the collection as tools of an assistant, over stdio or HTTP on this machine."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import HomeOption, LangOption
from app.console import Usage, language, open_home, say, told_in_words, tr

if TYPE_CHECKING:
    from app.service import Service

PORT = 8765
HOST = "127.0.0.1"  # nowhere else: who listens further is `ragphoto serve`
GRACE_S = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mcp", help=tr("help.mcp"))(mcp)


def mcp(
    http: Annotated[bool, typer.Option("--http", help=tr("protocols.http"))] = False,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help=tr("protocols.port"))
    ] = None,
    pages_at: Annotated[
        str | None, typer.Option("--pages-at", help=tr("protocols.pages_at"))
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Speak the protocol until the assistant leaves; nothing else goes to standard output."""
    with told_in_words(home):
        if port is not None and not http:
            raise Usage(tr("protocols.port_alone", port=port))
        wanted()
        from app.service import Service
        from mlops import run_log

        place, settings = open_home(home)
        run_log.configure(place)
        pages = pages_at or f"http://{HOST}:{settings.port}"
        with closing(Service.open(place, settings)) as service:
            if http:
                serve(service, pages, PORT if port is None else port)
            else:
                speak(service, pages)


def wanted() -> None:
    """Look for the protocol's SDK.

    Raises:
        NotInstalled: it is an extra, and is not there.
    """
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        from rag.errors import NotInstalled

        raise NotInstalled("mcp", extra="mcp")


def speak(service: Service, pages: str) -> None:
    """Answer on standard input and output until the other side closes them."""
    import signal

    from app.mcp_server import make_server

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a thread that reads stdin hears nothing else
    make_server(service, pages_at=pages, language=language()).run("stdio")


def serve(service: Service, pages: str, port: int) -> None:
    """Serve HTTP on this machine, and say where once the door is open.

    Raises:
        Usage: the port is taken.
    """
    import socket

    import uvicorn

    from app.mcp_server import make_app, make_server

    server = make_server(service, pages_at=pages, language=language())
    app = make_app(server, service)
    try:
        door = socket.create_server((HOST, port))
    except OSError as error:
        detail = error.strerror or error
        raise Usage(
            tr("protocols.taken", host=HOST, port=port, detail=detail, other=port + 1)
        ) from error
    with door, suppress(KeyboardInterrupt):  # which is how it is stopped
        say(tr("protocols.mcp_at", url=f"http://{HOST}:{door.getsockname()[1]}/mcp"))
        config = uvicorn.Config(
            app, access_log=False, log_level="warning", timeout_graceful_shutdown=GRACE_S
        )
        uvicorn.Server(config).run(sockets=[door])
