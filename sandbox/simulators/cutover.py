"""The way to production, rehearsed: the QA account first, then production, each with a client that starts afresh."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sandbox.simulators.client import Client
from sandbox.simulators.comparing import Look
from sandbox.simulators.journal import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One account on the way."""

    account: str
    environment: str
    refused: Failure | None
    found: int
    """People who were there already, by their userName."""
    created: int
    failed: int
    different: dict[str, list[str]]
    """The attributes of people that are not as the source says."""
    foreign: dict[str, int]
    """For whom the ids stand that the client has of the account before: such a client must not be kept."""

    @property
    def is_fine(self) -> bool:
        """Whether everybody is there as the source says."""
        return self.refused is None and not self.failed and not self.different

    def as_json(self) -> dict[str, Any]:
        """Return everything."""
        return {
            "account": self.account,
            "environment": self.environment,
            "refused": self.refused.why if self.refused else None,
            "found": self.found,
            "created": self.created,
            "failed": self.failed,
            "different": self.different,
            "ids_of_the_account_before": self.foreign,
        }


def arrive(client: Client, look: Look, account: str, environment: str, before: Client | None) -> Stop:
    """Set a fresh client up at an account, run its first cycle, and look at what has become of the people."""
    if client.connect():
        client.cycle("first cycle")
    created = sum(
        tally.accepted.total()
        for tally in client.journal.tallies.values()
        if (tally.step.method, tally.step.path) == ("POST", "/Users")
    )
    people = {key: user_id for key, user_id in client.memory.ids.items() if key in client.source.people}
    return Stop(
        account=account,
        environment=environment,
        refused=client.refused,
        found=len(people) - created,
        created=created,
        failed=len(client.memory.failed),
        different=_different(client, look, people),
        foreign={} if before is None else _foreign(before, look),
    )


def _different(client: Client, look: Look, people: dict[str, str]) -> dict[str, list[str]]:
    found = {}
    for key, user_id in people.items():
        person = client.source.people[key]
        if differences := look.differences(person, user_id):
            found[person.user_name] = [each.path for each in differences]
    return found


def _foreign(before: Client, look: Look) -> dict[str, int]:
    """Return for whom the ids of another account's people stand here."""
    known = ((before.source.people.get(key), user_id) for key, user_id in before.memory.ids.items())
    return dict(Counter(str(look.stands_for(person, user_id)) for person, user_id in known if person is not None))
