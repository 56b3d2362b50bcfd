"""How long the values of 4me's records may be, as its REST API documents (facts/4me.md section 12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.people.values import PROTOCOLS, Person

PERSON_LIMITS = {
    "name": 128,
    "primary_email": 128,
    "job_title": 80,
    "location": 80,
    "employeeID": 128,
    "supportID": 50,
    "authenticationID": 128,
    "source": 30,
    "sourceID": 128,
}
"""Characters. ``locale`` has 5, but 4me's own list of languages has longer ones."""
CONTACT_LIMIT = 255
ADDRESS_LIMITS = {"address": 1024, "city": 128, "state": 30, "zip": 20, "country": 128}
ORGANIZATION_LIMITS = {"name": 128, "financialID": 128}
SITE_LIMITS = {"name": 80, "address": 1024, "city": 80, "state": 30, "zip": 20, "country": 128}
COUNTRY_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Excess:
    """A value that is too long."""

    field: str
    """The field, by its REST name; of a contact or an address with its place in the list."""
    limit: int
    length: int


def excesses(person: Person) -> Iterator[Excess]:
    """Yield every value of a person that is over the limit."""
    for name, limit in PERSON_LIMITS.items():
        value = person.value_of(name)
        if value is not None and len(value) > limit:
            yield Excess(name, limit, len(value))
    for position, contact in enumerate(person.contacts):
        for name in PROTOCOLS:
            if len(contact.get(name, "")) > CONTACT_LIMIT:
                yield Excess(f"contacts[{position}].{name}", CONTACT_LIMIT, len(contact[name]))
    for position, address in enumerate(person.addresses):
        for name, limit in ADDRESS_LIMITS.items():
            if len(address.get(name, "")) > limit:
                yield Excess(f"addresses[{position}].{name}", limit, len(address[name]))
