"""Two small resource types with every kind of attribute that filters and paths have to tell apart."""

from __future__ import annotations

from sandbox.scim.filter import Grammar
from sandbox.scim.schema import CORE_GROUP_URN, CORE_USER_URN, ENTERPRISE_URN, Attribute, ResourceType, Schema

CUSTOM_FIELDS_URN = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields"


def multi_valued(name: str, *more: Attribute) -> Attribute:
    """Return a multi-valued complex attribute with the usual sub-attributes (RFC 7643 §2.4)."""
    return Attribute(
        name=name,
        type="complex",
        multi_valued=True,
        sub_attributes=(
            Attribute(name="value"),
            Attribute(name="type"),
            Attribute(name="display"),
            Attribute(name="primary", type="boolean"),
            *more,
        ),
    )


USER = ResourceType(
    name="User",
    collection="Users",
    schema=Schema(
        urn=CORE_USER_URN,
        name="User",
        attributes=(
            Attribute(name="userName", required=True, uniqueness="server"),
            Attribute(
                name="name",
                type="complex",
                sub_attributes=(Attribute(name="givenName"), Attribute(name="familyName")),
            ),
            Attribute(name="displayName"),
            Attribute(name="title"),
            Attribute(name="profileUrl", type="reference", case_exact=True),
            Attribute(name="active", type="boolean"),
            Attribute(name="password", mutability="writeOnly", returned="never"),
            multi_valued("emails"),
            multi_valued("roles"),
            Attribute(
                name="addresses",
                type="complex",
                multi_valued=True,
                sub_attributes=(Attribute(name="formatted"), Attribute(name="country"), Attribute(name="type")),
            ),
            Attribute(name="tags", multi_valued=True),
            Attribute(name="logins", type="integer"),
            Attribute(name="score", type="decimal"),
            Attribute(name="hiredAt", type="dateTime"),
            Attribute(name="certificate", type="binary", case_exact=True),
        ),
    ),
    extensions=(
        Schema(
            urn=ENTERPRISE_URN,
            name="Enterprise User",
            attributes=(
                Attribute(name="department"),
                Attribute(name="title"),
                Attribute(
                    name="manager",
                    type="complex",
                    sub_attributes=(
                        Attribute(name="value"),
                        Attribute(name="$ref", type="reference", case_exact=True),
                        Attribute(name="displayName", mutability="readOnly"),
                    ),
                ),
            ),
        ),
    ),
    open_extensions=(Schema(urn=CUSTOM_FIELDS_URN, name="Custom fields", attributes=()),),
)

GROUP = ResourceType(
    name="Group",
    collection="Groups",
    schema=Schema(
        urn=CORE_GROUP_URN,
        name="Group",
        attributes=(Attribute(name="displayName", required=True, uniqueness="server"), multi_valued("members")),
    ),
    key="displayName",
)

FOURME_USERS = Grammar(
    operators=frozenset({"eq", "ne", "lt", "gt"}),
    logic=frozenset({"and", "or"}),
    attributes=frozenset({"userName", "externalId", "active", "meta.lastModified", "meta.created"}),
    value_paths=False,
)
"""What 4me documents for users (facts/4me.md 6.12, 6.14)."""

FOURME_GROUPS = Grammar(
    operators=frozenset({"eq", "ne", "lt", "gt"}),
    logic=frozenset({"and", "or"}),
    attributes=frozenset({"displayName", "externalId", "meta.lastModified", "meta.created"}),
    value_paths=False,
)
"""What 4me documents for groups (facts/4me.md 6.13, 6.14)."""
