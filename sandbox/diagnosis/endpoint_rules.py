"""Rules about the address: what was typed where, and what to type instead (facts/4me.md 1.1 to 1.12, clients.md 6)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import unquote

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.endpoints import Mislaid, mislaid, what_to_type
from sandbox.diagnosis.place import RESOURCES, spelled
from sandbox.diagnosis.rule import ANY_ANSWER, NO_REQUEST, ODD_PATH, REFUSAL, Rule, Told, When
from sandbox.diagnosis.sources import (
    CHOSEN,
    CONNECTION,
    DOCUMENTED,
    ENTRA_COMPATIBILITY,
    HINT,
    INFERRED,
    NEIGHBOUR,
    NO_SOURCE,
    REFUSED,
    REST,
    SCIM,
    SLIP,
    rfc,
)
from sandbox.dialect import Evidence
from sandbox.recorder import UNREADABLE

Row = tuple[str, str, str, str, Evidence, str]


def _look(code: str, sentence: str, case: Case) -> Iterator[Told]:
    """Yield what is wrong with an address that was refused."""
    if case.status not in (401, 404, 405, 400, 501) or case.method == UNREADABLE or _is_right(case):
        return
    found = mislaid(case.place, case.situation.prefixes)
    if found is not None and found.code == code:
        yield told(case, found, sentence)


def _is_right(case: Case) -> bool:
    """Tell whether the address is not why a request was refused."""
    place = case.place
    if place.resource_id is not None and spelled(place.resource_id) is not None:
        return False
    if case.status == 404 and case.refusal == "PlatformError":
        return place.is_served and (place.below[0] in ("Me", "Bulk") or len(place.below) < 2)
    return place.is_served


def told(case: Case, found: Mislaid, sentence: str) -> Told:
    """Return a finding about an address, with what to type instead."""
    instead = what_to_type(case.situation.prefixes, case.host_url)
    facts = {
        "path": case.exchange.path,
        "typed": found.typed,
        "appended": found.appended,
        "resource": case.place.resource or "Users",
        "sent": case.place.below[0] if case.place.below else "",
        "known": ", ".join(RESOURCES[:5]),
    }
    return Told(
        sentence.format(**facts),
        where="path",
        expected=_expected(case),
        received=case.exchange.path,
        fix=_fix(instead),
        type_instead=instead,
    )


def _expected(case: Case) -> str:
    resource = case.place.resource or "Users"
    return " or ".join(f"{prefix}/{resource}" for prefix in case.situation.prefixes)


def _fix(instead: dict[str, str]) -> str:
    """Say what to type, one sentence for all that a client may append."""
    by_url: dict[str, list[str]] = {}
    for appended, url in instead.items():
        by_url.setdefault(url, []).append(appended)
    choices = [f"{url} if it appends {' or '.join(names)}" for url, names in by_url.items()]
    if not choices:
        return "Mount an endpoint with --prefix."
    return f"Type {', '.join(choices).replace('if it', 'if the client', 1)}."


_ROWS: tuple[Row, ...] = (
    # code, title, message, source, evidence, fix
    ("endpoint-doubled", "/scim/v2 stands there twice",
     "/scim/v2 was typed, and the client appends /scim/v2 itself.",
     CONNECTION, DOCUMENTED, "Type the bare host."),
    ("endpoint-scim-before-scim-v2", "/scim stands before /scim/v2",
     "/scim was typed, and the client appends /scim/v2 itself.",
     CONNECTION, DOCUMENTED, "Type the bare host."),
    ("endpoint-scim-after-scim-v2", "/scim stands behind /scim/v2",
     "/scim/v2 was typed, and the client appends /scim itself.",
     CONNECTION, DOCUMENTED, "Type the bare host."),
    ("endpoint-scim-doubled", "/scim stands there twice",
     "/scim was typed, and the client appends /scim itself.",
     CONNECTION, DOCUMENTED, "Type the bare host."),
    ("endpoint-v2-doubled", "/v2 stands there twice",
     "/scim/v2 was typed, and the client appends /v2 itself.",
     CONNECTION, DOCUMENTED, "Type the address up to /scim."),
    ("endpoint-missing", "The path of the endpoint is missing",
     "The bare host was typed, and the client appends nothing but /{resource}.",
     CONNECTION, DOCUMENTED, "Type the address with /scim/v2."),
    ("endpoint-bare-host", "The bare host was opened",
     "{path} is the host alone; nothing is served there.",
     CONNECTION, DOCUMENTED, "Type the address with /scim/v2."),
    ("endpoint-not-mounted", "This form of the endpoint is not mounted here",
     "{path} is a form that 4me serves, but this sandbox was started with another --prefix.",
     CONNECTION, DOCUMENTED, "Type what is mounted, or start the sandbox with this --prefix as well."),
    ("endpoint-other-version", "The version in the path is not v2",
     "{typed} is no version that is served: 4me has SCIM 2.0 under /scim/v2 and /scim.",
     CONNECTION, DOCUMENTED, "Type the address with /scim/v2."),
    ("endpoint-v2-alone", "/v2 stands there without /scim",
     "/v2 alone leads nowhere: it belongs behind /scim.",
     CONNECTION, DOCUMENTED, "Type the address with /scim/v2."),
    ("endpoint-is-rest-api", "The address of 4me's REST API was typed",
     "/v1 is the path of 4me's REST API; SCIM has a path of its own.",
     REST, DOCUMENTED, "Type the address with /scim/v2 instead of /v1."),
    ("endpoint-in-other-case", "The path of the endpoint is in other letters",
     "{typed} is not the endpoint: paths count letter by letter.",
     rfc(3986, "6.2.2.1"), DOCUMENTED, "Type the path in small letters."),
    ("endpoint-with-white-space", "The path has white space in it",
     "{path} has a blank at the end of a part: it was copied along with the address.",
     CONNECTION, INFERRED, "Take the blank away."),
    ("endpoint-url-in-path", "A whole URL stands in the path",
     "{path} has a URL in its path: a field wanted the path alone, or the host alone.",
     CONNECTION, INFERRED, "Type host and path into the fields that want them."),
    ("endpoint-with-resource", "The name of a resource was typed into the address",
     "{typed} was typed, and the client appends /{resource} itself.",
     CONNECTION, INFERRED, "Type the address without the name of a resource."),
    ("endpoint-appended", "The client appends a part of the path itself",
     "{typed} was typed, and the client appends {appended} itself before /{resource}.",
     CONNECTION, DOCUMENTED, "Type the address without what the client appends."),
    ("endpoint-with-more-before", "Something stands before the endpoint",
     "{typed} has more before the endpoint than belongs there: 4me's address has no account and no other path in it.",
     CONNECTION, DOCUMENTED, "Type the address without it."),
    ("endpoint-with-more-behind", "Something stands between the endpoint and the resource",
     "Between the endpoint and /{resource} stands {appended}, which belongs to no address of 4me.",
     CONNECTION, DOCUMENTED, "Type the address without it."),
    ("endpoint-is-console", "The address of the console was typed",
     "/console is for people; a client needs the SCIM endpoint.",
     NO_SOURCE, CHOSEN, "Type the SCIM endpoint that the console shows."),
    ("endpoint-is-control-api", "The address of the control API was typed",
     "/_sandbox is the control API of the sandbox; a client needs the SCIM endpoint.",
     NO_SOURCE, CHOSEN, "Type the SCIM endpoint."),
    ("resource-in-other-case", "The name of the resource is in other letters",
     "/{sent} is not /{resource}: the names of resources count letter by letter.",
     rfc(7644, "3.2"), DOCUMENTED, "Write the name as it is."),
    ("resource-in-singular", "The name of the resource is not its own",
     "/{sent} is not served: the resource is called /{resource}.",
     rfc(7644, "3.2"), DOCUMENTED, "Write the name as it is."),
    ("resource-unknown", "There is no such resource",
     "/{sent} is nothing that SCIM serves at 4me: there are {known}.",
     SCIM, DOCUMENTED, "Use one of the resources there are."),
    ("path-below-resource", "There is nothing below a resource",
     "{path} goes on behind the id: an attribute has no address of its own.",
     rfc(7644, "3.2"), DOCUMENTED, "Read the resource, or PATCH it with a path."),
)  # fmt: skip


def _rule(row: Row) -> Rule:
    code, title, message, source, evidence, fix = row
    return Rule(code, REFUSED, title, fix, source, evidence, REFUSAL, partial(_look, code, message))


def _double_slash(case: Case) -> Iterator[Told]:
    if "//" in case.place.path.rstrip("/") and case.place.prefix is not None:
        yield Told(
            f"{case.exchange.path} has two slashes in a row: the address was typed with one at its end.",
            where="path",
            expected=f"/{'/'.join(case.place.segments)}",
            received=case.exchange.path,
            severity=REFUSED if case.status == 404 else None,
        )


def _last_slash(case: Case) -> Iterator[Told]:
    if case.place.path.endswith("/") and case.place.is_served:
        yield Told(
            f"{case.exchange.path} ends in a slash.",
            where="path",
            expected=f"/{'/'.join(case.place.segments)}",
            received=case.exchange.path,
            severity=REFUSED if case.status == 404 else None,
        )


def _json_suffix(case: Case) -> Iterator[Told]:
    if case.place.prefix is not None and case.place.path.rstrip("/").lower().endswith(".json"):
        yield Told(
            f"{case.exchange.path} ends in .json, which only 4me's REST API is known to take.",
            where="path",
            expected=case.exchange.path.removesuffix(".json"),
            received=case.exchange.path,
            severity=REFUSED if case.status == 404 else None,
        )


def _query_in_base(case: Case) -> Iterator[Told]:
    """Yield that a query was typed into the address, so that the resource became a part of it."""
    query = unquote(case.place.query)
    glued = next((name for name in RESOURCES if f"/{name}" in query.partition("filter=")[0]), None)
    if glued is None or case.place.resource is not None:
        return
    flag = query.partition("/")[0]
    instead = what_to_type(case.situation.prefixes, case.host_url)
    yield Told(
        f"?{flag} was typed into the address, so the client's /{glued} ended up in the query and nobody looked at it.",
        where="query",
        expected=f"{case.exchange.path}/{glued}",
        received=f"{case.exchange.path}?{case.place.query}",
        fix=f"Leave out the ? and what is behind it. {_fix(instead)}",
        type_instead=instead,
    )


def _base_itself(case: Case) -> Iterator[Told]:
    if case.place.prefix is not None and not case.place.below and not case.place.query and case.status != 401:
        yield Told(
            f"{case.exchange.path} is the endpoint itself: clients go to /Users and /Groups below it.",
            where="path",
            received=case.exchange.path,
            severity=REFUSED if case.status >= 400 else None,
        )


def _unknown_path(case: Case) -> Iterator[Told]:
    """Yield that a path is nowhere near an endpoint, when nothing better is known of it."""
    is_nowhere = case.status == 404 and case.refusal == "PlatformError" and case.place.prefix is None
    if is_nowhere and mislaid(case.place, case.situation.prefixes) is None:
        yield told(case, Mislaid("endpoint-unknown", case.place.base, ""), "{path} is not below a SCIM endpoint.")


def _connection(kind: str | None, sentence: str, case: Case) -> Iterator[Told]:
    """Yield what is known of a connection on which no request could be read; without a *kind*, of any other one."""
    if case.method != UNREADABLE or (kind is None and case.refusal in _KINDS) or case.refusal != (kind or case.refusal):
        return
    detail = case.detail.rstrip(".")
    yield Told(
        sentence.format(detail=f"{detail[:1].upper()}{detail[1:]}"),
        where="connection",
        received=repr(case.exchange.body.kept[:40])[2:-1],
    )


_KINDS = ("tls_to_http", "http_to_tls", "tls_failed")


ENDPOINT_RULES = (
    *map(_rule, _ROWS),
    Rule("endpoint-unknown", REFUSED, "The path is not below a SCIM endpoint", "Type the address with /scim/v2.",
         CONNECTION, DOCUMENTED, REFUSAL, _unknown_path),
    Rule("endpoint-with-query", SLIP, "A query was typed into the address",
         "Leave out the ? and what is behind it, or use a client that puts it at the end, as Entra ID does.",
         ENTRA_COMPATIBILITY, DOCUMENTED, When(answers=ANY_ANSWER, needs_query=True), _query_in_base),
    Rule("endpoint-itself", HINT, "The endpoint itself was opened",
         "Nothing to do: the address is right; the client appends /Users and /Groups.",
         CONNECTION, INFERRED, ODD_PATH, _base_itself),
    Rule("endpoint-https-to-http", REFUSED, "https was spoken to the http port",
         "Type http:// here, or start the sandbox with --tls; 4me itself speaks https alone.",
         REST, NEIGHBOUR, NO_REQUEST, partial(_connection, "tls_to_http",
         "A client spoke TLS (https) to a port that speaks plain http, so it never came to a request.")),
    Rule("endpoint-http-to-https", REFUSED, "http was spoken to the https port",
         "Type https:// here, as at 4me.", REST, NEIGHBOUR, NO_REQUEST, partial(_connection, "http_to_tls",
         "A client spoke plain http to a port that speaks TLS (https), so it never came to a request.")),
    Rule("endpoint-tls-failed", REFUSED, "The TLS handshake failed",
         "Let the client trust the sandbox's certificate authority; it is named when the sandbox starts with --tls.",
         NO_SOURCE, CHOSEN, NO_REQUEST, partial(_connection, "tls_failed",
         "A client broke off while TLS was agreed on: most often it does not trust the certificate. {detail}.")),
    Rule("endpoint-no-http", REFUSED, "What came was no HTTP request",
         "Do what the sentence says, or point an HTTP client at this port.", NO_SOURCE, CHOSEN, NO_REQUEST,
         partial(_connection, None, "{detail}.")),
    Rule("slash-doubled", SLIP, "Two slashes stand in a row", "Type the address without a slash at its end.",
         NO_SOURCE, CHOSEN, ODD_PATH, _double_slash, passed="Paths have single slashes"),
    Rule("slash-at-end", SLIP, "The path ends in a slash", "Send the path without the last slash.",
         NO_SOURCE, CHOSEN, ODD_PATH, _last_slash),
    Rule("json-suffix", SLIP, "The path ends in .json", "Leave out .json and say so in Accept.",
         REST, NEIGHBOUR, ODD_PATH, _json_suffix),
)  # fmt: skip
