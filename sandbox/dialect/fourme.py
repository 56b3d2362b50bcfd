"""The ``4me`` dialect: each row one way in which 4me's service provider behaves, and how we know.

Source: 4me's public SCIM pages, now under Xurrent's name. No answer of a live 4me SCIM endpoint was at hand, so what
the pages leave open is INFERRED (the reason stands in the sentence) or CHOSEN (our default; ``--set`` changes it).
"""

from __future__ import annotations

from sandbox.dialect.discovery_documents import FOURME_SCHEMES, FOURME_TYPE_DESCRIPTIONS
from sandbox.dialect.fourme_schemas import SCHEMA_QUIRKS
from sandbox.dialect.quirk import Evidence, Quirk
from sandbox.scim.paging import ItemsPerPageRule, RangeRule
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

DOCS = "https://developer.xurrent.com/v1/scim/"
USERS, GROUPS, CONFIG = DOCS + "users/", DOCS + "groups/", DOCS + "service_provider_config/"
CONNECTION, MAPPINGS, OKTA_PAGE = DOCS + "connection/", DOCS + "xurrent_mappings/", DOCS + "okta/"
REST = "https://developer.xurrent.com/v1/"
REST_RECORDED = "https://github.com/bab3l/go-xurrent"
REST_CLIENT = "https://github.com/klaasvandeweerdt/works4me-xurrent-rest"
HARD_DELETE = "https://www.xurrent.com/product-updates/use-rest-api-to-delete-scim-user"
OKTA_TEST = "https://developer.okta.com/docs/guides/scim-provisioning-integration-prepare/main/"
ENTRA = "https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups"
RFC_7643, RFC_7644 = "https://www.rfc-editor.org/rfc/rfc7643", "https://www.rfc-editor.org/rfc/rfc7644"
DATA_TYPES = "https://developer.xurrent.com/v1/general/data_types/"

NO_SOURCE = "no public source"

DOCUMENTED, NEIGHBOUR, INFERRED, CHOSEN = Evidence

# fmt: off
READING = (
    Quirk("booleans", BooleanRule.TRUTHY, DATA_TYPES, CHOSEN,
          "Text is taken for a boolean as 4me's REST API does; older Entra jobs send \"False\"."),
    Quirk("empty_text", EmptyTextRule.KEEP, USERS, INFERRED,
          "An empty string stays and is returned: both example users have an empty middleName."),
    Quirk("numbers_as_text", True, NO_SOURCE, CHOSEN, "A number sent for a string attribute is taken as its digits."),
    Quirk("loose_shapes", True, ENTRA, CHOSEN,
          "One value is taken for a list, a bare id for a manager, a list of one for its element: clients send all."),
    Quirk("several_primary", True, NO_SOURCE, CHOSEN, "More than one value of a list may be marked primary."),
    Quirk("unknown_attributes", RefusalRule.IGNORE, USERS, CHOSEN,
          "An attribute that no schema has is left out; a PATCH path to one is a 400 invalidPath."),
    Quirk("read_only_attributes", RefusalRule.IGNORE, RFC_7644 + "#section-3.5.1", CHOSEN,
          "id, meta and groups in a body are passed over, as clients echo what they read."),
    Quirk("other_values", RefusalRule.IGNORE, USERS, INFERRED,
          "Values beside the canonical ones are taken, and formats are not checked: 4me's own user has an e-mail of "
          "type personal, an ims of type twitter and the time zone Amsterdam."),
    Quirk("media_type_in", MediaTypeRule.ANY, OKTA_PAGE, CHOSEN,
          "Any media type is read as long as the body is JSON; Okta and Entra send application/scim+json."),
)

