"""What goes into a request: templates filled in, attributes compared, operations and bodies made."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.simulators.attributes import Difference, differing, value_at
from sandbox.simulators.entra import operations
from sandbox.simulators.filling import MissingVariableError, filled, filled_text
from sandbox.simulators.okta import overlaid
from sandbox.simulators.onelogin import TemplateError, check_template, rendered
from sandbox.simulators.subject import Subject

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER = {
    "title": "Engineer",
    "active": True,
    "name": {"givenName": "Ada"},
    "emails": [{"type": "home", "value": "a@example.net"}, {"type": "work", "value": "a@example.com"}],
    ENTERPRISE: {"department": "Tools", "manager": {"value": "7"}},
}


def no_making(*_: Any) -> Any:
    raise AssertionError("nothing is to be made")


@pytest.mark.parametrize(
    ("template", "made"),
    [
        pytest.param("{{name}}", "Ada", id="a whole text"),
        pytest.param("{{active}}", False, id="a boolean stays one"),
        pytest.param({"a": "{{name}}!", "b": None}, {"a": "Ada!", "b": None}, id="null is kept"),
        pytest.param({"a": "{{title}}", "b": 1}, {"b": 1}, id="no value, no member"),
        pytest.param({"a": "{{nothing}}"}, {}, id="an unknown name, no member"),
        pytest.param(
            [{"$each": "members", "value": "{{each.id}}"}], [{"value": "1"}, {"value": "2"}], id="one for each"
        ),
        pytest.param([{"$each": "nobody", "value": 1}], [], id="none for nobody"),
        pytest.param(
            [{"$if": "members", "op": "add"}, {"$if": "nobody", "op": "remove"}], [{"op": "add"}], id="if there are"
        ),
        pytest.param({"$make": "x"}, "made of x", id="made"),
    ],
)
def test_a_template_is_filled(template: Any, made: Any) -> None:
    variables = {"name": "Ada", "active": False, "title": None, "members": [{"id": "1"}, {"id": "2"}], "nobody": []}

    assert filled(template, variables, lambda spec, _: f"made of {spec['$make']}") == made


def test_a_variable_without_a_value_in_a_text_is_an_error() -> None:
    with pytest.raises(MissingVariableError, match="id"):
        filled_text("/Users/{{id}}", {})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "Engineer"),
        ("name.givenName", "Ada"),
        ('emails[type eq "work"].value', "a@example.com"),
        ('emails[type eq "other"].value', None),
        (f"{ENTERPRISE}:department", "Tools"),
        (f"{ENTERPRISE}:manager.value", "7"),
        ("nickName", None),
        ("title.sub", None),
        ("", None),
    ],
)
def test_an_attribute_is_found_by_its_path(path: str, value: Any) -> None:
    assert value_at(USER, path) == value


def test_only_what_is_to_have_another_value_differs() -> None:
    wanted = {"title": "Head", "active": True, "nickName": "Ad", "name.familyName": None}

    assert differing(wanted, USER) == [Difference("title", "Engineer", "Head"), Difference("nickName", None, "Ad")]


def test_what_was_read_counts_more_than_what_was_sent() -> None:
    values = {"title": "Head", "document": {"title": "Changed by hand"}}
    subject = Subject("ada", values, {"title": "{{title}}"}, sent={"title": "Head"})

    assert subject.differing() == [Difference("title", "Changed by hand", "Head")]


def test_without_a_look_the_client_compares_with_what_it_sent() -> None:
    subject = Subject(
        "ada", {"family": "Vos", "given": "Ada"}, {"f": "{{family}}", "g": "{{given}}"}, sent={"g": "Ada"}
    )

    assert subject.differing() == [Difference("f", None, "Vos")]


@pytest.mark.parametrize(
    ("spec", "made"),
    [
        pytest.param(
            {"capitals": True},
            [
                {"op": "Add", "path": "title", "value": "x"},
                {"op": "Replace", "path": "active", "value": "False"},
                {"op": "Add", "path": 'a[b eq "c"].d', "value": "y"},
            ],
            id="one each, in capitals",
        ),
        pytest.param(
            {"gathered": True},
            [
                {"op": "add", "path": 'a[b eq "c"].d', "value": "y"},
                {"op": "replace", "value": {"active": False}},
                {"op": "add", "value": {"title": "x"}},
            ],
            id="gathered",
        ),
        pytest.param(
            {"always": "replace"},
            [
                {"op": "replace", "path": "title", "value": "x"},
                {"op": "replace", "path": "active", "value": False},
                {"op": "replace", "path": 'a[b eq "c"].d', "value": "y"},
            ],
            id="always replace",
        ),
    ],
)
def test_differences_become_operations(spec: dict[str, Any], made: list[dict[str, Any]]) -> None:
    differences = [
        Difference("title", None, "x"),
        Difference("active", True, False),
        Difference('a[b eq "c"].d', None, "y"),
    ]

    assert operations(spec, differences) == made


def test_mapped_attributes_are_laid_over_what_was_read_and_the_rest_goes_back() -> None:
    document = {**USER, "id": "5", "x": [1]}
    mapped = {"name": {"familyName": "Vos"}, "emails": [{"type": "work", "value": "new"}], "active": False}

    result = overlaid(document, mapped)

    assert result["name"] == {"givenName": "Ada", "familyName": "Vos"}
    assert result["emails"] == [{"type": "work", "value": "new"}, {"type": "home", "value": "a@example.net"}]
    assert (result["id"], result["x"], result["active"]) == ("5", [1], False)
    result["x"].append(2)
    assert document["x"] == [1]


@pytest.mark.parametrize(
    ("template", "made"),
    [
        pytest.param('{"active": "{$user.active}"}', {"active": "true"}, id="in quotes it is text"),
        pytest.param('{"active": {$user.active}}', {"active": True}, id="without quotes it is not"),
        pytest.param('{"t": "{$parameters.title}"}', {"t": ""}, id="what has no value is empty"),
        pytest.param('{"t": "{$user.shoe_size}"}', {"t": ""}, id="what is unknown is empty"),
        pytest.param('{"n": "{$user.lastname}"}', {"n": 'O"\\Brien'}, id="quotes are escaped"),
        pytest.param({"id": None, "b": "{$user.firstname}"}, {"id": None, "b": "Ada"}, id="null stays"),
    ],
)
def test_a_template_of_onelogin_is_filled_in_and_nothing_is_added(template: Any, made: Any) -> None:
    assert rendered(template, {"active": True, "given": "Ada", "family": 'O"\\Brien'}) == made


@pytest.mark.parametrize("text", ["{", "[]", '"x"', '{"a": {$user.manager_firstname}}', '{"a": {$user.email}}', ""])
def test_a_template_that_makes_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(TemplateError, match="it is not"):
        check_template(text)
