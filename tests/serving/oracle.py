"""waitress, the server whose judgement ours is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from tests.serving.raw import HOST


@contextmanager
def oracle(app: Callable[..., Any]) -> Iterator[int]:
    """Serve *app* with waitress in a thread; yield the port."""
    parts: dict[int, Any] = {}
    is_over = Event()
    server = create_server(
        app,
        map=parts,
        host=HOST,
        port=0,
        threads=1,
        ident="scim-sandbox",
        max_request_header_size=65_536,
        clear_untrusted_proxy_headers=False,
    )

    def serve() -> None:
        while not is_over.is_set():
            wasyncore.loop(timeout=0.05, map=parts, count=1)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield server.effective_port
    finally:
        is_over.set()
        thread.join()
        server.task_dispatcher.shutdown()
        wasyncore.close_all(parts)
