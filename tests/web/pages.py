"""The console as a browser without JavaScript uses it: pages, and the forms on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from httpx2 import Client, Response

_VOID = {"input", "meta", "link", "br", "img", "hr"}


@dataclass
class Form:
    """A form on a page."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.named: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._last: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if "id" in given:
            self.named[given["id"]] = self._last = []
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag in {"input", "select"} and self.forms and "name" in given and given.get("type") != "radio":
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button" and self.forms:
            self.forms[-1].buttons.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open):
            self.words.append(data)
            self._last.append(data)


@dataclass
class Page:
    """A page that was answered."""

    answer: Response
    forms: list[Form]
    text: str
    """What can be read on it, with single spaces."""
    named: dict[str, list[str]]
    """What can be read in each element with an id, up to the next one."""

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status_code

    def told(self, name: str) -> str:
        """Return the text of the element with this id, as far as it has none within."""
        return self.named[name][0]

    def form(self, action: str) -> Form:
        """Return the first form that is posted to an address with this end."""
        return next(form for form in self.forms if form.action.endswith(action))


def read_page(answer: Response) -> Page:
    """Return the page in an answer."""
    reader = _Reader()
    reader.feed(answer.text)
    return Page(answer, reader.forms, " ".join(" ".join(reader.words).split()), reader.named)


class Pages:
    """Goes from page to page."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def open(self, path: str) -> Page:
        """Open a page of the first account; ``/console…`` is any page."""
        whole = path if path.startswith("/console") else f"/console/accounts/widget{path}"
        return read_page(self.client.get(whole, follow_redirects=True))

    def send(self, form: Form, /, headers: dict[str, str] | None = None, **typed: str) -> Page:
        """Send a form as the browser does, and follow to the page that tells the outcome."""
        fields = {**form.fields, **typed}
        return read_page(self.client.post(form.action, data=fields, headers=headers, follow_redirects=True))
