"""The longer values of the two dialects' discovery documents.

4me: https://developer.xurrent.com/v1/scim/service_provider_config/ and .../resource_types/ say what stands here, but
for three things, which are chosen: the descriptions of the authentication schemes, the host of their specifications,
and the exact address behind the description of the resource types (known: section 8.7.1 of RFC 7643).
"""

from __future__ import annotations

_RESOURCE_SCHEMAS = "https://tools.ietf.org/html/rfc7643#section-8.7.1"

FOURME_SCHEMES = (
    {
        "name": "OAuth Bearer Token",
        "description": "The SCIM access token of the account, sent as a bearer token",
        "specUri": "http://www.rfc-editor.org/info/rfc6750",
        "documentationUri": "https://developer.xurrent.com/v1/oauth/",
        "type": "oauthbearertoken",
        "primary": True,
    },
    {
        "name": "HTTP Basic",
        "description": "HTTP Basic authentication",
        "specUri": "http://www.rfc-editor.org/info/rfc2617",
        "documentationUri": "https://developer.xurrent.com/v1/#authentication",
        "type": "httpbasic",
    },
)

FOURME_TYPE_DESCRIPTIONS = {"User": _RESOURCE_SCHEMAS, "Group": _RESOURCE_SCHEMAS}

RFC7644_SCHEMES = (
    {
        "name": "OAuth Bearer Token",
        "description": "The access token of the account, sent as a bearer token",
        "specUri": "https://www.rfc-editor.org/info/rfc6750",
        "type": "oauthbearertoken",
        "primary": True,
    },
)

RFC7644_TYPE_DESCRIPTIONS = {"User": "People and their accounts", "Group": "Sets of users and groups"}
