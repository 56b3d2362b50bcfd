"""The 4me side of one account: what its owner sees and changes of persons, organizations and sites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.people.company import GROUPS, OWN, PERSON_INDEX, USERS, Company
from sandbox.people.company_file import CompanyFile
from sandbox.people.errors import PeopleError, RecordInUseError, UnknownRecordError
from sandbox.people.explaining import Explanation, explain
from sandbox.people.records import ORGANIZATION, PERSON, SITE, Kind, change, create
from sandbox.people.values import ORGANIZATIONS, PEOPLE, USER_LINKS
from sandbox.personnel.mapper import Mapper
from sandbox.store import Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A person with what its SCIM user has to do with it."""

    person: Mapping[str, Any] | None
    """The person as JSON; ``None`` when the user has none."""
    user: Mapping[str, Any] | None
    """The document of the SCIM user; ``None`` when SCIM never had to do with the person."""
    explanation: Explanation | None
    following: Mapping[str, Any] | None = None
    """The person as JSON, as the next write of the user would leave it."""

    def as_json(self) -> dict[str, Any]:
        """Return everything as it is shown."""
        told = self.explanation
        named = None if self.user is None else {"id": self.user["id"], "userName": self.user["userName"]}
        return {
            "person": self.person,
            "user": named,
            "link": None if told is None else told.mapped.link.value,
            "fields": [] if told is None else told.steps_json(self.person, self.following),
            "attributes": [] if told is None else [each.as_json() for each in told.fates],
            "lost": [] if told is None else [each.attribute for each in told.lost],
            "cautions": [] if told is None else [each.as_json() for each in told.cautions],
        }


