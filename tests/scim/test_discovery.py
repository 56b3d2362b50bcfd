"""The discovery documents, of both dialects."""

from __future__ import annotations

import pytest
import scim2_models
from scim2_models import Context

from sandbox.dialect import read_dialect
from sandbox.dialect.schemas import definitions
from sandbox.scim.discovery import DiscoveryShape, Features, resource_type, schema, service_provider_config
from sandbox.scim.schema import ENTERPRISE_URN, ResourceType, Schema, read_schema

FOURME, RFC7644 = read_dialect("4me"), read_dialect("rfc7644")
BASE_URL = "https://widget.example/scim/v2"
SCHEMAS = {name: read_schema(definition) for name, definition in definitions().items()}
USER = ResourceType(
    name="User",
    collection="Users",
    schema=SCHEMAS["User"],
    extensions=(SCHEMAS["EnterpriseUser"],),
    open_extensions=(Schema(urn="urn:example:open", name="Open", attributes=()),),
)
GROUP = ResourceType(name="Group", collection="Groups", schema=SCHEMAS["Group"], key="displayName")
SHAPES = pytest.mark.parametrize(
    "shape", [pytest.param(FOURME.discovery, id="4me"), pytest.param(RFC7644.discovery, id="rfc7644")]
)
BOTH = pytest.mark.parametrize(
    ("features", "shape"),
    [
        pytest.param(FOURME.features, FOURME.discovery, id="4me"),
        pytest.param(RFC7644.features, RFC7644.discovery, id="rfc7644"),
    ],
)


@pytest.mark.rfc("7643 §5")
@pytest.mark.quirk("change_password")
@pytest.mark.quirk("documentation_uri")
@pytest.mark.quirk("config_instant")
@pytest.mark.quirk("config_version")
@pytest.mark.quirk("bulk_max_operations")
@pytest.mark.quirk("authentication_schemes")
def test_4me_says_what_it_can_do_in_its_own_shape() -> None:
    document = service_provider_config(FOURME.features, FOURME.discovery, base_url=BASE_URL)

    schemes = document.pop("authenticationSchemes")
    assert document == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "documentationUri": "https://developer.xurrent.com/v1/scim/",
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": 25},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": False},
        "meta": {
            "location": f"{BASE_URL}/ServiceProviderConfig",
            "resourceType": "ServiceProviderConfig",
            "created": "2018-03-23T00:00Z",
            "lastModified": "2018-03-23T00:00Z",
            "version": "1",
        },
    }
    assert [(each["type"], each["name"], each.get("primary")) for each in schemes] == [
        ("oauthbearertoken", "OAuth Bearer Token", True),
        ("httpbasic", "HTTP Basic", None),
    ]


@pytest.mark.rfc("7643 §5")
def test_the_strict_configuration_says_what_is_supported_and_invents_no_dates() -> None:
    document = service_provider_config(RFC7644.features, RFC7644.discovery, base_url=BASE_URL)

    assert document["bulk"] == {"supported": True, "maxOperations": 1000, "maxPayloadSize": 0}
    assert document["filter"] == {"supported": True, "maxResults": 100}
    assert document["changePassword"] == {"supported": False}
    assert all(document[name] == {"supported": True} for name in ("patch", "sort", "etag"))
    assert [each["type"] for each in document["authenticationSchemes"]] == ["oauthbearertoken"]
    assert document["meta"] == {
        "location": f"{BASE_URL}/ServiceProviderConfig",
        "resourceType": "ServiceProviderConfig",
    }
    assert "documentationUri" not in document


@pytest.mark.rfc("7643 §6")
@SHAPES
def test_the_user_type_declares_the_enterprise_extension_and_no_open_one(shape: DiscoveryShape) -> None:
    document = resource_type(USER, shape, base_url=BASE_URL)

    assert {name: value for name, value in document.items() if name != "description"} == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": "User",
        "name": "User",
        "endpoint": "/Users",
        "schema": "urn:ietf:params:scim:schemas:core:2.0:User",
        "schemaExtensions": [{"schema": ENTERPRISE_URN, "required": False}],
        "meta": {"location": f"{BASE_URL}/ResourceTypes/User", "resourceType": "ResourceType"},
    }


@pytest.mark.rfc("7643 §6")
@SHAPES
def test_a_type_without_extensions_has_no_such_attribute(shape: DiscoveryShape) -> None:
    assert list(resource_type(GROUP, shape, base_url=BASE_URL)) == [
        "schemas",
        "id",
        "name",
        "endpoint",
        "description",
        "schema",
        "meta",
    ]


@pytest.mark.quirk("type_descriptions")
def test_4me_describes_both_types_by_the_same_address() -> None:
    user, group = (resource_type(kind, FOURME.discovery, base_url=BASE_URL)["description"] for kind in (USER, GROUP))

    assert user == group
    assert user.startswith("https://")
    assert user.endswith("#section-8.7.1")


@pytest.mark.quirk("schemas_in_schema")
@pytest.mark.quirk("uniqueness_everywhere")
def test_a_schema_of_4me_has_no_schemas_and_says_uniqueness_everywhere() -> None:
    document = schema(definitions()["User"], FOURME.discovery, base_url=BASE_URL)

    assert list(document) == ["id", "name", "description", "attributes", "meta"]
    for attribute in document["attributes"]:
        for each in (attribute, *attribute.get("subAttributes", ())):
            assert each["uniqueness"] == ("server" if each["name"] == "userName" else "none")
            assert each.get("caseExact") == (None if each["type"] in ("boolean", "complex") else False)


@pytest.mark.rfc("7643 §7")
def test_a_strict_schema_has_schemas_and_the_attributes_as_they_are() -> None:
    definition = definitions()["Group"]

    assert schema(definition, RFC7644.discovery, base_url=BASE_URL) == {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        **definition,
        "meta": {"resourceType": "Schema", "location": f"{BASE_URL}/Schemas/{definition['id']}"},
    }


@BOTH
def test_a_document_shares_nothing_with_the_values_it_came_from(features: Features, shape: DiscoveryShape) -> None:
    definition = definitions()["User"]

    schema(definition, shape, base_url=BASE_URL)["attributes"][1]["subAttributes"].clear()
    service_provider_config(features, shape, base_url=BASE_URL)["authenticationSchemes"][0].clear()

    assert definition == definitions()["User"]
    assert features.authentication_schemes[0]["primary"] is True


@BOTH
def test_scim2_models_reads_every_document(features: Features, shape: DiscoveryShape) -> None:
    context = Context.RESOURCE_QUERY_RESPONSE

    config = scim2_models.ServiceProviderConfig.model_validate(
        service_provider_config(features, shape, base_url=BASE_URL), scim_ctx=context
    )
    types = [
        scim2_models.ResourceType.model_validate(resource_type(kind, shape, base_url=BASE_URL), scim_ctx=context)
        for kind in (USER, GROUP)
    ]
    schemas = [
        scim2_models.Schema.model_validate(schema(definition, shape, base_url=BASE_URL), scim_ctx=context)
        for definition in definitions().values()
    ]

    models = scim2_models.ScimProvider.from_discovery(schemas, types, config).models
    assert sorted(model.__name__ for model in models) == ["EnterpriseUser", "Group", "User"]
