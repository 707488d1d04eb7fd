"""The service of this machine, opened in the background so that a terminal can show a page."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

    from app.service import Service

STOP_S = 5.0  # for pages being sent when the terminal leaves


class LocalService:
    """A port of this machine, reserved at the first address asked for, and served from then on.

    The address is known at once; a browser that comes before the service is loaded waits a little.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None
        self._leaving = threading.Event()

    @property
    def address(self) -> str:
        """``http://127.0.0.1:PORT``."""
        if self._socket is None:
            self._socket = socket.create_server(("127.0.0.1", 0))
            self._thread = threading.Thread(target=self._serve, args=(self._socket,), daemon=True)
            self._thread.start()
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        """Stop serving, and close the collection."""
        self._leaving.set()
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(STOP_S)
        if self._socket is not None:
            self._socket.close()
        self._service.close()

    def _serve(self, door: socket.socket) -> None:
        import uvicorn

        from app.api import create_app

        service = self._service
        app = create_app(service.home, service.settings, open_service=lambda *_: service)
        config = uvicorn.Config(
            app, access_log=False, log_level="error", timeout_graceful_shutdown=1
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        if not self._leaving.is_set():
            self._server.run(sockets=[door])
