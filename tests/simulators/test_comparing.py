"""Whether the service provider holds what the source says: looks of our own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from sandbox.simulators.comparing import Look, Stands
from sandbox.simulators.endpoint import Slash, read_endpoint
from sandbox.simulators.run import Until
from sandbox.simulators.wire import Connection
from tests.simulators.places import Place
from tests.simulators.plays import BY_NAME, played


def test_a_person_is_compared_attribute_by_attribute(place: Callable[..., Place]) -> None:
    url, token = place()
    client = played(BY_NAME["okta aiw"].script(), url, token, people=2, groups=0, until=Until.FIRST).client
    person, other = client.source.people.values()
    ids = client.memory.ids

    with closing(Connection(read_endpoint(url), Slash.SINGLE, patience_seconds=5)) as connection:
        look = Look(connection, token)
        changed = replace(person, family="Changed", active=False)

        assert look.differences(person, ids[person.key]) == []
        assert [each.path for each in look.differences(changed, ids[person.key])] == ["name.familyName", "active"]
        assert len(look.differences(person, "4711")) == 4
        assert look.stands_for(person, ids[person.key]) is Stands.SAME
        assert look.stands_for(person, ids[other.key]) is Stands.OTHER
        assert look.stands_for(person, "4711") is Stands.NOBODY
