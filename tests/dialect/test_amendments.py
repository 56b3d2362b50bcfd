"""A departure from a schema: one path, one value, a new definition."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from sandbox.dialect.amendments import UnknownPathError, amended, published

CARS: dict[str, dict[str, Any]] = {
    "Car": {
        "id": "urn:example:Car",
        "name": "Car",
        "description": "What drives.",
        "attributes": [
            {"name": "name", "type": "string", "multiValued": False, "mutability": "readWrite"},
            {
                "name": "wheels",
                "type": "complex",
                "multiValued": True,
                "subAttributes": [
                    {"name": "value", "type": "string", "canonicalValues": ["left", "right"]},
                    {"name": "$ref", "type": "reference", "referenceTypes": ["external"]},
                ],
            },
        ],
    },
    "Boat": {"id": "urn:example:Boat", "name": "Boat", "description": "What floats.", "attributes": []},
}


def names(attributes: list[dict[str, Any]]) -> list[str]:
    """Return the names of the attributes in their order."""
    return [attribute["name"] for attribute in attributes]


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        pytest.param("Car.description", "Four wheels", ("Car", "description"), id="schema-description"),
        pytest.param("Car.name", "Automobile", ("Car", "name"), id="schema-name-though-an-attribute-has-it-too"),
        pytest.param("Car.name.required", True, ("Car", "attributes", 0, "required"), id="new-characteristic"),
        pytest.param("Car.name.mutability", "readOnly", ("Car", "attributes", 0, "mutability"), id="characteristic"),
        pytest.param("Car.wheels.published", False, ("Car", "attributes", 1, "published"), id="unpublished"),
        pytest.param(
            "Car.wheels.value.canonicalValues",
            ["right", "left"],
            ("Car", "attributes", 1, "subAttributes", 0, "canonicalValues"),
            id="list-of-sub-attribute",
        ),
        pytest.param(
            "Car.wheels.$ref.referenceTypes",
            ["Car"],
            ("Car", "attributes", 1, "subAttributes", 1, "referenceTypes"),
            id="reference",
        ),
    ],
)
def test_a_characteristic_is_set_and_nothing_else_changes(path: str, value: Any, where: tuple[Any, ...]) -> None:
    after = amended(CARS, path, value)

    expected: Any = deepcopy(CARS)
    holder = expected
    for step in where[:-1]:
        holder = holder[step]
    holder[where[-1]] = value
    assert after == expected


def test_an_object_adds_a_whole_attribute_with_the_defaults_of_the_rfc() -> None:
    after = amended(CARS, "Boat.sail", {"type": "string", "uniqueness": "server"})

    assert after["Boat"]["attributes"] == [
        {
            "name": "sail",
            "type": "string",
            "multiValued": False,
            "required": False,
            "caseExact": False,
            "mutability": "readWrite",
            "returned": "default",
            "uniqueness": "server",
        }
    ]


@pytest.mark.rfc("7643 §2.3.2")
def test_a_new_boolean_has_neither_case_nor_uniqueness() -> None:
    after = amended(CARS, "Car.wheels.primary", {"type": "boolean"})

    assert after["Car"]["attributes"][1]["subAttributes"][2].keys().isdisjoint({"caseExact", "uniqueness"})


def test_a_new_complex_attribute_can_be_given_sub_attributes() -> None:
    after = amended(amended(CARS, "Boat.sail", {"type": "complex"}), "Boat.sail.area", {"type": "decimal"})

    assert names(after["Boat"]["attributes"][0]["subAttributes"]) == ["area"]


@pytest.mark.parametrize(
    ("path", "value", "order"),
    [
        pytest.param("Car.color", {"type": "string"}, ["name", "wheels", "color"], id="last"),
        pytest.param("Car.color", {"type": "string", "before": "wheels"}, ["name", "color", "wheels"], id="before"),
        pytest.param("Car.name", {"type": "string"}, ["name", "wheels"], id="in-place-of-the-old-one"),
    ],
)
def test_an_attribute_stands_where_it_is_put(path: str, value: Any, order: list[str]) -> None:
    after = amended(CARS, path, value)["Car"]["attributes"]

    assert names(after) == order
    assert not any("before" in attribute for attribute in after)


def test_the_given_definitions_and_value_are_never_changed_or_shared() -> None:
    before, value = deepcopy(CARS), {"type": "string", "canonicalValues": ["red"]}
    given = deepcopy(value)

    after = amended(before, "Car.color", value)
    after["Car"]["attributes"][2]["canonicalValues"].clear()
    after["Car"]["attributes"][1]["subAttributes"].clear()
    after["Boat"]["attributes"].append({})

    assert before == CARS
    assert value == given


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        pytest.param("Plane.wings", True, "Plane.wings: there is no 'Plane' here, only Boat, Car", id="schema"),
        pytest.param("Plane", {"type": "string"}, "Plane: there is no 'Plane' here, only Boat, Car", id="schema-alone"),
        pytest.param("Car", "x", "Car: there is no '' here, only description, name", id="nothing"),
        pytest.param("Car.id", "x", "Car.id: there is no 'id' here, only description, name", id="schema-id"),
        pytest.param("Car.color.type", "x", "Car.color.type: there is no 'color' here, only name, wheels", id="name"),
        pytest.param("Car.NAME.type", "x", "Car.NAME.type: there is no 'NAME' here, only name, wheels", id="case"),
        pytest.param(
            "Car.wheels.size.type",
            "x",
            "Car.wheels.size.type: there is no 'size' here, only $ref, value",
            id="sub-attribute",
        ),
        pytest.param(
            "Car.name.first",
            {"type": "string"},
            "Car.name.first: there is no 'first' here, only nothing",
            id="sub-attribute-of-a-string",
        ),
        pytest.param(
            "Car.color",
            {"type": "string", "before": "doors"},
            "Car.color: there is no 'doors' here, only name, wheels",
            id="before-nothing",
        ),
    ],
)
def test_a_path_that_names_nothing_is_refused_with_what_there_is(path: str, value: Any, sentence: str) -> None:
    with pytest.raises(UnknownPathError) as refusal:
        amended(CARS, path, value)

    assert isinstance(refusal.value, KeyError)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("Car.name.color", "red", id="of-an-attribute"),
        pytest.param("Car.color", {"type": "string", "paint": "matt"}, id="in-a-new-attribute"),
        pytest.param("Car.name.subAttributes", [], id="sub-attributes-go-by-their-own-paths"),
    ],
)
def test_an_unknown_characteristic_is_refused(path: str, value: Any) -> None:
    with pytest.raises(UnknownPathError, match="caseExact"):
        amended(CARS, path, value)


@pytest.mark.parametrize("path", ["Car.color", "Car"])
def test_an_attribute_without_a_name_or_a_type_is_refused(path: str) -> None:
    value = {"required": True} if path == "Car.color" else {"type": "string"}

    with pytest.raises(ValueError, match="needs a name and a type"):
        amended(CARS, path, value)


def test_what_is_not_published_is_not_served_at_any_level() -> None:
    hidden = amended(amended(CARS, "Car.name.published", False), "Car.wheels.value.published", False)

    served = published(amended(hidden, "Car.wheels.published", True)["Car"])

    assert names(served["attributes"]) == ["wheels"]
    assert names(served["attributes"][0]["subAttributes"]) == ["$ref"]
    assert "published" not in served["attributes"][0]
    assert served["id"] == "urn:example:Car"


def test_publishing_copies() -> None:
    before = deepcopy(CARS)

    served = published(before["Car"])
    served["attributes"][1]["subAttributes"][0]["canonicalValues"].clear()
    served["attributes"].clear()

    assert before == CARS
