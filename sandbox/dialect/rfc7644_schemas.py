"""Where the strict dialect serves what the RFC says instead of what its §8.7.1 prints, one row each."""

from __future__ import annotations

from sandbox.dialect.quirk import Evidence, Quirk

_SECTION = "https://www.rfc-editor.org/rfc/rfc7643#section-"
_ERRATUM = "https://www.rfc-editor.org/errata/eid"


def _case_exact(path: str, section: str, reason: str) -> Quirk:
    sentence = f"{reason}; the schema that the RFC prints says otherwise."
    return Quirk(f"{path}.caseExact", True, _SECTION + section, Evidence.DOCUMENTED, sentence)


SCHEMA_QUIRKS = (
    *(
        _case_exact(path, "2.3.7", "A reference is compared with its case")
        for path in (
            "User.profileUrl",
            "User.photos.value",
            "User.groups.$ref",
            "EnterpriseUser.manager.$ref",
            "Group.members.$ref",
        )
    ),
    _case_exact("User.x509Certificates.value", "2.3.6", "A binary value is compared with its case"),
    *(
        _case_exact(path, "3.1", "It holds the id of a resource, and ids are compared with their case")
        for path in ("User.groups.value", "EnterpriseUser.manager.value", "Group.members.value")
    ),
    Quirk(
        "User.addresses.primary",
        {"type": "boolean", "description": "True for the preferred address; at most one of the list has it."},
        _SECTION + "2.4",
        Evidence.DOCUMENTED,
        "An address may be the primary one, as in the RFC's own full user; the schema that it prints forgets it.",
    ),
    Quirk(
        "User.groups.$ref.referenceTypes",
        ["Group"],
        _ERRATUM + "8471",
        Evidence.DOCUMENTED,
        "The reference of a user's group names groups only, as the erratum has it.",
    ),
    Quirk(
        "Group.displayName.required",
        True,
        _SECTION + "4.2",
        Evidence.DOCUMENTED,
        "A group must have a displayName, as the text says; the schema that the RFC prints forgets it.",
    ),
    Quirk(
        "Group.displayName.uniqueness",
        "server",
        _SECTION + "4.2",
        Evidence.CHOSEN,
        "No two groups have the same displayName, as Microsoft's validator asks; the RFC leaves that open.",
    ),
    Quirk(
        "Group.members.display",
        {"type": "string", "description": "The member's name as people read it.", "mutability": "readOnly"},
        _SECTION + "2.4",
        Evidence.DOCUMENTED,
        "A member may have a display, as in the RFC's own group; the schema that it prints forgets it.",
    ),
)
