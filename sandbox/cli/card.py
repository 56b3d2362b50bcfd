"""The card that a sandbox shows when it serves: what to try, what is refused, where things are."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.accounts import ENDPOINT_FORMS
from sandbox.cli.program import NAME
from sandbox.cli.trust import how_to_trust

_REMARKS = ("try this first", "then this", "then the bare host")
"""One for each of the endpoint forms."""
_LABEL = 20
_NO_TOKEN = "none: it was revoked; make one with: scim-sandbox token rotate"


def card(facts: Mapping[str, Any], program: str = NAME) -> str:
    """Return the card for what the ready file says; at most 100 columns, but for lines to copy.

    Args:
        facts: what the ready file says.
        program: how this program is typed.
    """
    first, *others = facts["accounts"]
    trusted = facts.get("ca")
    return "\n".join(
        [
            f"SCIM sandbox ({facts['dialect']}): account {first['name']} ({first['environment']})",
            "",
            *_endpoints(facts["url"], first["endpoints"]),
            _row("SCIM access token", first["token"] or _NO_TOKEN),
            "",
            *(_requests(first["endpoints"][0], first["token"], trusted, program) if first["token"] else []),
            *(_trust(trusted) if trusted else []),
            *([_row("Reminder", first["reminder"])] if first.get("reminder") else []),
            *[_row(f"Token of {account['name']}", account["token"] or _NO_TOKEN) for account in others],
            _row("Console", facts["console"]),
            _row("Control API", facts["control"]),
            *([_row("Control key", facts["control_key"])] if facts["control_key"] else []),
            _row("State", facts["state"] or "kept nowhere: gone when the sandbox stops"),
            "",
            "Stop with Ctrl-C.",
        ]
    )


def _row(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{text}"


def _endpoints(url: str, endpoints: list[str]) -> Iterator[str]:
    """Yield 4me's forms, mounted or not, then whatever else is mounted."""
    known = {f"{url}{path}": remark for path, remark in zip(ENDPOINT_FORMS, _REMARKS, strict=True)}
    remarks = {
        endpoint: remark if endpoint in endpoints else f'not mounted (404); --prefix "{endpoint[len(url) :]}" would'
        for endpoint, remark in known.items()
    }
    remarks |= {endpoint: "" for endpoint in endpoints if endpoint not in known}
    width = max(map(len, remarks))
    for number, (endpoint, remark) in enumerate(remarks.items()):
        yield _row("" if number else "SCIM endpoint", f"{endpoint:<{width}}  {remark}".rstrip())


def _requests(endpoint: str, token: str, trusted: str | None, program: str) -> list[str]:
    curl = f"curl --cacert {shlex.quote(trusted)}" if trusted else "curl"
    return [
        "A request that works:",
        f'  {curl} -H "Authorization: Bearer {token}" "{endpoint}/Users?count=2"',
        "One that is refused with 401, as its token lost the last digit when it was copied:",
        f'  {curl} -i -H "Authorization: Bearer {token[:-1]}" "{endpoint}/Users?count=2"',
        "Then let it be explained:",
        f"  {program} explain",
        "",
    ]


def _trust(trusted: str) -> list[str]:
    lines = [f"  {client:<8}{typed}" for client, typed in how_to_trust(shlex.quote(trusted))]
    return ["What lets a client trust the certificate:", *lines, ""]
