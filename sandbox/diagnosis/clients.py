"""Telling provisioning clients apart, by their headers and their habits (facts/clients.md 0, last paragraph)."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.diagnosis.case import Case

UNKNOWN = "unknown"
NAMES = {
    "okta": "Okta",
    "onelogin": "OneLogin",
    "google": "Google Workspace",
    "entra": "Microsoft Entra ID",
    "validator": "Microsoft SCIM Validator",
    UNKNOWN: "unknown client",
}
"""What each is called in a sentence."""

ClientKey = tuple[str | None, str, str, bool]
"""By what exchanges are one client's: token, ``User-Agent``, ``Accept``, and whether Entra ID's header is there."""


def key_of(case: Case) -> ClientKey:
    """Return by what the client of an exchange is known."""
    headers = case.exchange.headers
    agent, accept = headers.get("User-Agent", ""), headers.get("Accept", "")
    return case.exchange.presented.fingerprint, agent, accept, "Adscimversion" in headers


def recognised(case: Case) -> str | None:
    """Return which client an exchange gives away, or ``None`` when it could be anybody's."""
    agent = case.headers.get("user-agent", "")
    if agent:
        return _by_agent(agent)
    if "adscimversion" in case.headers:
        return "entra"
    if case.exchange.target.endswith(("&", "?")):
        return "onelogin"
    return _by_habit(case) or ("validator" if case.headers.get("accept") == "application/scim+json" else None)


def _by_agent(agent: str) -> str | None:
    if agent.lower().startswith("okta"):
        return "okta"
    return "google" if "google-auto-provisioning" in agent.lower() else None


def _by_habit(case: Case) -> str | None:
    """Return the client that writes like this, for those that do not say who they are."""
    body = case.json if case.exchange.body.length and isinstance(case.json, Mapping) else {}
    ops = [each.get("op") for each in case.operations or () if isinstance(each, Mapping)]
    if any(isinstance(op, str) and op != op.lower() for op in ops):
        return "entra"
    if {"password", "locale", "groups"} <= body.keys() and body["groups"] == []:
        return "okta"
    return None
