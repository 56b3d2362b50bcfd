"""What is typed into each client's form: one table, which the console and the command line read."""

from __future__ import annotations

import json
import re

import pytest

from sandbox.client_forms import ClientForm, client_forms, usual_forms
from sandbox.fixtures import fixtures
from sandbox.simulators.reading import shipped

FORMS = client_forms()
ADDRESS = re.compile(r"https://[a-z0-9.-]+\.[a-z]+/\S+")
MEMBERS = {"client", "name", "modes", "is_cloud", "place", "fields", "remark"}


@pytest.fixture(params=FORMS, ids=lambda form: form.name)
def form(request: pytest.FixtureRequest) -> ClientForm:
    """One form."""
    return request.param  # type: ignore[no-any-return]


def test_every_mode_of_every_simulator_is_set_up_on_one_form() -> None:
    played = sorted((client, mode) for client, several in shipped().items() for each in several for mode in each.modes)

    assert sorted((form.client, mode) for form in FORMS for mode in form.modes if form.client != "script") == played


def test_endpoint_and_token_are_typed_once_in_every_mode(form: ClientForm) -> None:
    for mode in form.modes:
        values = [field.value for field in form.fields_in(mode)]
        assert sum("{{endpoint}}" in value for value in values) == 1
        assert sum("{{token}}" in value for value in values) == 1


def test_everything_said_of_a_form_says_how_it_is_known(form: ClientForm) -> None:
    for told in (form.place, form.remark, *form.fields):
        assert told.evidence in {"documented", "seen", "inferred"}
        assert told.source or told.evidence == "inferred", told.says
        assert all(ADDRESS.fullmatch(source) for source in told.source)


def test_a_field_is_filled_in_for_one_service_provider() -> None:
    (field,) = (each for form in FORMS for each in form.fields_in("optscim") if each.field == "Tenant URL")

    assert field.filled(endpoint="https://h/scim", token="t") == "https://h/scim?aadOptscim062020"


def test_every_client_has_one_usual_form() -> None:
    assert [form.client for form in usual_forms()] == ["entra", "okta", "onelogin", "google", "script"]
    assert [field.field for field in usual_forms()[0].usual_fields] == ["Tenant URL", "Secret Token"]


def test_the_file_has_no_member_that_nobody_reads() -> None:
    document = json.loads((fixtures() / "clients" / "forms.json").read_text(encoding="utf-8"))
    told = {"says", "evidence", "source", "note"}
    rest = json.dumps(document["forms"])

    for row in document["forms"]:
        assert row.keys() == MEMBERS
        assert row["place"].keys() | row["remark"].keys() <= told
        assert all(field.keys() <= told | {"field", "value", "modes"} for field in row["fields"])
    assert [name for name in document["sources"] if json.dumps(name) not in rest] == []
