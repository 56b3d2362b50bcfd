"""Rules about the SCIM access token: each way to get it wrong has a row (facts/4me.md 2.1 to 2.14)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sandbox.accounts import FIRST_NAME
from sandbox.diagnosis.case import Case
from sandbox.diagnosis.rule import EVERYTHING, REFUSAL, Rule, Told
from sandbox.diagnosis.sources import (
    CHOSEN,
    CONNECTION,
    DOCUMENTED,
    ENTRA_SCIM,
    INFERRED,
    NEIGHBOUR,
    NO_SOURCE,
    REFUSED,
    REST,
    SLIP,
    rfc,
)
from sandbox.dialect import Evidence
from sandbox.recorder import Presented

HEADER = "header Authorization"
RFC_BEARER, RFC_QUERY = rfc(6750, "2.1"), rfc(6750, "2.3")

Row = tuple[str, str, str, str, str, Evidence, str]
"""Verdict, code, title, message, source, evidence, fix."""

_ACCOUNT_HEADERS = ("x-4me-account", "x-xurrent-account", "x-itrp-account")


def _look(row: Row, case: Case) -> Iterator[Told]:
    """Yield what a verdict means for an exchange that was refused."""
    presented = case.exchange.presented
    if presented.verdict != row[0]:
        return
    if case.status == 401:
        yield _told(presented, row)
    elif presented.verdict not in ("none", "unknown", "empty"):
        yield _told(presented, row, is_cause=False)


def _told(presented: Presented, row: Row, *, is_cause: bool = True) -> Told:
    _, _, _, sentence, _, _, fix = row
    missing = presented.expected_length - presented.length
    facts = {
        **{name: getattr(presented, name) for name in presented.__slots__},
        "account": presented.account or "this account",
        "missing": missing,
        "characters": "character" if abs(missing) == 1 else "characters",
        "surplus": -missing,
    }
    return Told(
        sentence.format(**facts),
        where=presented.place or HEADER,
        expected=f"Authorization: Bearer {presented.current or 'TOKEN'}",
        received=_received(presented),
        fix=_filled(fix, presented.account),
        severity=None if is_cause else SLIP,
    )


def _filled(fix: str, account: str | None) -> str:
    """Return what to do, with the command that shows the token of that account."""
    named = f" --account {account}" if account is not None and account != FIRST_NAME else ""
    return fix.format(show=f"scim-sandbox token show{named}")


def _received(presented: Presented) -> str:
    """Return what came, without showing it."""
    if presented.verdict == "none":
        return "no Authorization header"
    if presented.place is not None:
        return f"{presented.place}={presented.fingerprint or '…'}"
    length = f" ({presented.length} characters)" if presented.length else ""
    return f"Authorization: {presented.scheme or '…'}{length}"


def _other_account(case: Case) -> Iterator[Told]:
    """Yield that a request names one account and has the token of another, or asks for what another has."""
    account = case.exchange.account
    named = next((case.headers[name] for name in _ACCOUNT_HEADERS if name in case.headers), account)
    if case.exchange.presented.verdict != "accepted":
        return
    if named != account:
        yield Told(
            f"The request names the account {named}, but its token is {account}'s: it was served from {account}.",
            where="header X-4me-Account",
            expected=f"the token of {named}",
            received=f"{case.exchange.presented.fingerprint}, the token of {account}",
        )
    elif case.refusal == "NotFoundError" and case.collection and case.resource_id:
        other = case.situation.elsewhere(case.collection, case.resource_id)
        if other is not None:
            yield Told(
                f"{account} has no {case.collection[:-1].lower()} {case.resource_id}, but {other} has one: "
                f"the token is {account}'s.",
                where=HEADER,
                expected=f"the token of {other}, if that is the account you mean",
                received=f"{case.exchange.presented.fingerprint}, the token of {account}",
            )


_ROWS: tuple[Row, ...] = (
    ("none", "token-missing", "No token came along",
     "There is no Authorization header, so nobody can tell whose account the request is for.",
     CONNECTION, DOCUMENTED, "Send the header Authorization: Bearer TOKEN; {show} prints the token."),
    ("empty", "token-empty", "The Authorization header has no token in it",
     "The Authorization header came without a token: a variable is empty, or the field was never filled in.",
     RFC_BEARER, DOCUMENTED, "Fill in the token: {show} prints it."),
    ("scheme-missing", "token-without-scheme", "The token came without the word Bearer before it",
     "The Authorization header is the bare token, without the word Bearer and a space before it.",
     RFC_BEARER, DOCUMENTED,
     "Write Bearer and one space before the token. Okta's Header Auth sends what is typed, as it is."),
    ("wrong-scheme", "token-wrong-scheme", "The scheme is not Bearer",
     "The token came with the scheme {scheme}, but a SCIM access token is a bearer token.",
     RFC_BEARER, DOCUMENTED, "Write Bearer instead of that scheme."),
    ("scheme-glued", "token-glued-to-scheme", "Bearer and the token are not separated by a space alone",
     "Between Bearer and the token stands something else than spaces, a colon for example, or nothing.",
     RFC_BEARER, DOCUMENTED, "Put one space between Bearer and the token, and nothing else."),
    ("scheme-doubled", "token-scheme-doubled", "The word Bearer came twice",
     "The header says Bearer Bearer: the client adds the word itself, and it was typed as well.",
     RFC_BEARER, DOCUMENTED, "Type the token alone into the client's field, without Bearer."),
    ("sent-twice", "token-sent-twice", "Two Authorization headers came",
     "Two Authorization headers were joined into one, so neither counts.",
     RFC_BEARER, DOCUMENTED,
     "Send one Authorization header: a custom header and the client's own token field are both set."),
    ("quoted", "token-in-quotes", "The token has quotation marks around it",
     "The token {fingerprint} of {account} came with quotation marks.",
     RFC_BEARER, DOCUMENTED, "Take the quotation marks away; they belong to a shell or a JSON file, not to the token."),
    ("white-space", "token-with-white-space", "The token has white space or a line break in it",
     "The token {fingerprint} of {account} came with white space or a line break in it.",
     RFC_BEARER, DOCUMENTED,
     "Copy the token on one line, without blanks at its ends; a file read into it may end in a line break."),
    ("wrapped", "token-in-brackets", "The token has brackets or other marks around it",
     "The token {fingerprint} of {account} came with brackets or other marks around it.",
     RFC_BEARER, DOCUMENTED, "Send the token alone: brackets in a guide stand for what is to be put in."),
    ("truncated", "token-truncated", "The token is cut of",
     "This is the token {fingerprint} of {account}, but {missing} {characters} short: "
     "{length} of {expected_length} came.",
     CONNECTION, DOCUMENTED, "Copy the token again, all of it: {show} prints it."),
    ("longer", "token-too-long", "The token has more characters than it should",
     "This is the token {fingerprint} of {account} with {surplus} more characters: {length} instead of "
     "{expected_length}.",
     CONNECTION, DOCUMENTED, "Copy the token again, and nothing beside it: {show} prints it."),
    ("mistyped", "token-mistyped", "The token differs in a few characters",
     "This is nearly the token {fingerprint} of {account}: a few of its {expected_length} characters are wrong.",
     CONNECTION, INFERRED, "Copy the token instead of typing it: {show} prints it."),
    ("other-case", "token-in-other-case", "The token came in other letters",
     "This is the token {fingerprint} of {account}, but in capitals: a token counts letter by letter.",
     RFC_BEARER, DOCUMENTED, "Send the token as it is shown, in small letters."),
    ("encoded", "token-encoded", "The token came encoded",
     "This is the token {fingerprint} of {account}, but encoded once more (Base64 or percent-encoding).",
     RFC_BEARER, DOCUMENTED, "Send the token as it is shown; only Basic credentials are Base64."),
    ("retired", "token-retired", "The token was rotated, and its overlap is over",
     "The token {fingerprint} of {account} retired at {since}: after a rotation the old token works for 30 more days.",
     CONNECTION, DOCUMENTED,
     "Give the client the new token: {show} prints it; at 4me it is in the SCIM app's settings."),
    ("revoked", "token-revoked", "The token was revoked",
     "The token {fingerprint} of {account} was revoked at {since}.",
     CONNECTION, CHOSEN, "Give the client the current token: {show} prints it."),
    ("basic", "token-as-basic", "Basic credentials came instead of a bearer token",
     "The client sent Basic credentials. 4me's ServiceProviderConfig still names them, "
     "but its REST API takes none since December 2021.",
     REST, NEIGHBOUR,
     "Choose bearer token (or HTTP header) as the client's way to authenticate, and give it the token."),
    ("in-query", "token-in-query", "The token is in the URL",
     "The token came in the URL, as {place}, where it is not looked for, and where logs keep it.",
     RFC_QUERY, DOCUMENTED, "Take it out of the URL and send the header Authorization: Bearer TOKEN."),
    ("control-key", "token-is-control-key", "The control key of the sandbox was sent as token",
     "This is the sandbox's control key, which opens the control API and the console; SCIM needs the access token.",
     NO_SOURCE, CHOSEN, "Send the SCIM access token: {show} prints it."),
    ("placeholder", "token-is-placeholder", "A placeholder came instead of a token",
     "What came is a word that stands for a token, such as YOUR_TOKEN or undefined, not the token.",
     CONNECTION, INFERRED, "Put the token in the place of that word: {show} prints it."),
    ("masked", "token-is-masked", "The token was copied while it was masked",
     "What came is a token as it is shown masked, with dots or stars: it was copied before it was revealed.",
     CONNECTION, INFERRED, "Reveal the token before you copy it: {show} prints it."),
    ("jwt", "token-is-jwt", "A JSON Web Token came instead of the SCIM access token",
     "What came is a JSON Web Token, {length} characters. Entra ID sends its own when the field Secret Token is "
     "left empty.",
     ENTRA_SCIM, DOCUMENTED, "Fill in the field Secret Token with the SCIM access token."),
    ("personal-access-token", "token-is-personal", "A personal access token came instead of the SCIM access token",
     "112 letters and digits are the form of a personal access token of 4me's REST API; SCIM has a token of its own.",
     CONNECTION, INFERRED,
     "Send the SCIM access token: at 4me it is in the SCIM app's settings; here {show} prints it."),
    ("unknown", "token-unknown", "The token is none that was ever in use here",
     "No account here has or had this token ({length} characters), nor one like it.",
     CONNECTION, INFERRED, "Give the client the token of this sandbox: {show} prints it."),
)  # fmt: skip


def _rule(row: Row) -> Rule:
    _, code, title, _, source, evidence, fix = row
    return Rule(code, REFUSED, title, _filled(fix, None), source, evidence, REFUSAL, partial(_look, row))


TOKEN_RULES = (
    *map(_rule, _ROWS),
    Rule(
        "token-of-another-account",
        SLIP,
        "The token is another account's",
        "Use the token of the account you mean: scim-sandbox token show --account NAME prints it.",
        CONNECTION,
        INFERRED,
        EVERYTHING,
        _other_account,
    ),
)
