"""Where the schemas of 4me differ from those of the RFC, one row each.

4me's pages print the characteristics of the attributes; descriptions of attributes are our own, in both dialects.
"""

from __future__ import annotations

from sandbox.dialect.quirk import Evidence, Quirk

_SCHEMAS = "https://developer.xurrent.com/v1/scim/schemas/"
_USERS = "https://developer.xurrent.com/v1/scim/users/"
_GROUPS = "https://developer.xurrent.com/v1/scim/groups/"

SCHEMA_QUIRKS = (
    Quirk(
        "User.description",
        "User Schema",
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The schema of users is described as 'User Schema'.",
    ),
    Quirk(
        "User.addresses.primary",
        {"type": "boolean", "description": "True for the preferred address.", "published": False},
        _USERS,
        Evidence.DOCUMENTED,
        "An address is answered with its 'primary', although the schema lists no such sub-attribute.",
    ),
    Quirk(
        "User.groups.$ref.referenceTypes",
        ["Group"],
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The reference of a user's group names groups only; the RFC prints users as well.",
    ),
    Quirk(
        "User.groups.type.mutability",
        "readWrite",
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The schema calls the type of a user's group readWrite, inside an attribute that is readOnly.",
    ),
    Quirk(
        "User.x509Certificates.value.type",
        "string",
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "A certificate is any string, line breaks included; in the RFC it is binary, that is base64.",
    ),
    Quirk(
        "EnterpriseUser.name",
        "Enterprise User",
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The enterprise extension is named 'Enterprise User', in two words.",
    ),
    Quirk(
        "EnterpriseUser.description",
        "Enterprise User Schema",
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The enterprise extension is described as 'Enterprise User Schema'.",
    ),
    Quirk(
        "EnterpriseUser.manager.type",
        {
            "type": "string",
            "description": "Whether the manager is direct or not.",
            "canonicalValues": ["direct", "indirect"],
        },
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "A manager has a type, direct or indirect, which the RFC does not know.",
    ),
    Quirk(
        "EnterpriseUser.site",
        {"type": "string", "description": "The name of the site the person works at."},
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The name of the site is an attribute inside the standard enterprise extension.",
    ),
    Quirk(
        "EnterpriseUser.location",
        {"type": "string", "description": "Where at the site the person sits, such as a room or a desk."},
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The room or desk is an attribute inside the standard enterprise extension.",
    ),
    Quirk(
        "EnterpriseUser.supportID",
        {"type": "string", "description": "What the person gives to be recognized by support.", "published": False},
        _USERS,
        Evidence.DOCUMENTED,
        "The support ID is an attribute of the enterprise extension, although its schema does not list it.",
    ),
    Quirk(
        "Group.description",
        "Group Schema",
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The schema of groups is described as 'Group Schema'.",
    ),
    Quirk(
        "Group.displayName.required",
        True,
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "A group must have a displayName; the schema that the RFC prints does not say so.",
    ),
    Quirk(
        "Group.displayName.uniqueness",
        "server",
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "No two groups of an account have the same displayName.",
    ),
    Quirk(
        "Group.groupType",
        {"type": "string", "description": "What the group stands for, such as Organization.", "before": "members"},
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "A group has a type, any string; Organization, Site and Team are usual.",
    ),
    Quirk(
        "Group.members.display",
        {
            "type": "string",
            "description": "How people recognize the member.",
            "mutability": "readOnly",
            "published": False,
            "before": "value",
        },
        _GROUPS,
        Evidence.DOCUMENTED,
        "A member is answered with its 'display', although the schema lists no such sub-attribute.",
    ),
    Quirk(
        "Group.members.$ref.referenceTypes",
        ["Group", "User"],
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The reference of a member names groups before users.",
    ),
    Quirk(
        "Group.members.type.canonicalValues",
        ["Group", "User"],
        _SCHEMAS,
        Evidence.DOCUMENTED,
        "The types of a member are listed as Group, then User.",
    ),
)
"""In the order of the schemas and their attributes."""
