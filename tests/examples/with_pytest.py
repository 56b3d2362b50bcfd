"""The client under test with pytest: ``pytest with_pytest.py``."""

import pytest
from client import Client


def test_a_second_run_writes_nothing(scim_sandbox):
    client = Client(scim_sandbox.endpoint, scim_sandbox.token)
    client.provide("jane")
    scim_sandbox.exchanges.assert_writes(1)
    scim_sandbox.exchanges.clear()

    client.provide("jane")

    scim_sandbox.exchanges.assert_writes(0)
    scim_sandbox.exchanges.assert_no_findings()


@pytest.mark.scim_sandbox(users=3, clock="2026-01-01T00:00Z")
def test_the_client_works_on_after_a_rotation(scim_sandbox):
    client = Client(scim_sandbox.endpoint, scim_sandbox.token)
    scim_sandbox.tokens.rotate()

    scim_sandbox.clock.advance("29d")

    client.provide("jane")
    assert len(scim_sandbox.users) == 4
