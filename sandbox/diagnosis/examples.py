"""The example of each finding: requests of a client that trips it, and of one that does not (``fixtures/findings``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sandbox.fixtures import fixtures

_HEAD = re.compile(r"### (?P<kind>trips|passes) (?P<codes>[a-z0-9 -]+)")


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """One request; ``{{token}}`` and the like stand for what only a running sandbox knows."""

    method: str
    target: str
    http_version: str = "HTTP/1.1"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True)
class Example:
    """A series of requests on an account with people and groups (``fixtures/README.md``)."""

    kind: str
    """``trips`` or ``passes``."""
    codes: tuple[str, ...]
    """Of which findings it is an example."""
    text: str
    """As it stands in the file."""

    @cached_property
    def serve(self) -> tuple[str, ...]:
        """With which flags the sandbox is served for it."""
        found = re.search(r"^# serve: (.*)$", self.text, re.MULTILINE)
        return tuple(found[1].split()) if found else ()

    @property
    def is_told_only(self) -> bool:
        """Tell whether it cannot be sent as it stands, and is tested by its own means."""
        return "# tested: " in self.text

    @cached_property
    def requests(self) -> tuple[ExampleRequest, ...]:
        """The requests, in order."""
        if self.is_told_only:
            return ()
        return tuple(_read_request(part) for part in re.split(r"^###\n", self.text, flags=re.MULTILINE))

    @property
    def shown(self) -> str:
        """The text for people: without what only a test needs to know."""
        lines = [line for line in self.text.splitlines() if not line.startswith(("# tested: ", "# serve: "))]
        return "\n".join(line.removeprefix("# ") for line in lines).strip()


def examples() -> Iterator[Example]:
    """Yield every example."""
    for path in sorted((fixtures() / "findings").glob("*.http")):
        yield from _read_file(path)


def examples_by_code(kind: str) -> dict[str, Example]:
    """Return the examples of that kind by the findings they are of."""
    return {code: example for example in examples() if example.kind == kind for code in example.codes}


def _read_file(path: Path) -> Iterator[Example]:
    heads = list(_HEAD.finditer(text := path.read_text(encoding="utf-8")))
    for head, end in zip(heads, [*(each.start() for each in heads[1:]), len(text)], strict=True):
        yield Example(head["kind"], tuple(head["codes"].split()), text[head.end() : end].strip() + "\n")


def _read_request(text: str) -> ExampleRequest:
    head, _, body = text.strip().partition("\n\n")
    line, *headers = [each for each in head.splitlines() if not each.startswith("#")]
    method, target, version = [*line.split(" "), "HTTP/1.1"][:3]
    named = {name: value.strip() for name, _, value in (header.partition(":") for header in headers)}
    return ExampleRequest(method, target, version, headers=named, body=body or None)
