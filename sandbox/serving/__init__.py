"""The HTTP server: any WSGI application, a thread for each connection, and control of how a connection ends."""

from sandbox.serving.address import ServingError, url_of
from sandbox.serving.limits import Limits
from sandbox.serving.refusals import Unreadable
from sandbox.serving.server import Server

__all__ = ["Limits", "Server", "ServingError", "Unreadable", "url_of"]
