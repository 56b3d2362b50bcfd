"""Steering a sandbox through its control API: over HTTP, or within its own process."""

from __future__ import annotations

from sandbox.steering.carrying import Carry, carry_trusting, over_http, over_https, over_wsgi
from sandbox.steering.control import ControlApi, SteeringError, base_of
from sandbox.steering.in_process import WSGI, WsgiAnswer, called

__all__ = [
    "WSGI",
    "Carry",
    "ControlApi",
    "SteeringError",
    "WsgiAnswer",
    "base_of",
    "called",
    "carry_trusting",
    "over_http",
    "over_https",
    "over_wsgi",
]