class Personnel:
    """Persons, organizations and sites of one account."""

    def __init__(self, store: Store, mapper: Mapper) -> None:
        """Stand on *store*, where *mapper* keeps them up to date."""
        self._store = store
        self._mapper = mapper

    def list(self, kind: Kind, skip: int, limit: int) -> tuple[int, list[dict[str, Any]]]:
        """Return how many records of a kind there are, and a stretch of them as JSON, oldest first."""
        self._mapper.settle()
        with self._store.transaction() as transaction:
            company = self._mapper.company(transaction)
            found = self._store.search(kind.collection, order="id", skip=skip, limit=limit)
            return found.total, [kind.show(each.document, company) for each in found.items]

    def read(self, kind: Kind, record_id: str) -> dict[str, Any]:
        """Return one record as JSON.

        Raises:
            UnknownRecordError: when there is none with this id.
        """
        self._mapper.settle()
        with self._store.transaction() as transaction:
            return self._shown(transaction, kind, record_id)

    def create(self, kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a record, and return it.

        Raises:
            PeopleError: when *body* does not fit.
        """
        self._mapper.settle()
        with self._store.transaction() as transaction:
            return self._shown(transaction, kind, create(kind, body, self._mapper.company(transaction)))

    def change(self, kind: Kind, record_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change what *body* has of a record, and return it.

        Raises:
            UnknownRecordError: when there is none with this id.
            PeopleError: when *body* does not fit.
        """
        self._mapper.settle()
        with self._store.transaction() as transaction:
            change(kind, record_id, body, self._mapper.company(transaction))
            return self._shown(transaction, kind, record_id)

    def delete(self, kind: Kind, record_id: str) -> None:
        """Remove a record that no other needs.

        Raises:
            UnknownRecordError: when there is none with this id.
            RecordInUseError: when another one names it.
        """
        self._mapper.settle()
        with self._store.transaction() as transaction:
            if transaction.look(kind.collection, record_id) is None:
                raise UnknownRecordError(kind.name, record_id)
            self._check_unused(transaction, kind, record_id)
            transaction.drop(kind.collection, record_id)

    def plant(
        self,
        file: CompanyFile,
        nth_user: Callable[[int], tuple[str, str] | None],
        address: Callable[[str], str] = str,
    ) -> None:
        """Make what exists before SCIM comes.

        Args:
            file: what there is.
            nth_user: returns address and name of a user that will be seeded, or ``None``.
            address: completes a primary e-mail address of the file.

        Raises:
            PeopleError: naming the line of what does not fit.
        """
        with self._store.joining() as transaction:
            company = self._mapper.company(transaction)
            self._plant(file.organizations, "organizations", ORGANIZATION, file, company)
            if file.own_organization is not None:
                company.own(file.own_organization)
            self._plant(file.sites, "sites", SITE, file, company)
            people = [_person_row(row, nth_user, address) for row in file.people]
            self._plant(people, "people", PERSON, file, company)

    def explain(self, record_id: str) -> Explained:
        """Explain a person by its id, or what became of a SCIM user by its; no number is both.

        Raises:
            UnknownRecordError: when there is neither.
        """
        self._mapper.settle()
        with self._store.transaction() as transaction:
            person = transaction.look(PEOPLE, record_id)
            user_id = record_id if person is None else self._user_of(transaction, person)
            user = None if user_id is None else transaction.look(USERS, user_id)
            if person is None and user is None:
                raise UnknownRecordError("person or SCIM user", record_id)
            company = self._mapper.company(transaction)
            told = None if user is None else self._told(transaction, user, company)
            if person is None and told is not None and told.mapped.before is not None:
                person = transaction.look(PEOPLE, told.mapped.before.id)
            shown = None if person is None else PERSON.show(person, company)
            following = None if told is None else told.mapped.person
            return Explained(
                person=shown,
                user=user,
                explanation=told,
                following=None if following is None else PERSON.show(following.row, company),
            )

    def _user_of(self, transaction: Transaction, person: Mapping[str, Any]) -> str | None:
        """Return the SCIM user that wrote a person last, else another one that is linked to it."""
        linked = transaction.equal(USER_LINKS, PERSON_INDEX, person["id"])
        return person["sourceID"] if person.get("sourceID") in linked else next(iter(linked), None)

    def _told(self, transaction: Transaction, user: Mapping[str, Any], company: Company) -> Explanation:
        groups = [transaction.look(GROUPS, group_id) for group_id in transaction.groups_of((False, user["id"]))]
        return explain(
            user,
            company,
            company.rules,
            groups=tuple(group["displayName"] for group in groups if group is not None),
            others=company.others_of(user["id"]),
        )

    def _shown(self, transaction: Transaction, kind: Kind, record_id: str) -> dict[str, Any]:
        row = transaction.look(kind.collection, record_id)
        if row is None:
            raise UnknownRecordError(kind.name, record_id)
        return kind.show(row, self._mapper.company(transaction))

    def _plant(
        self, rows: Iterable[Mapping[str, Any]], name: str, kind: Kind, file: CompanyFile, company: Company
    ) -> None:
        for position, row in enumerate(rows):
            try:
                if row:
                    create(kind, row, company)
            except PeopleError as error:
                raise PeopleError(f"line {file.lines.get((name, position), 1)}: {error}") from None

    def _check_unused(self, transaction: Transaction, kind: Kind, record_id: str) -> None:
        """Pass when no other record names this one; groups and SCIM users let go of it by themselves.

        Raises:
            RecordInUseError: saying who does, and what to do instead.
        """
        if kind is ORGANIZATION and record_id in transaction.equal(ORGANIZATIONS, OWN, True):
            raise RecordInUseError("this is the account's own organization; every new person needs it")
        field = "manager" if kind is PERSON else kind.name
        people = [
            each.document["name"] for each in self._store.search(PEOPLE).items if each.document.get(field) == record_id
        ]
        parts = [
            each.document["name"]
            for each in self._store.search(ORGANIZATIONS).items
            if kind is ORGANIZATION and each.document.get("parent") == record_id
        ]
        if people or parts:
            named = ", ".join((people + parts)[:3])
            told = f"{len(people) + len(parts)} others name this {kind.name} ({named})"
            raise RecordInUseError(f'{told}; to take it out of use, PATCH {{"disabled": true}}')


def _person_row(
    row: Mapping[str, Any], nth_user: Callable[[int], tuple[str, str] | None], address: Callable[[str], str]
) -> Mapping[str, Any]:
    """Return a person of a company file with its address and name; nothing when its user will not be seeded."""
    if "nth" not in row:
        return {**row, "primary_email": address(row["primary_email"])}
    known = nth_user(row["nth"])
    if known is None:
        return {}
    fields = {name: value for name, value in row.items() if name != "nth"}
    return {"primary_email": known[0], "name": known[1], **fields}
