"""What is found in the documented conversations of clients, each with the reason why it is right to say so.

Sections are those of ``facts/clients.md``; where a transcript shows a refusal on purpose, that is the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

ENTRA_CAPITALS = "1.3: without the flag, operations are written Add, Replace, Remove"
ENTRA_META = "1.3: POST bodies have meta with the resource type"
ENTRA_READDS = "1.4: members who are there are added again"
ENTRA_BY_VALUE = "1.4: members leave by a list under value"
ENTRA_REFERENCES = "1.3, 1.4: references are looked up by id, manager and members"
OKTA_COUNT = "2.3, 2.5: count=100"
OKTA_ECHO = "2.3: what GET returned comes back in PUT, id and meta too"
OKTA_PASSWORD = "2.3: a placeholder for the password is always there"
OKTA_PUT_MEMBERS = "2.4: members are added and removed by a PUT of all"
OKTA_RENAMES = "2.4: the name, and the id, come along with each change of members"
ONELOGIN_SCHEMAS = "3.3: the templates name schemas that are not SCIM 2.0's"
ONELOGIN_TEMPLATE = "3.3: the body is the administrator's template, with quotes and null and meta"
JSON_TYPE = "4.1, 5: bodies come as application/json"
SAME_AGAIN = "the transcript sends what is so already, which must be no error (0, rule 6)"
REFUSED_TOKEN = "the transcript shows what a wrong token gets"
REFUSED_TWICE = "the transcript creates somebody twice, who must be refused"
GONE = "the transcript asks for somebody who is not there, or no longer"
NO_LOOKUP_SHOWN = "the transcript shows bodies alone, without the look-ups before them"
CREATES_BLINDLY = "5: creates without a look-up, and takes 409 for an answer"
TYPED_SLASH = "6: what is typed ends in a slash, and is put together as it is"
LEFT_OUT = "what is not mapped, or not in the template, is left out of a PUT"
VALUE_MADE = "1.3: a value path is counted on to make what is not there"
LOOSE = "the transcript gathers what dummy clients do (0, rules 1, 7, 8, 9, 15)"

EXPECTED: Mapping[str, Mapping[str, str]] = {
    "entra/group-default": {
        "changes-nothing": ENTRA_READDS,
        "read-only-sent": ENTRA_META,
        "filter-attribute": ENTRA_REFERENCES,
        "resource-not-found": GONE,
        "patch-op-in-capitals": ENTRA_CAPITALS,
        "patch-removes-by-value": ENTRA_BY_VALUE,
    },
    "entra/group-flag": {
        "changes-nothing": ENTRA_READDS,
        "read-only-sent": ENTRA_META,
        "create-without-lookup": NO_LOOKUP_SHOWN,
        "schemas-foreign": "1.4: the docs add a Microsoft schema to a group",
    },
    "entra/manager": {
        "filter-attribute": ENTRA_REFERENCES,
        "manager-unknown": "the transcript sets a manager whom the service provider does not have",
        "patch-op-in-capitals": ENTRA_CAPITALS,
    },
    "entra/match-forms": {
        "filter-attribute": "1.3: other attributes can be chosen for matching",
        "filter-value-path": '1.3: emails[type eq "work"].value can be chosen for matching',
    },
    "entra/patch-values": {"patch-value-made": VALUE_MADE, "patch-op-in-capitals": ENTRA_CAPITALS},
    "entra/test-connection": {
        "parameter-unknown": "1.1: the flag may be left over in the query",
        "token-unknown": REFUSED_TOKEN,
    },
    "entra/user-create-forms": {
        "read-only-sent": ENTRA_META,
        "user-name-taken": REFUSED_TWICE,
        "create-without-lookup": NO_LOOKUP_SHOWN,
        "enterprise-misplaced": "1.3: a documented example has department and manager without their URN",
        "name-missing": "the transcript has a body with userName alone",
        "schemas-incomplete": "1.3: an extension may come without its URN in schemas",
    },
    "entra/user-default": {
        "changes-nothing": SAME_AGAIN,
        "read-only-sent": ENTRA_META,
        "boolean-as-text": '1.3: without the flag, active is the text "False"',
        "patch-op-in-capitals": ENTRA_CAPITALS,
        "person-keeps-value": "1.3: Remove with a path clears the title, which the person keeps (facts/4me.md 11)",
    },
    "entra/user-flag": {
        "changes-nothing": SAME_AGAIN,
        "patch-value-made": VALUE_MADE,
        "read-only-sent": ENTRA_META,
        "patch-key-is-path": "1.3: with the flag, plain attributes come in one operation with dotted keys",
    },
    "entra/validator-groups": {
        "group-name-taken": REFUSED_TWICE,
        "resource-not-found": GONE,
        "create-without-lookup": "1.8: tests begin with a POST",
    },
    "entra/validator-patch": {
        "organization-unknown": "1.8: a PATCH of some 36 attributes, organization among them",
        "patch-value-made": VALUE_MADE,
        "person-keeps-locale": "1.8: a PATCH of some 36 attributes, locale and timezone among them",
    },
    "entra/validator-users": {
        "manager-of-oneself": "the transcript makes a user its own manager",
        "patch-path-unknown": "the transcript has a path that 4me cannot read",
        "user-name-taken": REFUSED_TWICE,
        "user-name-taken-by-inactive": "1.8: delete, then the same user again",
        "boolean-as-text": '1.8: primary of a role is the text "True"',
        "create-without-lookup": "1.8: tests begin with a POST",
        "name-missing": "1.8: a POST with userName alone",
        "person-keeps-value": "1.8: attributes are cleared",
    },
    "google/patch": {
        "media-type-json": JSON_TYPE,
        "user-name-taken-by-inactive": "the transcript creates somebody anew after a DELETE",
        "create-after-delete": "the transcript creates somebody anew after a DELETE",
    },
    "google/put": {"media-type-json": JSON_TYPE, "read-only-sent": "7.4: PUT has the id"},
    "google/set-up": {"token-unknown": REFUSED_TOKEN},
    "okta/aiw-group": {
        "put-replaces-members": OKTA_PUT_MEMBERS,
        "read-only-sent": OKTA_ECHO,
        "resource-not-found": GONE,
        "count-above-25": OKTA_COUNT,
    },
    "okta/aiw-user": {
        "changes-nothing": SAME_AGAIN,
        "put-leaves-out": LEFT_OUT,
        "read-only-sent": OKTA_ECHO,
        "resource-not-found": GONE,
        "user-name-taken": REFUSED_TWICE,
        "count-above-25": OKTA_COUNT,
        "password-sent": OKTA_PASSWORD,
    },
    "okta/import": {
        "count-above-25": OKTA_COUNT,
        "page-skips": "2.5: pages begin at 1, 101, 201, however many came",
    },
    "okta/oin-group": {
        "changes-nothing": OKTA_RENAMES,
        "read-only-sent": OKTA_RENAMES,
        "count-above-25": OKTA_COUNT,
    },
    "okta/oin-user": {
        "changes-nothing": SAME_AGAIN,
        "read-only-sent": OKTA_ECHO,
        "count-above-25": OKTA_COUNT,
        "password-sent": OKTA_PASSWORD,
    },
    "okta/spec-suite": {
        "media-type-json": "2.6: the suite posts application/json",
        "resource-not-found": GONE,
        "token-without-scheme": "2.6: the suite sends Authorization: non-token",
        "user-name-taken": REFUSED_TWICE,
        "create-without-lookup": "2.6: the suite looks for somebody else before it posts",
    },
    "okta/test-connection": {
        "token-unknown": REFUSED_TOKEN,
        "count-above-25": OKTA_COUNT,
        "slash-doubled": TYPED_SLASH,
    },
    "onelogin/enable": {"slash-doubled": TYPED_SLASH},
    "onelogin/v11-group": {
        "changes-nothing": SAME_AGAIN,
        "patch-without-operations": "3.4: v1.1 connectors patch with members alone",
        "schemas-foreign": ONELOGIN_SCHEMAS,
    },
    "onelogin/v11-user": {
        "put-leaves-out": LEFT_OUT,
        "token-unknown": REFUSED_TOKEN,
        "schemas-foreign": ONELOGIN_SCHEMAS,
    },
    "onelogin/v2-group": {
        "create-without-lookup": "3.4: groups are created from rules, after a look at all of them at most",
        "patch-removes-by-value": "7.3: the form in which members leave is not known; one is by value",
    },
    "onelogin/v2-template": {
        "put-leaves-out": LEFT_OUT,
        "read-only-sent": ONELOGIN_TEMPLATE,
        "boolean-as-text": ONELOGIN_TEMPLATE,
        "create-without-lookup": NO_LOOKUP_SHOWN,
        "manager-id-misnamed": "3.3: managerId instead of value",
        "schemas-foreign": ONELOGIN_SCHEMAS,
        "schemas-incomplete": ONELOGIN_TEMPLATE,
    },
    "onelogin/v2-user": {
        "put-leaves-out": LEFT_OUT,
        "schemas-foreign": ONELOGIN_SCHEMAS,
        "user-name-no-email": "3.1: the trace has a userName without @",
    },
    "other/authentik": {
        "media-type-json": JSON_TYPE,
        "put-replaces-members": "5: groups are PUT where PATCH is not supported",
        "resource-not-found": GONE,
        "user-name-taken": CREATES_BLINDLY,
        "create-without-lookup": CREATES_BLINDLY,
        "patch-removes-by-value": "5: member operations have path members and a value",
    },
    "other/jumpcloud": {
        "changes-nothing": "5: adds of members who are there are sent again",
        "media-type-json": JSON_TYPE,
        "user-name-taken-by-inactive": "5: a test user is created and removed at each activation",
        "create-after-delete": "5: a test user is created and removed at each activation",
        "create-without-lookup": "5: a test user is created and removed at each activation",
        "patch-removes-by-value": "5: members leave by path members and a list",
    },
    "other/keycloak": {
        "media-type-json": JSON_TYPE,
        "read-only-sent": "5: PUT has the id",
        "create-without-lookup": "5: the import reads the list once; groups are posted",
    },
    "other/loose": {
        "changes-nothing": LOOSE,
        "endpoint-itself": LOOSE,
        "parameter-unknown": LOOSE,
        "patch-path-unknown": LOOSE,
        "path-below-resource": LOOSE,
        "media-type-missing": LOOSE,
        "media-type-other": LOOSE,
        "name-missing": LOOSE,
        "schemas-missing": LOOSE,
        "slash-at-end": LOOSE,
    },
    "other/pingfederate": {
        "media-type-json": JSON_TYPE,
        "slash-at-end": TYPED_SLASH,
        "slash-doubled": TYPED_SLASH,
    },
    "other/sailpoint": {"media-type-json": JSON_TYPE},
}
"""What is found, by transcript and code."""

CLIENTS = {
    "entra/validator-groups": "validator",
    "entra/validator-patch": "validator",
    "entra/validator-users": "validator",
}
"""Which client a transcript is told to be of, where the folder does not say it."""
