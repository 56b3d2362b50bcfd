"""Where findings are known from: public addresses."""

from __future__ import annotations

from sandbox.dialect import Evidence
from sandbox.recorder import Severity

DOCUMENTED, NEIGHBOUR, INFERRED, CHOSEN = Evidence
REFUSED, SLIP, HINT = Severity

SCIM = "https://developer.xurrent.com/v1/scim/"
USERS, GROUPS, SCHEMAS = f"{SCIM}users/", f"{SCIM}groups/", f"{SCIM}schemas/"
CONFIG, CONNECTION = f"{SCIM}service_provider_config/", f"{SCIM}connection/"
MAPPING, MAPPINGS = f"{SCIM}mapping/", f"{SCIM}xurrent_mappings/"
REST = "https://developer.xurrent.com/v1/"
REST_PEOPLE = f"{REST}people/"
HARD_DELETE = "https://www.xurrent.com/product-updates/use-rest-api-to-delete-scim-user"

ENTRA = "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/"
ENTRA_SCIM = f"{ENTRA}use-scim-to-provision-users-and-groups"
ENTRA_COMPATIBILITY = f"{ENTRA}application-provisioning-config-problem-scim-compatibility"
OKTA_SCIM = "https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20"
OKTA_SPEC = "https://developer.okta.com/docs/guides/scim-provisioning-integration-prepare/main/"
ONELOGIN_SCIM = "https://developers.onelogin.com/scim/implement-scim-api"

NO_SOURCE = "no public source"


def rfc(number: int, section: str) -> str:
    """Return the address of a section of an RFC."""
    return f"https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"
