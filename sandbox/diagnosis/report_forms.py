"""The report as text, as Markdown, and as JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import escape, quoteattr

WIDTH = 100
Report = Mapping[str, Any]


def report_text(report: Report) -> str:
    """Return the report as text of at most 100 columns, but for addresses."""
    lines = [f"Account {report['account']}: {_summary(report)}"]
    for client in report["clients"]:
        lines += ["", _who(client), *_indented(_told(client))]
        for finding in client["findings"]:
            lines += ["", *_indented(_finding_lines(finding))]
        if client["passed"]:
            lines += ["", "  Right"]
            lines += [f"    {each['sentence']} ({_times(each['times'])})" for each in client["passed"]]
    return "\n".join(lines)


def report_markdown(report: Report) -> str:
    """Return the report as Markdown."""
    lines = [f"# SCIM clients of {report['account']}", "", f"{_summary(report)}."]
    for client in report["clients"]:
        lines += ["", f"## {_who(client)}", "", *(f"- {line}" for line in _told(client))]
        if client["findings"]:
            lines += [
                "",
                "| finding | severity | times | what | what to do | how we know |",
                "|---|---|---|---|---|---|",
            ]
            lines += [_markdown_row(finding) for finding in client["findings"]]
        if client["passed"]:
            lines += ["", "Right:", ""]
            lines += [f"- {each['sentence']} ({_times(each['times'])})" for each in client["passed"]]
    return "\n".join(lines) + "\n"


def report_junit(report: Report) -> str:
    """Return the report as JUnit XML: a suite for each client, a failed case for each finding but hints."""
    suites = "".join(map(_suite, report["clients"]))
    name = _attribute(report["account"])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name={name}>\n{suites}</testsuites>\n'


def _summary(report: Report) -> str:
    if not report["exchanges"]:
        return "no exchange yet"
    counts = report["findings"]
    found = ", ".join(f"{number} {severity}" for severity, number in counts.items() if number)
    return f"{_number(report['exchanges'], 'exchange')} of {_number(len(report['clients']), 'client')}, " + (
        f"findings: {found}" if found else "no findings"
    )


def _who(client: Report) -> str:
    agent = f' "{client["user_agent"]}"' if client["user_agent"] else ""
    token = f", token {client['token']}" if client["token"] else ", no token that is known"
    return f"{client['name']}{agent}{token}"


def _told(client: Report) -> Iterator[str]:
    """Yield what a client did, and where."""
    yield f"{_number(client['exchanges'], 'exchange')}, {client['first']} to {client['last']}"
    yield ", ".join(f"{name} {number}" for name, number in client["operations"].items())
    endpoint = client["endpoint"]
    if endpoint["appends"] is not None:
        at_4me = f"; at 4me type {endpoint['type_at_4me']}" if endpoint["type_at_4me"] else ""
        yield f"appends {endpoint['appends']} to what is typed{at_4me}"


def _finding_lines(finding: Report) -> Iterator[str]:
    first = finding["first"]
    yield f"{finding['severity']}  {finding['code']}  ({_times(finding['count'])}, first in {first['id']})"
    yield from _wrapped(finding["message"])
    yield from _wrapped(f"Fix: {finding['fix']}")
    yield f"    {finding['source']} ({finding['evidence']})"


def _wrapped(text: str) -> list[str]:
    return wrap(
        text, WIDTH - 2, initial_indent="    ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def _indented(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield from (
            wrap(
                line,
                WIDTH,
                initial_indent="  ",
                subsequent_indent="      ",
                break_long_words=False,
                break_on_hyphens=False,
            )
            if not line.startswith("    ")
            else [f"  {line}"]
        )


def _markdown_row(finding: Report) -> str:
    cells = (
        f"`{finding['code']}`",
        finding["severity"],
        str(finding["count"]),
        f"{finding['message']} (first in {finding['first']['id']})",
        finding["fix"],
        f"{finding['evidence']}, {finding['source']}",
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"


def _suite(client: Report) -> str:
    cases = "".join([*map(_failed, client["findings"]), *map(_succeeded, client["passed"])])
    failures = sum(1 for finding in client["findings"] if finding["severity"] != "hint")
    number = len(client["findings"]) + len(client["passed"])
    name = _attribute(_who(client))
    return f'  <testsuite name={name} tests="{number}" failures="{failures}" errors="0">\n{cases}  </testsuite>\n'


def _failed(finding: Report) -> str:
    text = _xml(f"{finding['message']}\nFix: {finding['fix']}\n{finding['source']} ({finding['evidence']})\n"
                f"in {', '.join(finding['exchanges'])}")  # fmt: skip
    head = f'    <testcase name={_attribute(finding["code"])} classname="scim">'
    if finding["severity"] == "hint":
        return f"{head}<system-out>{text}</system-out></testcase>\n"
    message = _attribute(finding["message"])
    return f"{head}<failure type={_attribute(finding['severity'])} message={message}>{text}</failure></testcase>\n"


def _succeeded(passed: Report) -> str:
    return f'    <testcase name={_attribute(passed["code"])} classname="scim"/>\n'


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _xml(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Return a text without the control characters that XML cannot have."""
    return "".join(each if each.isprintable() or each == "\n" else "?" for each in text)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
