"""The ``rfc7644`` dialect: the strict contrast, to see whether a client also works with a provider that is not 4me.

Each row cites the section that asks for it; where the RFC leaves a choice, the row is CHOSEN.
"""

from __future__ import annotations

from sandbox.dialect.discovery_documents import RFC7644_SCHEMES, RFC7644_TYPE_DESCRIPTIONS
from sandbox.dialect.quirk import Evidence, Quirk
from sandbox.dialect.rfc7644_schemas import SCHEMA_QUIRKS
from sandbox.scim.filter import FULL
from sandbox.scim.paging import ItemsPerPageRule
from sandbox.scim.patch import ValuePathRule
from sandbox.scim.projection import SchemasRule
from sandbox.scim.resource import BooleanRule, EmptyTextRule
from sandbox.scim.rules import (
    AnswerTypeRule,
    DeleteRule,
    DisplayRule,
    ErrorShape,
    ListOrder,
    LocationRule,
    MediaTypeRule,
    NoopRule,
    RefusalRule,
    TimeRule,
    UnknownReferenceRule,
    WriteReplyRule,
)
from sandbox.scim.update import ListRule, PutRule

RFC_7643, RFC_7644 = "https://www.rfc-editor.org/rfc/rfc7643", "https://www.rfc-editor.org/rfc/rfc7644"
NO_SOURCE = "no public source"
DOCUMENTED, CHOSEN = Evidence.DOCUMENTED, Evidence.CHOSEN

