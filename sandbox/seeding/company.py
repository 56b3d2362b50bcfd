"""What a company gives its people: a post with a manager, and an address of their own."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.seeding.words import ORDINARY, AwkwardRow, Department, Draw, Words

SPAN = 8
"""People who report to one manager."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where in the company somebody works."""

    department: Department
    title: str
    manager: int | None
    """The place of the manager among the people, from 1; the first person has none."""
    is_head: bool


class Chart:
    """Who reports to whom, as a tree.

    The first person leads the company, the first of each department heads it, and whoever came first in a department
    leads the next ``SPAN`` who come. A post is settled when somebody comes, so later people never change it.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._leads: dict[str, list[int]] = {}
        self._reports: dict[str, int] = {}

    def appoint(self, nth: int, row: AwkwardRow, draw: Draw) -> Post:
        """Return the post of the *nth* person, who leads nobody unless ordinary."""
        drawn = draw.one(self._words.departments)
        department = self._words.board if nth == 1 else drawn
        title = draw.one(department.titles)
        leads = self._leads.setdefault(department.name, [])
        manager = row.manager or self._manager(nth, department.name)
        is_head = row is ORDINARY and not leads
        if row is ORDINARY:
            leads.append(nth)
        return Post(
            department=department, title=department.head if is_head else title, manager=manager, is_head=is_head
        )

    def _manager(self, nth: int, department: str) -> int | None:
        leads = self._leads[department]
        if nth == 1 or not leads:
            return None if nth == 1 else 1
        reports = self._reports.get(department, 0)
        self._reports[department] = reports + 1
        return leads[min(reports // SPAN, len(leads) - 1)]


class Mailboxes:
    """The addresses of one company; a number behind the name keeps them apart."""

    def __init__(self, account: str) -> None:
        self._domain = domain_of(account)
        self._taken: dict[str, int] = {}

    def open(self, stem: str, template: str) -> tuple[str, str]:
        """Return a local part that nobody has, and the address that *template* makes of it."""
        number = self._taken[stem] = self._taken.get(stem, 0) + 1
        local = stem if number == 1 else f"{stem}{number}"
        return local, template.format(stem=local, Stem=local.title(), domain=self._domain)


def domain_of(account: str) -> str:
    """Return the domain of the work addresses of an account."""
    return f"{domain_label(account)}.example"


def domain_label(account: str) -> str:
    """Return the name of an account as a label of a domain name: letters, digits and inner hyphens, at most 63."""
    label = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in account.lower())
    return label.strip("-")[:63].rstrip("-") or "account"