WRITING = (
    Quirk("put", PutRule.MERGE, USERS, DOCUMENTED,
          "PUT changes only what is sent; to clear an attribute, send it empty."),
    Quirk("put_members", PutRule.MERGE, GROUPS, DOCUMENTED,
          "PUT replaces the members of a group when the body has members, and leaves them alone when it has none."),
    Quirk("partial_lists", ListRule.REPLACE, USERS, CHOSEN,
          "A list in a PUT or in a resource-shaped PATCH takes the place of the list that is there."),
    Quirk("patch_op", True, CONFIG, INFERRED,
          "PATCH takes the PatchOp of SCIM 2: Entra ID, in whose gallery 4me is, and Okta send nothing else."),
    Quirk("plain_patch", True, GROUPS, DOCUMENTED,
          "PATCH takes a partial resource, as SCIM 1 did, and changes only what that has."),
    Quirk("member_operation", "operation", GROUPS, DOCUMENTED,
          "In a resource-shaped PATCH of a group a member with \"operation\": \"delete\" leaves; others are added."),
    Quirk("patch_any_case", True, ENTRA, INFERRED,
          "Add and Replace are taken for add and replace: Entra ID, in whose gallery 4me is, sends them so."),
    Quirk("patch_schemas_required", False, NO_SOURCE, CHOSEN, "A PatchOp is taken without schemas, by its Operations."),
    Quirk("bare_extension_names", True, ENTRA, INFERRED,
          "A path may name an enterprise attribute without its URN: Entra ID writes manager."),
    Quirk("value_path", ValuePathRule.CREATE, ENTRA, INFERRED,
          "A value path that matches nothing makes the value on add and replace, which Entra ID counts on, and is "
          "passed over on remove."),
    Quirk("patch_reply", WriteReplyRule.RESOURCE, USERS, DOCUMENTED,
          "PATCH answers 200 with the whole resource; 204 is never used for it."),
    Quirk("noop", NoopRule.KEEP, NO_SOURCE, INFERRED,
          "A write that changes nothing leaves meta.lastModified alone, as is usual for a Rails application."),
    Quirk("active_default", True, NO_SOURCE, CHOSEN, "A user created without active is active."),
    Quirk("unknown_member", UnknownReferenceRule.REFUSE, NO_SOURCE, CHOSEN,
          "A member whose id names nobody is refused: a link needs a record at both ends."),
    Quirk("unknown_manager", UnknownReferenceRule.KEEP, MAPPINGS, INFERRED,
          "A manager whose id names nobody is stored: the mapping is documented to keep the current manager then."),
    Quirk("nested_groups", True, DOCS + "schemas/", INFERRED,
          "A group may be a member, as the schema allows; nothing is known to follow from it."),
    Quirk("external_id_unique", False, NO_SOURCE, CHOSEN, "Several resources may have the same externalId."),
)

DELETING = (
    Quirk("second_delete_status", 204, USERS, INFERRED,
          "Deleting an inactive user answers 204 again, as the record still exists."),
    Quirk("inactive_members_stay", True, USERS, INFERRED,
          "A deactivated user stays in its groups: the record is kept."),
    Quirk("user_delete", DeleteRule.DEACTIVATE, USERS, DOCUMENTED,
          "DELETE of a user answers 204, keeps the record and sets active to false."),
    Quirk("hard_delete_parameter", "hard", HARD_DELETE, DOCUMENTED,
          "DELETE with ?hard=true removes the record of a user; the next sync creates it anew."),
)

LISTING = (
    Quirk("filter_operators", frozenset({"eq", "ne", "lt", "gt"}), USERS, DOCUMENTED,
          "Filters compare with eq, ne, lt and gt; co, sw, ew, pr, ge and le are not supported."),
    Quirk("filter_logic", frozenset({"and", "or"}), USERS, DOCUMENTED,
          "Comparisons combine with and and or; there is no not."),
    Quirk("filter_parentheses", True, NO_SOURCE, CHOSEN, "Parentheses in a filter are accepted."),
    Quirk("filter_value_paths", False, USERS, DOCUMENTED,
          "There are no value paths such as emails[type eq \"work\"] in a filter."),
    Quirk("filter_quoted_booleans", True, USERS, DOCUMENTED, "Booleans in a filter go in quotes: active eq \"true\"."),
    Quirk("filter_unquoted_booleans", True, NO_SOURCE, CHOSEN,
          "active eq true is accepted beside the documented active eq \"true\"."),
    Quirk("user_filter_attributes",
          frozenset({"userName", "externalId", "active", "meta.lastModified", "meta.created"}), USERS, DOCUMENTED,
          "Users are filtered by five attributes only."),
    Quirk("group_filter_attributes",
          frozenset({"displayName", "externalId", "meta.lastModified", "meta.created"}), GROUPS, DOCUMENTED,
          "Groups are filtered by four attributes only."),
    Quirk("default_count", 25, USERS, DOCUMENTED, "A page has 25 resources unless count says less."),
    Quirk("max_count", 25, USERS, DOCUMENTED,
          "A page never has more than 25 resources; count goes from 1 to 25."),
    Quirk("count_above_max", RangeRule.CUT, OKTA_PAGE, INFERRED,
          "A count over 25 counts as 25: Okta, for which 4me is verified, asks for 100."),
    Quirk("count_below_one", RangeRule.CUT, RFC_7644 + "#section-3.4.2.4", CHOSEN,
          "A count of 0 or less shows no resources and the total; what is no number is a 400."),
    Quirk("start_index_below_one", RangeRule.CUT, RFC_7644 + "#section-3.4.2.4", CHOSEN,
          "A startIndex below 1 counts as 1; one past the end gives an empty page with the right total."),
    Quirk("items_per_page", ItemsPerPageRule.PAGE_SIZE, USERS, DOCUMENTED,
          "itemsPerPage is the page size of 25 even where fewer are shown; that it follows a smaller count is "
          "inferred."),
    Quirk("list_order", ListOrder.NEWEST_FIRST, USERS, INFERRED,
          "Lists come newest first: the one example shows id 2 before id 1."),
    Quirk("user_list_omits", frozenset(), OKTA_TEST, INFERRED,
          "A list shows users whole: Okta's test wants name, active and emails in it."),
    Quirk("group_list_omits", frozenset({"members"}), GROUPS, DOCUMENTED,
          "A list of groups shows no members; one group does."),
    Quirk("empty_list_resources", True, OKTA_TEST, INFERRED, "A list without a hit has an empty Resources."),
    Quirk("unsupported_filter", RefusalRule.REFUSE, RFC_7644 + "#section-3.12", CHOSEN,
          "A filter that is not supported is a 400 invalidFilter; to ignore it could match the wrong user."),
    Quirk("attribute_selection", True, RFC_7644 + "#section-3.9", CHOSEN,
          "attributes and excludedAttributes are honoured: Entra ID asks for groups without members."),
    Quirk("sort", False, CONFIG, DOCUMENTED, "Sorting is declared unsupported; that sortBy and sortOrder are "
          "ignored is our choice."),
)

