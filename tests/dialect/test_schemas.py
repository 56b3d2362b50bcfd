"""The schemas of both dialects: the RFC's, and what the rows make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import scim2_models

from sandbox.dialect import fourme_schemas, rfc7644_schemas
from sandbox.dialect.amendments import amended, published
from sandbox.dialect.quirk import Evidence, Quirk
from sandbox.dialect.schemas import NAMES, definitions
from sandbox.scim.schema import read_schema

Characteristics = dict[str, dict[str, Any]]
COMPARED = (
    "type",
    "multiValued",
    "required",
    "caseExact",
    "canonicalValues",
    "referenceTypes",
    "mutability",
    "returned",
    "uniqueness",
)


def of_dialect(quirks: tuple[Quirk, ...]) -> dict[str, dict[str, Any]]:
    """Return the schemas with the rows applied."""
    result = definitions()
    for quirk in quirks:
        result = amended(result, quirk.field, quirk.value)
    return result


def flat(definition: Mapping[str, Any], prefix: str) -> Characteristics:
    """Return the compared characteristics of every attribute by its path (``User.emails.value``)."""
    return {
        f"{prefix}.{path}": {name: attribute[name] for name in COMPARED if name in attribute}
        for path, attribute in walk(definition["attributes"])
    }


def walk(attributes: list[dict[str, Any]], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every attribute and sub-attribute with its path."""
    for attribute in attributes:
        path = prefix + attribute["name"]
        yield path, attribute
        yield from walk(attribute.get("subAttributes", []), f"{path}.")


def of_oracle() -> Characteristics:
    """Return the characteristics as scim2-models has them; without what §2.3 denies a type, and what is unassigned."""
    result: Characteristics = {}
    models: tuple[Any, ...] = (scim2_models.User, scim2_models.EnterpriseUser, scim2_models.Group)
    for name, model in zip(NAMES, models, strict=True):
        result |= flat(model.to_schema().model_dump(), name)
    for each in result.values():
        if each["type"] in ("boolean", "complex"):
            del each["caseExact"], each["uniqueness"]
    return result


def differences(ours: Characteristics, theirs: Characteristics) -> dict[str, Any]:
    """Return our value of every characteristic that differs; ``None`` for an attribute that only they have."""
    result: dict[str, Any] = {}
    for path in ours.keys() | theirs.keys():
        if path not in ours or path not in theirs:
            result[path] = ours.get(path)
            continue
        for name in COMPARED:
            if ours[path].get(name) != theirs[path].get(name):
                result[f"{path}.{name}"] = ours[path].get(name)
    return result


FOURME = of_dialect(fourme_schemas.SCHEMA_QUIRKS)
RFC7644 = of_dialect(rfc7644_schemas.SCHEMA_QUIRKS)
CASE_DIFFERS = (
    "User.profileUrl",
    "User.photos.value",
    "User.groups.value",
    "User.groups.$ref",
    "User.x509Certificates.value",
    "EnterpriseUser.manager.value",
    "EnterpriseUser.manager.$ref",
    "Group.members.value",
    "Group.members.$ref",
)
"""Where the RFC prints ``caseExact: false`` against its own §2.3.6, §2.3.7 and §3.1."""
OUR_OPINION = {
    "User.password.caseExact": False,
    "EnterpriseUser.manager.value.required": False,
    "EnterpriseUser.manager.$ref.required": False,
}
"""Where scim2-models departs from what the RFC prints and we do not."""


@pytest.mark.rfc("7643 §8.7.1")
def test_the_files_are_what_the_rfc_prints() -> None:
    ours: Characteristics = {}
    for name, definition in definitions().items():
        ours |= flat(definition, name)

    assert differences(ours, of_oracle()) == {
        **{f"{path}.caseExact": False for path in CASE_DIFFERS},
        **OUR_OPINION,
        "User.addresses.primary": None,
        "User.groups.$ref.referenceTypes": ["User", "Group"],
        "Group.displayName.required": False,
        "Group.members.display": None,
    }


@pytest.mark.rfc("7643 §7")
def test_the_strict_dialect_serves_what_the_rfc_means() -> None:
    ours: Characteristics = {}
    for name, definition in RFC7644.items():
        ours |= flat(definition, name)

    chosen = {"Group.displayName.uniqueness": "server", "Group.members.display.mutability": "readOnly"}
    assert differences(ours, of_oracle()) == {**OUR_OPINION, **chosen}


@pytest.mark.rfc("7643 §2.3.2")
@pytest.mark.parametrize("name", NAMES)
def test_every_attribute_says_what_its_type_has_and_describes_itself(name: str) -> None:
    for dialect in (definitions(), FOURME, RFC7644):
        for path, attribute in walk(dialect[name]["attributes"]):
            has_case = attribute["type"] not in ("boolean", "complex")
            assert ("caseExact" in attribute) is has_case, path
            assert ("uniqueness" in attribute) is has_case, path
            assert ("subAttributes" in attribute) is (attribute["type"] == "complex"), path
            assert attribute["description"].endswith("."), path
            assert len(attribute["description"]) <= 100, path


