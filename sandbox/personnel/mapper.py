"""The mapping as it runs: within the commit of each SCIM write, and for whoever was not mapped yet when somebody looks.

Persons come from SCIM users, but not from what these are now alone: a blank keeps the value before, a language is for
new persons only. So every write has to be followed, and costs a look at a few rows. Users that were planted, or kept by
an older version, are mapped when somebody looks or before their next change, and cost nothing until then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypedDict

from sandbox.clock import Clock
from sandbox.dialect import read_dialect
from sandbox.people.cautions import MappedUser
from sandbox.people.company import GROUPS, USERS, Company, Tables
from sandbox.people.group_mapping import map_group
from sandbox.people.mapping import DEFAULT_RULES, Mapped, Rules
from sandbox.people.mapping_file import read_mapping
from sandbox.people.place_rules import manager_in
from sandbox.people.values import GROUP_LINKS, USER_LINKS
from sandbox.people.written import Written
from sandbox.scim.instant import utc_text
from sandbox.scim.schema import ResourceType
from sandbox.store import Store, Transaction

logger = logging.getLogger("sandbox")

MAPPING = "mapping"
"""The named value with the mapping file in force: its ``name`` and its ``text``."""
AT_ONCE = 500
"""How many users are mapped in one step when somebody looks; in between others may write."""
REMEMBERED = 1_000
"""Of how many users, those written last, it is remembered what the rules made of them: it spares work, no more."""

Note = Callable[[MappedUser], None]


def note_nothing(_: MappedUser) -> None:
    """Take no notice of what became of a user."""


class MappingText(TypedDict):
    """A mapping file."""

    name: str
    text: str


def read_rules(file: MappingText) -> Rules:
    """Return the rules in force with a mapping file: it names attributes as 4me does, whatever dialect is spoken.

    Raises:
        MappingFileError: naming the line of what is wrong.
    """
    types = _fourme_types()
    return read_mapping(file["text"], file["name"], types[USERS], types[GROUPS])


@cache
def _fourme_types() -> Mapping[str, ResourceType]:
    return read_dialect("4me").resource_types


class Mapper:
    """Lets the rules of one account run."""

    def __init__(self, store: Store, clock: Clock, account: str, note: Note = note_nothing) -> None:
        """Take over what *store* keeps of the account of that name; *note* gets what became of each user written.

        Raises:
            MappingFileError: when the mapping file that is kept cannot be used.
        """
        self._store = store
        self._clock = clock
        self._note = note
        self._own_name = account.replace("-", " ").title()
        self._read: tuple[Any, Rules] = (None, DEFAULT_RULES)
        self._rules(store.setting(MAPPING))
        self._last: dict[str, Mapped] = {}

    def follow(self, written: Written) -> None:
        """Let the rules run for a SCIM write, as a part of its transaction; the write itself cannot fail of it."""
        try:
            with self._store.joining() as transaction:
                self._follow(transaction, written)
        except Exception:  # whatever a rule stumbles over, the SCIM write happens and is answered as ever
            logger.exception("The mapping of a SCIM write failed; the write itself is kept")

    def settle(self) -> None:
        """Map whoever has not been mapped yet."""
        if not self._is_behind():
            return
        with self._store.transaction() as transaction:
            self._settle_groups(transaction)
        behind = self._behind()
        for start in range(0, len(behind), AT_ONCE):
            with self._store.transaction() as transaction:
                self._settle_users(transaction, behind[start : start + AT_ONCE])

    def company(self, tables: Tables, rules: Rules | None = None) -> Company:
        """Return the account's company on tables that are open."""
        rules = rules or self._rules(self._store.setting(MAPPING))
        return Company(tables, self._own_name, lambda: utc_text(self._clock.now()), rules)

    def rules(self) -> Rules:
        """Return the rules in force."""
        return self._rules(self._store.setting(MAPPING))

    def file(self) -> MappingText | None:
        """Return the mapping file in force; ``None`` when the default mapping is."""
        kept: MappingText | None = self._store.setting(MAPPING)
        return kept

    def change_rules(self, file: MappingText | None) -> None:
        """Put a mapping file in force, or the default mapping, and work through all users and groups again.

        Raises:
            MappingFileError: when it cannot be used; nothing changes.
        """
        rules = self._rules(file)
        if file == self.file():
            return
        with self._store.joining() as transaction:
            self._settle_groups(transaction)
            self._settle_users(transaction, self._behind())
            transaction.set(MAPPING, file)
            company = self.company(transaction, rules)
            for group in self._store.search(GROUPS, order="id").items:
                _guarded(company.run_group_rules, group.document)
            for user in self._store.search(USERS, order="id").items:
                _guarded(company.run_user_rules, user.document)

    def _rules(self, file: MappingText | None) -> Rules:
        """Return the rules of a mapping file, read once as long as it stays the same."""
        known, rules = self._read
        if file != known:
            rules = DEFAULT_RULES if file is None else read_rules(file)
            self._read = (file, rules)
        return rules

    def _follow(self, transaction: Transaction, written: Written) -> None:
        company = self.company(transaction)
        if self._is_behind():
            self._settle_groups(transaction)
            touched = written.users if written.gone_user is None else (*written.users, written.gone_user)
            self._settle_users(transaction, self._behind_among(transaction, touched))
        if written.group is not None:
            self._follow_group(transaction, company, written.group)
        for user_id in written.users:
            user = transaction.look(USERS, user_id)
            if user is None:
                continue
            mapped = company.run_user_rules(user, self._last.get(user_id))
            self._remember(user_id, mapped)
            if written.is_of_user:
                self._note(MappedUser(mapped, company.others_of(user_id)))
        if written.gone_user is not None:
            company.forget_user(written.gone_user)
        if written.gone_group is not None:
            company.forget_group(written.gone_group)

    def _remember(self, user_id: str, mapped: Mapped) -> None:
        """Keep what the rules made of a user, of the users that were written last."""
        self._last.pop(user_id, None)
        self._last[user_id] = mapped
        if len(self._last) > REMEMBERED:
            del self._last[next(iter(self._last))]

    def _follow_group(self, transaction: Transaction, company: Company, group_id: str) -> None:
        """Let the group rules run; whoever they could reach and was not mapped before is mapped before they do."""
        group = transaction.look(GROUPS, group_id)
        if group is None:
            return
        before = company.group_link(group_id)
        mapped = map_group(group, before, company, company.rules)
        if mapped.link == before and not mapped.renamed:
            return
        if mapped.renamed or before is not None:
            self._settle_users(transaction, self._behind())
        company.run_group_rules(group)

    def _is_behind(self) -> bool:
        count = self._store.count
        return count(USERS) != count(USER_LINKS) or count(GROUPS) != count(GROUP_LINKS)

    def _settle_groups(self, transaction: Transaction) -> None:
        """Map every group that has not been mapped yet, as it was before the transaction that is open."""
        if self._store.count(GROUPS) == self._store.count(GROUP_LINKS):
            return
        company = self.company(transaction)
        for stored in self._store.search(GROUPS, order="id").items:
            is_mapped = transaction.look(GROUP_LINKS, stored.document["id"]) is not None
            if not is_mapped and not _guarded(company.run_group_rules, stored.document):
                transaction.adopt(GROUP_LINKS, {"id": stored.document["id"]})

    def _settle_users(self, transaction: Transaction, user_ids: Iterable[str]) -> None:
        """Map these users as they were before the transaction that is open, those who have not been mapped yet."""
        company = self.company(_Before(transaction, self._store))
        for user_id in user_ids:
            stored = self._store.read(USERS, user_id)
            if stored is None or transaction.look(USER_LINKS, user_id) is not None:
                continue
            if not _guarded(_as_written(company, stored.document).run_user_rules, stored.document):
                transaction.adopt(USER_LINKS, {"id": user_id})

    def _behind_among(self, transaction: Transaction, user_ids: Iterable[str]) -> list[str]:
        """Return those of the users, and of the managers above them, who have not been mapped yet, oldest first."""
        behind: set[str] = set()
        waiting = [*user_ids, *(manager_in(transaction.look(USERS, user_id) or {}) for user_id in user_ids)]
        while waiting:
            user_id = waiting.pop()
            stored = self._store.read(USERS, user_id)
            if stored is not None and user_id not in behind and transaction.look(USER_LINKS, user_id) is None:
                behind.add(user_id)
                waiting.append(manager_in(stored.document))
        return sorted(behind, key=int)

    def _behind(self) -> list[str]:
        """Return the ids of all users who have not been mapped yet, oldest first."""
        ids = [stored.document["id"] for stored in self._store.search(USERS, order="id").items]
        return [user_id for user_id in ids if self._store.read(USER_LINKS, user_id) is None]


def _guarded(run: Callable[[Mapping[str, Any]], object], document: Mapping[str, Any]) -> bool:
    """Let rules run on one user or group, and tell whether they came through; the others are mapped in any case."""
    try:
        run(document)
    except Exception:  # see Mapper.follow
        logger.exception("The mapping of the SCIM resource with id %s failed", document["id"])
        return False
    return True


def _as_written(company: Company, user: Mapping[str, Any]) -> Company:
    """Return the company at the time when a user was written, for a mapping that comes later."""
    return Company(company.tables, company.name, lambda: str(user["meta"]["lastModified"]), company.rules)


class _Before:
    """The tables of a transaction, with memberships as they were before it."""

    def __init__(self, transaction: Transaction, store: Store) -> None:
        self._transaction = transaction
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def groups_of(self, member: tuple[bool, str]) -> Iterable[str]:
        """Return the ids of the groups a user was in."""
        return self._store.groups_of(member)
