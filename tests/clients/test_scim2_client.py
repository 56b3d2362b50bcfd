"""A client written by others, python-scim's scim2-client, provisions over a real connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import EnterpriseUser, Group, PatchOp, PatchOperation, ResourceType, ScimProvider, User

from sandbox.running import RunningSandbox
from tests.conftest import Serve

Person = User[EnterpriseUser]


@pytest.fixture(params=["4me", "rfc7644"])
def scim(request: pytest.FixtureRequest, start_sandbox: Any, serve: Serve) -> Iterator[SyncSCIMClient]:
    """Connect with what the card says: the first endpoint and the token."""
    sandbox: RunningSandbox = start_sandbox(users=3, groups=2, dialect=request.param)
    account = sandbox.facts(serve(sandbox))["accounts"][0]
    client = httpx2.Client(base_url=account["endpoints"][0], headers={"Authorization": f"Bearer {account['token']}"})
    types = [ResourceType.from_resource(model) for model in (Person, Group)]
    with client:
        yield SyncSCIMClient(client, provider=ScimProvider(models=[User, EnterpriseUser, Group], resource_types=types))


def change(client: SyncSCIMClient, model: Any, resource_id: str | None, **operation: Any) -> Any:
    """Send one operation and return the resource."""
    body = PatchOp[model](operations=[PatchOperation[model](**operation)])
    return client.modify(model, resource_id, body)


def test_a_user_is_created_found_modified_and_deactivated(scim: SyncSCIMClient) -> None:
    created = scim.create(Person(user_name="bob@widget.example", emails=[User.Emails(value="bob@widget.example")]))
    found = scim.query(Person, query_parameters={"filter": 'userName eq "BOB@widget.example"'})
    assert [user.id for user in found.resources] == [created.id]

    changed = change(scim, Person, created.id, op="replace", path="title", value="Boss")
    assert changed.title == "Boss"
    created.title = "Chief"
    assert scim.replace(created).title == "Chief"

    inactive = change(scim, Person, created.id, op="replace", path="active", value=False)
    assert inactive.active is False
    assert scim.query(Person, created.id).active is False


def test_a_group_gets_and_loses_a_member(scim: SyncSCIMClient) -> None:
    user = scim.create(Person(user_name="bob@widget.example"))
    group = scim.create(Group(display_name="Crew"))

    added = change(scim, Group, group.id, op="add", path="members", value=[{"value": user.id}])
    assert [member.value for member in added.members] == [user.id]

    removed = change(scim, Group, group.id, op="remove", path=f'members[value eq "{user.id}"]')
    assert not removed.members
    scim.delete(Group, group.id)