# fmt: off
QUIRKS = (
    Quirk("booleans", BooleanRule.JSON, RFC_7643 + "#section-2.3.2", DOCUMENTED, "A boolean is true or false."),
    Quirk("empty_text", EmptyTextRule.KEEP, RFC_7643 + "#section-2.5", CHOSEN, "An empty string is a value."),
    Quirk("numbers_as_text", False, RFC_7643 + "#section-2.3.1", DOCUMENTED, "A string is a JSON string."),
    Quirk("loose_shapes", False, RFC_7643 + "#section-2.4", DOCUMENTED, "Several values are a JSON array of objects."),
    Quirk("several_primary", False, RFC_7643 + "#section-2.4", DOCUMENTED, "At most one value is primary."),
    Quirk("media_type_in", MediaTypeRule.JSON, RFC_7644 + "#section-3.1", DOCUMENTED,
          "Bodies are application/scim+json, or application/json; others are a 415."),
    Quirk("put", PutRule.REPLACE, RFC_7644 + "#section-3.5.1", DOCUMENTED, "PUT replaces the resource."),
    Quirk("put_members", PutRule.REPLACE, RFC_7644 + "#section-3.5.1", DOCUMENTED,
          "PUT replaces the members; without members the group is empty."),
    Quirk("partial_lists", ListRule.REPLACE, RFC_7644 + "#section-3.5.1", DOCUMENTED, "A list replaces a list."),
    Quirk("plain_patch", False, RFC_7644 + "#section-3.5.2", DOCUMENTED, "PATCH takes a PatchOp and nothing else."),
    Quirk("member_operation", None, RFC_7644 + "#section-3.5.2", DOCUMENTED, "Members carry no operation."),
    Quirk("patch_any_case", False, RFC_7644 + "#section-3.5.2", CHOSEN, "op is add, remove or replace in lower case."),
    Quirk("value_path", ValuePathRule.REFUSE, RFC_7644 + "#section-3.5.2.3", DOCUMENTED,
          "A value path that matches nothing is a 400 noTarget."),
    Quirk("patch_reply", WriteReplyRule.RESOURCE, RFC_7644 + "#section-3.5.2", CHOSEN,
          "PATCH answers 200 with the resource; 204 would do as well."),
    Quirk("noop", NoopRule.KEEP, RFC_7644 + "#section-3.5.2", DOCUMENTED,
          "A PATCH that changes nothing leaves meta.lastModified alone."),
    Quirk("active_default", None, RFC_7643 + "#section-4.1.1", CHOSEN, "A user created without active has none."),
    Quirk("unknown_member", UnknownReferenceRule.REFUSE, RFC_7643 + "#section-4.2", CHOSEN,
          "A member is a resource of this service provider."),
    Quirk("unknown_manager", UnknownReferenceRule.KEEP, RFC_7643 + "#section-4.3", CHOSEN,
          "The id of a manager is stored as it is sent."),
    Quirk("nested_groups", True, RFC_7643 + "#section-4.2", CHOSEN, "A group may be a member of a group."),
    Quirk("external_id_unique", False, RFC_7643 + "#section-3.1", CHOSEN,
          "externalId is the client's to keep unique."),
    Quirk("user_delete", DeleteRule.REMOVE, RFC_7644 + "#section-3.6", DOCUMENTED, "DELETE removes; then 404."),
    Quirk("second_delete_status", 404, RFC_7644 + "#section-3.6", DOCUMENTED, "What is deleted is gone."),
    Quirk("inactive_members_stay", True, RFC_7643 + "#section-4.1.1", CHOSEN, "Being inactive ends no membership."),
    Quirk("hard_delete_parameter", None, RFC_7644 + "#section-3.6", DOCUMENTED, "DELETE has no parameters."),
    Quirk("filter_operators", FULL.operators, RFC_7644 + "#section-3.4.2.2", DOCUMENTED, "All ten operators."),
    Quirk("filter_logic", FULL.logic, RFC_7644 + "#section-3.4.2.2", DOCUMENTED, "and, or and not."),
    Quirk("filter_parentheses", True, RFC_7644 + "#section-3.4.2.2", DOCUMENTED, "Parentheses group."),
    Quirk("filter_value_paths", True, RFC_7644 + "#section-3.4.2.2", DOCUMENTED, "Value paths select values."),
    Quirk("filter_unquoted_booleans", True, RFC_7644 + "#section-3.4.2.2", DOCUMENTED, "Booleans are JSON literals."),
    Quirk("user_filter_attributes", None, RFC_7644 + "#section-3.4.2.2", DOCUMENTED, "Any attribute filters."),
    Quirk("group_filter_attributes", None, RFC_7644 + "#section-3.4.2.2", DOCUMENTED, "Any attribute filters."),
    Quirk("default_count", 100, RFC_7644 + "#section-3.4.2.4", CHOSEN, "A page has 100 resources unless asked."),
    Quirk("max_count", 100, RFC_7644 + "#section-3.4.2.4", CHOSEN, "A page has at most 100 resources."),
    Quirk("items_per_page", ItemsPerPageRule.RETURNED, RFC_7644 + "#section-3.4.2", DOCUMENTED,
          "itemsPerPage is the number of resources in this page."),
    Quirk("list_order", ListOrder.OLDEST_FIRST, RFC_7644 + "#section-3.4.2.3", CHOSEN, "Lists come oldest first."),
    Quirk("user_list_omits", frozenset(), RFC_7643 + "#section-7", DOCUMENTED, "Lists show resources whole."),
    Quirk("group_list_omits", frozenset(), RFC_7643 + "#section-7", DOCUMENTED,
          "Members are returned by default, in lists too."),
    Quirk("empty_list_resources", True, RFC_7644 + "#section-3.4.2", CHOSEN, "A list without a hit has Resources."),
    Quirk("unsupported_filter", RefusalRule.REFUSE, RFC_7644 + "#section-3.4.2.2", DOCUMENTED,
          "A filter that cannot be read is a 400 invalidFilter."),
    Quirk("attribute_selection", True, RFC_7644 + "#section-3.9", DOCUMENTED,
          "attributes and excludedAttributes are honoured."),
    Quirk("sort", True, RFC_7644 + "#section-3.4.2.3", CHOSEN, "sortBy and sortOrder are supported."),
    Quirk("schemas", SchemasRule.IN_USE, RFC_7643 + "#section-3", DOCUMENTED,
          "schemas lists the schemas of the attributes that are there."),
    Quirk("key_order", {"Users": ("schemas", "id", "externalId"), "Groups": ("schemas", "id", "externalId")},
          RFC_7643 + "#section-3.1", CHOSEN, "Common attributes come first."),
    Quirk("meta_host", LocationRule.REQUEST, RFC_7643 + "#section-3.1", DOCUMENTED,
          "meta.location is where the resource is served."),
    Quirk("time", TimeRule.UTC, RFC_7643 + "#section-2.3.5", CHOSEN, "Times are UTC with a Z."),
    Quirk("time_zone", "UTC", RFC_7643 + "#section-2.3.5", CHOSEN, "Accounts are in UTC."),
    Quirk("external_id_case_exact", True, RFC_7643 + "#section-3.1", DOCUMENTED, "externalId compares with case."),
    Quirk("members_display", DisplayRule.DISPLAY_NAME, RFC_7643 + "#section-2.4", CHOSEN,
          "display of a member is its displayName; without one there is no display."),
    Quirk("members_type", True, RFC_7643 + "#section-4.2", CHOSEN, "Members show their type."),
    Quirk("user_groups", True, RFC_7643 + "#section-4.1.2", DOCUMENTED, "A user shows the groups it belongs to."),
    Quirk("custom_fields_urn", None, RFC_7643 + "#section-3.3", DOCUMENTED, "There is no extension of 4me's."),
    Quirk("etag", True, RFC_7644 + "#section-3.14", CHOSEN,
          "Resources have versions; If-Match and If-None-Match count."),
    Quirk("location_header", True, RFC_7644 + "#section-3.3", DOCUMENTED, "A 201 carries Location."),
    Quirk("media_type_out", AnswerTypeRule.SCIM, RFC_7644 + "#section-3.1", CHOSEN,
          "Answers are application/scim+json."),
    Quirk("error_shape", ErrorShape.SCIM, RFC_7644 + "#section-3.12", DOCUMENTED, "Errors are RFC 7644 bodies."),
    Quirk("gate_error_shape", ErrorShape.SCIM, RFC_7644 + "#section-3.12", DOCUMENTED,
          "A refused token is answered with an RFC 7644 body too."),
    Quirk("missing_value_status", 400, RFC_7644 + "#section-3.12", DOCUMENTED,
          "A missing value is a 400 invalidValue."),
    Quirk("duplicate_status", 409, RFC_7644 + "#section-3.3", DOCUMENTED, "A duplicate is a 409 uniqueness."),
    Quirk("challenge", True, "https://www.rfc-editor.org/rfc/rfc6750#section-3", DOCUMENTED,
          "A 401 carries WWW-Authenticate."),
    Quirk("discovery_token", False, RFC_7644 + "#section-4", CHOSEN, "Discovery needs no token."),
    Quirk("token_overlap_days", 30, NO_SOURCE, CHOSEN, "After a rotation the old token is accepted for 30 more days."),
    Quirk("bulk", True, RFC_7644 + "#section-3.7", CHOSEN, "/Bulk is served."),
    Quirk("bulk_max_operations", 1000, RFC_7644 + "#section-3.7.4", CHOSEN, "At most 1,000 bulk operations."),
    Quirk("me_status", 501, RFC_7644 + "#section-3.11", DOCUMENTED, "/Me answers 501."),
    Quirk("search_endpoint", True, RFC_7644 + "#section-3.4.3", CHOSEN, "/.search is served."),
    Quirk("tidy_paths", False, RFC_7644 + "#section-3.2", CHOSEN, "A doubled slash is another path."),
    Quirk("json_suffix", False, RFC_7644 + "#section-3.8", CHOSEN, "A .json suffix is another path."),
    Quirk("change_password", False, RFC_7643 + "#section-5", CHOSEN, "A password cannot be changed."),
    Quirk("authentication_schemes", RFC7644_SCHEMES, RFC_7643 + "#section-5", CHOSEN,
          "A bearer token, and nothing else."),
    Quirk("documentation_uri", None, RFC_7643 + "#section-5", CHOSEN, "ServiceProviderConfig links no page."),
    Quirk("config_instant", None, RFC_7643 + "#section-3.1", CHOSEN, "ServiceProviderConfig has no dates."),
    Quirk("config_version", None, RFC_7643 + "#section-3.1", CHOSEN, "ServiceProviderConfig has no version."),
    Quirk("type_descriptions", RFC7644_TYPE_DESCRIPTIONS, RFC_7643 + "#section-6", CHOSEN,
          "The description of a resource type is a text."),
    Quirk("schemas_in_schema", True, RFC_7643 + "#section-3", DOCUMENTED, "Every document has schemas."),
    Quirk("uniqueness_everywhere", False, RFC_7643 + "#section-7", CHOSEN,
          "Only attributes with simple values say uniqueness."),
    *SCHEMA_QUIRKS,
)
# fmt: on