def test_definitions_are_new_at_every_call() -> None:
    definitions()["User"]["attributes"].clear()

    assert list(definitions()) == ["User", "EnterpriseUser", "Group"]
    assert len(definitions()["User"]["attributes"]) == 21


def at(schemas: Mapping[str, Mapping[str, Any]], path: str) -> Any:
    """Return what a path names, an attribute's characteristics or one of them; ``None`` when it is not there."""
    name, *rest = path.split(".")
    attributes = flat(schemas[name], name)
    if path in attributes:
        return attributes[path]
    holder, _, characteristic = path.rpartition(".")
    return schemas[name].get(rest[0]) if holder == name else attributes.get(holder, {}).get(characteristic)


ADDED = {"multiValued": False, "required": False, "mutability": "readWrite", "returned": "default"}
TEXT = {"type": "string", "caseExact": False, "uniqueness": "none", **ADDED}
DEPARTURES: dict[str, Any] = {
    "User.description": "User Schema",
    "User.addresses.primary": {"type": "boolean", **ADDED},
    "User.groups.$ref.referenceTypes": ["Group"],
    "User.groups.type.mutability": "readWrite",
    "User.x509Certificates.value.type": "string",
    "EnterpriseUser.name": "Enterprise User",
    "EnterpriseUser.description": "Enterprise User Schema",
    "EnterpriseUser.manager.type": {**TEXT, "canonicalValues": ["direct", "indirect"]},
    "EnterpriseUser.site": TEXT,
    "EnterpriseUser.location": TEXT,
    "EnterpriseUser.supportID": TEXT,
    "Group.description": "Group Schema",
    "Group.displayName.required": True,
    "Group.displayName.uniqueness": "server",
    "Group.groupType": TEXT,
    "Group.members.display": {**TEXT, "mutability": "readOnly"},
    "Group.members.$ref.referenceTypes": ["Group", "User"],
    "Group.members.type.canonicalValues": ["Group", "User"],
}


@pytest.mark.parametrize("path", [pytest.param(path, marks=pytest.mark.quirk(path), id=path) for path in DEPARTURES])
def test_4me_departs_from_the_rfc(path: str) -> None:
    assert at(FOURME, path) == DEPARTURES[path]
    assert at(definitions(), path) != DEPARTURES[path]


def test_every_departure_of_4me_is_tested_once() -> None:
    assert [quirk.field for quirk in fourme_schemas.SCHEMA_QUIRKS] == list(DEPARTURES)


@pytest.mark.parametrize(
    "quirk",
    [
        pytest.param(quirk, marks=pytest.mark.quirk(quirk.field), id=quirk.field)
        for quirk in rfc7644_schemas.SCHEMA_QUIRKS
    ],
)
def test_every_correction_of_the_rfc_changes_something(quirk: Quirk) -> None:
    assert amended(definitions(), quirk.field, quirk.value) != definitions()
    assert quirk.source.startswith("https://www.rfc-editor.org/")


@pytest.mark.parametrize("quirk", fourme_schemas.SCHEMA_QUIRKS, ids=lambda quirk: quirk.field)
def test_every_row_has_a_public_page_its_evidence_and_a_sentence(quirk: Quirk) -> None:
    assert quirk.source.startswith("https://developer.xurrent.com/v1/scim/")
    assert quirk.evidence is Evidence.DOCUMENTED
    assert quirk.sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        pytest.param("User", "addresses.primary", id="primary-of-an-address"),
        pytest.param("EnterpriseUser", "supportID", id="support-id"),
        pytest.param("Group", "members.display", id="display-of-a-member"),
    ],
)
def test_4me_answers_with_attributes_that_it_does_not_list(name: str, path: str) -> None:
    assert path in dict(walk(FOURME[name]["attributes"]))
    assert path not in dict(walk(published(FOURME[name])["attributes"]))


def test_the_strict_dialect_lists_all_that_it_answers_with() -> None:
    assert {name: published(definition) for name, definition in RFC7644.items()} == RFC7644


def test_a_group_of_4me_shows_its_type_before_its_members() -> None:
    assert [attribute["name"] for attribute in FOURME["Group"]["attributes"]] == ["displayName", "groupType", "members"]


@pytest.mark.parametrize("schemas", [pytest.param(FOURME, id="4me"), pytest.param(RFC7644, id="rfc7644")])
def test_the_schemas_can_be_read_as_values(schemas: dict[str, dict[str, Any]]) -> None:
    for definition in schemas.values():
        schema = read_schema(definition)

        assert schema.urn == definition["id"]
        assert [attribute.name for attribute in schema.attributes] == [
            attribute["name"] for attribute in definition["attributes"]
        ]