SHOWING = (
    Quirk("schemas", SchemasRule.DECLARED, USERS, DOCUMENTED,
          "schemas of a user lists the core and the enterprise schema, whatever the user has."),
    Quirk("key_order",
          {"Users": ("schemas", "id", "externalId", "userName", "meta", "name", "displayName"),
           "Groups": ("schemas", "id", "externalId", "displayName", "groupType", "members", "meta")}, USERS, DOCUMENTED,
          "Attributes come in the order of 4me's examples: meta after userName for users, last for groups."),
    Quirk("meta_host", LocationRule.REQUEST, USERS, CHOSEN,
          "meta.location names the endpoint the client used, so that a client of the sandbox can follow it; 4me shows "
          "the account's own host."),
    Quirk("time", TimeRule.OFFSET, USERS, DOCUMENTED,
          "Times have whole seconds and a numeric offset; that it is the one of the account's zone is inferred."),
    Quirk("time_zone", "America/Chicago", USERS, INFERRED,
          "A new account tells the time of US Central, as 4me's examples do; each account can have its own zone."),
    Quirk("external_id_case_exact", True, RFC_7643 + "#section-3.1", CHOSEN,
          "externalId compares with case; userName and displayName do not."),
    Quirk("members_display", DisplayRule.KEY, GROUPS, CHOSEN,
          "display of a member is the userName: the example shows an e-mail address, not the displayName."),
    Quirk("members_type", False, GROUPS, CHOSEN, "Members show no type: the example has none."),
    Quirk("user_groups", True, DOCS + "schemas/", CHOSEN, "A user shows groups when it is a member of some."),
    Quirk("custom_fields_urn", "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields", USERS, DOCUMENTED,
          "Custom fields are taken under their own URN, which need not be in schemas and is in no discovery document."),
    Quirk("custom_fields_shown", True, NO_SOURCE, CHOSEN,
          "Custom fields that are set are shown, flat under their URN, and an update merges them by name."),
    Quirk("etag", False, CONFIG, DOCUMENTED, "etag is declared unsupported: resources have no version; that "
          "If-Match is ignored is our choice."),
    Quirk("location_header", True, RFC_7644 + "#section-3.3", CHOSEN,
          "A 201 carries Location, the same as meta.location."),
    Quirk("media_type_out", AnswerTypeRule.NEGOTIATED, REST, CHOSEN,
          "An answer is application/scim+json when Accept asks for it, else application/json as the REST API's."),
)

