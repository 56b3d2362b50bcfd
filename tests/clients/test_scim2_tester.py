"""Conformance by others: python-scim's scim2-tester, in process, against both dialects."""

from __future__ import annotations

from typing import Any

import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_models import EnterpriseUser, Group, ResourceType, ScimProvider, User
from scim2_tester import CheckResult, Status, check_server

from sandbox.app import create_app
from sandbox.dialect import QUIRKS_BY_NAME
from tests.conftest import OpenSandbox

Check = tuple[str, str | None]
"""The title of a check, and the resource type it was about."""

DEVIATIONS: dict[Check, set[str]] = {
    ("resource_types_schema_validation", None): {"schemas_in_schema"},
    ("access_schema_by_id", None): {"schemas_in_schema"},
    ("random_url", None): {"gate_error_shape"},
    ("search_with_attributes", "User"): {"search_endpoint"},
    ("search_with_attributes", "Group"): {"search_endpoint"},
    ("object_deletion", "User"): {"user_delete"},
    ("check_add_attribute", "Group"): {"members_type", "members_display"},
    ("check_replace_attribute", "Group"): {"members_type", "members_display"},
}
"""Every check that the 4me dialect fails, and the rows that are why; a client that knows the RFC's schemas asks."""

DEVIATIONS_AS_DISCOVERED: dict[Check, set[str]] = {
    **DEVIATIONS,
    **{
        (title, "Group"): {"Group.members.display"}
        for title in (
            "object_query_with_attributes",
            "object_list_with_attributes",
            "object_replacement",
            "check_remove_attribute",
        )
    },
}
"""The same when the client takes 4me's own /Schemas at their word, which do not list what groups show of a member."""


def results(start_sandbox: OpenSandbox, dialect: str, **client: Any) -> list[CheckResult]:
    """Return what the tester finds."""
    sandbox = start_sandbox(ephemeral=True, dialect=dialect)
    current = sandbox.accounts["widget"].keyring.current
    assert current is not None
    headers = {"Authorization": f"Bearer {current.value}"}
    return check_server(WSGISCIMClient(create_app(sandbox), "http://localhost/scim/v2", headers, **client))


def failed(found: list[CheckResult]) -> set[Check]:
    """Return the checks that did not pass."""
    return {(result.title, result.resource_type) for result in found if result.status is not Status.SUCCESS}


def test_the_strict_dialect_passes_every_check_and_skips_none(start_sandbox: OpenSandbox) -> None:
    found = results(start_sandbox, "rfc7644")

    assert [(result.title, result.reason) for result in found if result.status is not Status.SUCCESS] == []
    assert len(found) > 100


def test_4me_fails_just_the_checks_that_its_rows_explain(start_sandbox: OpenSandbox) -> None:
    types = [ResourceType.from_resource(model) for model in (User[EnterpriseUser], Group)]
    provider = ScimProvider(models=[User, EnterpriseUser, Group], resource_types=types)

    found = results(start_sandbox, "4me", provider=provider)

    assert failed(found) == set(DEVIATIONS)
    assert len(found) > 100


def test_4me_fails_a_few_more_when_its_own_schemas_are_believed(start_sandbox: OpenSandbox) -> None:
    assert failed(results(start_sandbox, "4me")) == set(DEVIATIONS_AS_DISCOVERED)


@pytest.mark.parametrize("rows", DEVIATIONS_AS_DISCOVERED.values(), ids=map(str, DEVIATIONS_AS_DISCOVERED))
def test_a_deviation_is_traced_to_rows_in_which_the_dialects_differ(rows: set[str]) -> None:
    fourme, strict = ({row.field: row.value for row in QUIRKS_BY_NAME[name]} for name in ("4me", "rfc7644"))

    for row in rows:
        assert fourme[row] != strict.get(row)
