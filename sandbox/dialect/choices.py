"""What a dialect chooses: every choice by name. What each value means stands in the rows that set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

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


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Every choice of a dialect; a quirk row names the one it sets. What each means stands in its rows."""

    # reading
    booleans: BooleanRule
    empty_text: EmptyTextRule
    numbers_as_text: bool
    loose_shapes: bool
    several_primary: bool
    unknown_attributes: RefusalRule
    read_only_attributes: RefusalRule
    other_values: RefusalRule
    media_type_in: MediaTypeRule
    # writing
    put: PutRule
    put_members: PutRule
    partial_lists: ListRule
    patch_op: bool
    plain_patch: bool
    member_operation: str | None
    patch_any_case: bool
    patch_schemas_required: bool
    bare_extension_names: bool
    value_path: ValuePathRule
    patch_reply: WriteReplyRule
    noop: NoopRule
    active_default: bool | None
    unknown_member: UnknownReferenceRule
    unknown_manager: UnknownReferenceRule
    nested_groups: bool
    external_id_unique: bool
    # deleting
    user_delete: DeleteRule
    second_delete_status: Literal[204, 404]
    hard_delete_parameter: str | None
    inactive_members_stay: bool
    # listing
    filter_operators: frozenset[str]
    filter_logic: frozenset[str]
    filter_parentheses: bool
    filter_value_paths: bool
    filter_quoted_booleans: bool
    filter_unquoted_booleans: bool
    user_filter_attributes: frozenset[str] | None
    group_filter_attributes: frozenset[str] | None
    default_count: int
    max_count: int
    count_above_max: RangeRule
    count_below_one: RangeRule
    start_index_below_one: RangeRule
    items_per_page: ItemsPerPageRule
    list_order: ListOrder
    user_list_omits: frozenset[str]
    group_list_omits: frozenset[str]
    empty_list_resources: bool
    sort: bool
    attribute_selection: bool
    unsupported_filter: RefusalRule
    # showing
    schemas: SchemasRule
    key_order: Mapping[str, tuple[str, ...]]
    meta_host: LocationRule
    time: TimeRule
    time_zone: str
    external_id_case_exact: bool
    members_display: DisplayRule
    members_type: bool
    user_groups: bool
    custom_fields_urn: str | None
    custom_fields_shown: bool
    etag: bool
    location_header: bool
    media_type_out: AnswerTypeRule
    # errors and the gate
    error_shape: ErrorShape
    gate_error_shape: ErrorShape
    missing_value_status: Literal[400, 422]
    duplicate_status: Literal[409, 400, 422]
    challenge: bool
    discovery_token: bool
    token_overlap_days: int
    rate_limit_hourly: int
    rate_limit_burst: int
    rate_limit_burst_seconds: int
    rate_limit_headers: bool
    rate_limit_documentation: str | None
    # endpoints
    bulk: bool
    bulk_max_operations: int
    unsupported_endpoint_status: Literal[501, 404]
    search_endpoint: bool
    tidy_paths: bool
    json_suffix: bool
    # discovery documents
    change_password: bool
    authentication_schemes: tuple[Mapping[str, Any], ...]
    documentation_uri: str | None
    config_instant: str | None
    config_version: str | None
    type_descriptions: Mapping[str, str]
    schemas_in_schema: bool
    uniqueness_everywhere: bool