ERRORS = (
    Quirk("error_shape", ErrorShape.SCIM, OKTA_TEST, INFERRED,
          "Errors of SCIM requests are RFC 7644 bodies: Okta's test, which 4me passed, asks for them on a 404."),
    Quirk("gate_error_shape", ErrorShape.PLATFORM, REST_RECORDED, NEIGHBOUR,
          "A refused token is answered 401 {\"message\":\"Unauthorized\"}, as recorded of 4me's REST API."),
    Quirk("missing_value_status", 400, RFC_7644 + "#section-3.12", CHOSEN,
          "A missing userName or displayName is a 400 invalidValue; 4me's REST API would say 422."),
    Quirk("duplicate_status", 409, OKTA_TEST, INFERRED,
          "A userName or displayName that is taken, in any case and by an inactive user too, is a 409 uniqueness: "
          "Okta's test asks for the status."),
    Quirk("challenge", False, REST_RECORDED, NEIGHBOUR, "A 401 carries no WWW-Authenticate: none was recorded."),
    Quirk("discovery_token", True, NO_SOURCE, CHOSEN,
          "Discovery needs the token too: the REST API does, and the documents name the account."),
    Quirk("token_overlap_days", 30, CONNECTION, DOCUMENTED,
          "After a rotation the previous token is accepted for 30 more days."),
)

RATES = (
    Quirk("rate_limit_hourly", 3600, REST, NEIGHBOUR,
          "With --rate-limit, a token makes 3,600 requests an hour, as for the REST API. Whether SCIM is limited is "
          "unknown; that the hour begins with a first request, and that refused ones do not count, is our choice."),
    Quirk("rate_limit_burst", 20, REST_CLIENT, NEIGHBOUR,
          "With --rate-limit, a token makes 20 requests in the time of a burst."),
    Quirk("rate_limit_burst_seconds", 2, REST_CLIENT, NEIGHBOUR,
          "With --rate-limit, a burst is counted for two seconds; that they begin with a first request is our choice."),
    Quirk("rate_limit_headers", True, REST_RECORDED, NEIGHBOUR,
          "With --rate-limit, every answer to an accepted token tells x-ratelimit-limit, -remaining and -reset (in "
          "seconds since 1970) of the hour; a 401 does not."),
    Quirk("rate_limit_documentation", REST, REST, NEIGHBOUR,
          "With --rate-limit, a 429 has retry-after and a documentation_url beside its message; which address that is "
          "was not seen, so it is the page about the REST API."),
)

ENDPOINTS = (
    Quirk("bulk", False, CONFIG, DOCUMENTED, "Bulk requests are declared unsupported."),
    Quirk("bulk_max_operations", 0, CONFIG, DOCUMENTED, "ServiceProviderConfig says 0 bulk operations."),
    Quirk("unsupported_endpoint_status", 501, RFC_7644 + "#section-3.12", CHOSEN,
          "/Me and /Bulk answer 501: a token is an account's, no user's, and there is no bulk."),
    Quirk("search_endpoint", False, DOCS, CHOSEN, "There is no /.search; it answers 404 as any unknown route."),
    Quirk("tidy_paths", True, NO_SOURCE, CHOSEN, "A doubled or trailing slash is passed over."),
    Quirk("json_suffix", True, REST, NEIGHBOUR, "A .json at the end of a path is passed over, as the REST API does."),
)

DISCOVERY = (
    Quirk("change_password", False, CONFIG, DOCUMENTED, "A password cannot be changed; one that is sent is ignored."),
    Quirk("authentication_schemes", FOURME_SCHEMES, CONFIG, DOCUMENTED,
          "ServiceProviderConfig names a bearer token and HTTP Basic, which most likely stopped working in 2021; the "
          "descriptions are ours."),
    Quirk("documentation_uri", DOCS, CONFIG, DOCUMENTED, "ServiceProviderConfig links 4me's SCIM pages."),
    Quirk("config_instant", "2018-03-23T00:00Z", CONFIG, DOCUMENTED,
          "created and lastModified of ServiceProviderConfig have no seconds, so they are no xsd:dateTime."),
    Quirk("config_version", "1", CONFIG, DOCUMENTED, "The version of ServiceProviderConfig is no entity tag."),
    Quirk("type_descriptions", FOURME_TYPE_DESCRIPTIONS, DOCS + "resource_types/", DOCUMENTED,
          "The description of both resource types is a link to one section of RFC 7643; its exact form is ours."),
    Quirk("schemas_in_schema", False, DOCS + "schemas/", DOCUMENTED, "The documents of /Schemas have no schemas."),
    Quirk("uniqueness_everywhere", True, DOCS + "schemas/", DOCUMENTED,
          "Every attribute in /Schemas says uniqueness, boolean and complex ones too."),
)

# fmt: on

QUIRKS = (*READING, *WRITING, *DELETING, *LISTING, *SHOWING, *ERRORS, *RATES, *ENDPOINTS, *DISCOVERY, *SCHEMA_QUIRKS)
