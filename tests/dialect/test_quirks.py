"""Every row of a dialect: complete, honest about its evidence, and held by a test that is marked with its name."""

from __future__ import annotations

import re

import pytest

from sandbox.dialect import QUIRKS_BY_NAME, Evidence, OverrideError, Quirk, make_dialect, read_dialect
from tests.conftest import MARKED

NAMES = frozenset(quirk.field for quirks in QUIRKS_BY_NAME.values() for quirk in quirks)


def test_every_row_has_a_test_that_is_marked_with_its_name(request: pytest.FixtureRequest) -> None:
    if request.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        pytest.skip("only a run of all tests knows all marks")
    marked = request.config.stash[MARKED]

    assert sorted(NAMES - marked) == []
    assert sorted(marked - NAMES) == []


def test_4me_has_at_least_sixty_rows() -> None:
    assert len(QUIRKS_BY_NAME["4me"]) >= 60


@pytest.mark.parametrize(
    "quirk", [quirk for rows in QUIRKS_BY_NAME.values() for quirk in rows], ids=lambda row: row.field
)
def test_a_row_names_its_source_and_says_what_it_means(quirk: Quirk) -> None:
    assert re.fullmatch(r"https://\S+|no public source", quirk.source)
    assert quirk.evidence is not Evidence.DOCUMENTED or quirk.source.startswith("https://")
    assert re.match(r"\S.*[.]$", quirk.sentence, re.DOTALL)
    assert quirk.as_json()["field"] == quirk.field


def test_what_4me_documents_is_on_4me_s_own_pages() -> None:
    pages = ("https://developer.xurrent.com/v1/scim/", "https://www.xurrent.com/product-updates/")

    for quirk in QUIRKS_BY_NAME["4me"]:
        if quirk.evidence is Evidence.DOCUMENTED:
            assert quirk.source.startswith(pages), quirk.field


def test_a_dialect_cannot_have_two_rows_for_one_choice() -> None:
    rows = QUIRKS_BY_NAME["4me"]

    with pytest.raises(ValueError, match="more than one row for max_count"):
        make_dialect("twice", [*rows, next(row for row in rows if row.field == "max_count")])


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        pytest.param(("max_count", "50"), 50, id="a number"),
        pytest.param(("discovery_token", "false"), False, id="a boolean"),
        pytest.param(("active_default", "none"), None, id="nothing"),
        pytest.param(("filter_operators", "eq, co"), frozenset({"eq", "co"}), id="a list"),
        pytest.param(("time_zone", "Europe/Amsterdam"), "Europe/Amsterdam", id="a text"),
    ],
)
def test_a_choice_can_be_set(pair: tuple[str, str], value: object) -> None:
    dialect = read_dialect("4me", [pair])

    assert getattr(dialect.choices, pair[0]) == value
    row = next(row for row in dialect.quirks if row.field == pair[0])
    assert (row.evidence, row.source) == (Evidence.CHOSEN, "--set")


@pytest.mark.parametrize(
    ("pair", "named"),
    [
        pytest.param(("pu", "merge"), "put", id="an unknown field"),
        pytest.param(("put", "append"), "merge, replace", id="an unknown choice"),
        pytest.param(("max_count", "-1"), "a whole number", id="a negative number"),
        pytest.param(("sort", "maybe"), "true or false", id="no boolean"),
        pytest.param(("User.nickName", "x"), "not a field that can be set", id="a schema"),
        pytest.param(("duplicate_status", "999"), "409, 400, 422", id="a status that is none"),
        pytest.param(("filter_operators", "eq, xx"), "not xx", id="an unknown operator"),
        pytest.param(("filter_logic", "nor"), "not nor", id="an unknown word"),
        pytest.param(("user_list_omits", "id"), "every list shows that", id="what is always shown"),
        pytest.param(("user_list_omits", "nonsense"), "no attribute 'nonsense'", id="an unknown attribute"),
        pytest.param(("group_filter_attributes", "DisplayName"), "as 'displayName'", id="another case"),
        pytest.param(("custom_fields_urn", "userName"), "a URN", id="no URN"),
        pytest.param(("key_order", "x"), "not a field that can be set", id="a structure"),
    ],
)
def test_what_cannot_be_set_says_what_can(pair: tuple[str, str], named: str) -> None:
    with pytest.raises(OverrideError, match=named):
        read_dialect("4me", [pair])
