"""Comparing an identity source with the directory of a running sandbox, and sending what would mend it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from sandbox.cli.options import Refusal, UsageRefusal
from sandbox.cli.steered import Steered
from sandbox.dialect import read_dialect
from sandbox.people.diff.comparing import compare, compared
from sandbox.people.diff.csv_source import read_csv
from sandbox.people.diff.json_source import read_json_source
from sandbox.people.diff.mending import BULK_ID, Budget, calls_for
from sandbox.people.diff.source import Source
from sandbox.people.json_places import PlacedError

PAGE = 1_000
TIMEOUT_SECONDS = 30
READERS = {".csv": read_csv, ".json": read_json_source}


def read_source_file(path: Path, steered: Steered) -> Source:
    """Return what a source file says, by the schemas that the running sandbox speaks."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageRefusal(f"{path}: a source is a file that ends in {' or '.join(READERS)}")
    users = read_dialect(steered.api.call("GET", "/dialect")["name"]).resource_types["Users"]
    try:
        return reader(path.read_bytes(), users)
    except OSError as error:
        raise UsageRefusal(f"{path}: this file cannot be read: {error.strerror}") from error
    except PlacedError as error:
        raise UsageRefusal(f"{path}: {error}") from error


@dataclass(frozen=True, slots=True)
class Comparison:
    """A source beside a running sandbox."""

    steered: Steered
    source: Source
    budget: Budget

    def run(self) -> dict[str, Any]:
        """Compare, and return differences and calls; no calls when they would delete more than the budget allows."""
        directory = compared(self._all("Users"), self._all("Groups"))
        found = compare(self.source, directory)
        allowed = self.budget.allowed(directory.removable)
        refused = None
        if found.deletes > allowed:
            refused = (
                f"{found.deletes} users or groups would be deleted or made inactive, but the budget of {self.budget} "
                f"allows {allowed}; look at them, then allow more with --max-deletes"
            )
        calls = [] if refused else calls_for(found, self.source, directory)
        return {
            **found.as_json(),
            "differs": bool(found),
            "deletes": found.deletes,
            "allowed": allowed,
            "refused": refused,
            "calls": [call.as_json() for call in calls],
        }

    def apply(self, calls: list[dict[str, Any]]) -> None:
        """Send the calls to the SCIM endpoint, in their order."""
        endpoint, headers = self._endpoint()
        ids: dict[str, str] = {}
        for number, call in enumerate(calls, start=1):
            path, body = _with_ids([call["path"], call["body"]], ids)
            content = None if body is None else json.dumps(body).encode()
            request = Request(endpoint + path, data=content, headers=headers, method=call["method"])
            try:
                with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT_SECONDS) as answer:
                    created = json.loads(answer.read() or b"{}")
            except HTTPError as error:
                detail = error.read().decode("utf-8", "replace")[:300]
                told = f"{call['method']} {path} was answered {error.code} {detail}"
                raise Refusal(f"call {number} of {len(calls)} was refused, {number - 1} are done: {told}") from error
            except (URLError, OSError) as error:
                raise Refusal(f"call {number} of {len(calls)} did not get through: {error}") from error
            if "bulkId" in call:
                ids[BULK_ID + call["bulkId"]] = created["id"]

    def _endpoint(self) -> tuple[str, dict[str, str]]:
        """Return where the account's SCIM endpoint is, and the headers that open it."""
        token = self.steered.call("GET", "/tokens?reveal=true").get("token")
        if token is None:
            raise Refusal("the account accepts no token; make one with: scim-sandbox token rotate")
        endpoint = self.steered.call("GET", "/directory/Users?count=0")["endpoint"]
        return endpoint, {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}

    def _all(self, collection: str) -> Iterator[Mapping[str, Any]]:
        """Yield every user or group, page by page."""
        start = 1
        while True:
            page = self.steered.call("GET", f"/directory/{collection}?start={start}&count={PAGE}")
            yield from page["items"]
            start += PAGE
            if start > page["total"]:
                return


def _with_ids(value: Any, ids: Mapping[str, str]) -> Any:
    """Return a value with the id of every user that was created in the place of its name."""
    if isinstance(value, str):
        head, slash, last = value.rpartition("/")
        return f"{head}{slash}{ids.get(last, last)}"
    if isinstance(value, list):
        return [_with_ids(each, ids) for each in value]
    return {name: _with_ids(each, ids) for name, each in value.items()} if isinstance(value, dict) else value
