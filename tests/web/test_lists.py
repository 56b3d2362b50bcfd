"""Lists, pages and filters over HTTP, as 4me answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx2 import Client

from sandbox.clock import Clock


@pytest.fixture
def sixty(client: Client, clock: Clock) -> list[str]:
    """Create sixty users, an hour apart, every third inactive; return their ids, the newest first."""
    ids = []
    for number in range(60):
        body = {"userName": f"user{number:02}@widget.example", "externalId": f"X{number}", "active": number % 3 != 0}
        ids.append(client.post("/Users", json=body).json()["id"])
        clock.advance(timedelta(hours=1))
    return ids[::-1]


def found(client: Client, text: str, **more: str) -> list[str]:
    """Return the userNames a filter finds, without their domain."""
    answer = client.get("/Users", params={"filter": text, **more})
    assert answer.status_code == 200, answer.text
    assert answer.json()["totalResults"] >= len(answer.json()["Resources"])
    return [user["userName"].removesuffix("@widget.example") for user in answer.json()["Resources"]]


@pytest.mark.quirk("default_count")
@pytest.mark.quirk("list_order")
def test_a_list_without_parameters_is_the_first_25_newest_first(client: Client, sixty: list[str]) -> None:
    page = client.get("/Users").json()

    assert list(page) == ["schemas", "totalResults", "itemsPerPage", "startIndex", "Resources"]
    assert (page["totalResults"], page["itemsPerPage"], page["startIndex"]) == (60, 25, 1)
    assert [user["id"] for user in page["Resources"]] == sixty[:25]


@pytest.mark.quirk("max_count")
@pytest.mark.quirk("items_per_page")
@pytest.mark.parametrize(
    ("query", "start", "size", "returned"),
    [
        pytest.param("count=10", 1, 10, 10, id="fewer"),
        pytest.param("count=100", 1, 25, 25, id="over the cap"),
        pytest.param("count=0", 1, 0, 0, id="none"),
        pytest.param("count=-5", 1, 0, 0, id="negative count"),
        pytest.param("startIndex=51", 51, 25, 10, id="last page"),
        pytest.param("startIndex=0", 1, 25, 25, id="zero start"),
        pytest.param("startIndex=-7&count=3", 1, 3, 3, id="negative start"),
        pytest.param("startIndex=61", 61, 25, 0, id="past the end"),
        pytest.param("startIndex=999999999999999999", 999999999999999999, 25, 0, id="far past the end"),
        pytest.param("count=+5", 1, 5, 5, id="plus for a space"),
    ],
)
def test_a_page_is_cut_where_it_was_asked(
    client: Client, sixty: list[str], query: str, start: int, size: int, returned: int
) -> None:
    page = client.get(f"/Users?{query}").json()

    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (60, start, size)
    first = min(start - 1, 60)
    assert [user["id"] for user in page["Resources"]] == sixty[first : first + returned]


def test_no_hit_is_an_empty_list_and_no_error(client: Client, sixty: list[str]) -> None:
    page = client.get("/Users", params={"filter": 'userName eq "7d420df3-0000"'})

    assert (page.status_code, page.json()["totalResults"], page.json()["Resources"]) == (200, 0, [])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param('userName eq "USER07@widget.example"', ["user07"], id="a name in another case"),
        pytest.param('USERNAME EQ "user07@widget.example"', ["user07"], id="attribute and operator in capitals"),
        pytest.param('externalId eq "X7"', ["user07"], id="external id"),
        pytest.param('externalId eq "x7"', [], id="external id in another case"),
        pytest.param('externalId lt "X10"', ["user01", "user00"], id="external id before another"),
        pytest.param('userName gt "user57@widget.example"', ["user59", "user58"], id="after in the alphabet"),
        pytest.param('userName lt "user02@widget.example"', ["user01", "user00"], id="before in the alphabet"),
        pytest.param(
            'active eq "false" and userName lt "user07@widget.example"', ["user06", "user03", "user00"], id="both"
        ),
        pytest.param('externalId eq "X1" or externalId eq "X2"', ["user02", "user01"], id="either"),
        pytest.param(
            'externalId eq "X1" or externalId eq "X2" and active eq "false"', ["user01"], id="and binds before or"
        ),
        pytest.param('(externalId eq "X1" or externalId eq "X3") and active eq "false"', ["user03"], id="parentheses"),
        pytest.param('meta.created lt "2026-03-02T10:30:00Z"', ["user01", "user00"], id="created, in UTC"),
        pytest.param('meta.created lt "2026-03-02T04:30:00-06:00"', ["user01", "user00"], id="created, with an offset"),
        pytest.param('meta.created eq "2026-03-02T10:00:00Z"', ["user01"], id="created, the same instant"),
        pytest.param('meta.created gt "2026-03-04T18:59:59.5Z"', ["user59", "user58"], id="created, between seconds"),
    ],
)
def test_a_filter_finds_what_it_says(client: Client, sixty: list[str], text: str, names: list[str]) -> None:
    assert found(client, text) == names


def test_totals_count_what_is_on_other_pages(client: Client, sixty: list[str]) -> None:
    page = client.get("/Users", params={"filter": 'active ne "true"', "count": "5", "startIndex": "18"}).json()

    assert (page["totalResults"], len(page["Resources"])) == (20, 3)


@pytest.mark.quirk("filter_operators")
@pytest.mark.quirk("filter_logic")
@pytest.mark.quirk("user_filter_attributes")
@pytest.mark.quirk("filter_value_paths")
@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param('userName co "x"', "'co'", id="operator"),
        pytest.param("userName pr", "'pr'", id="presence"),
        pytest.param('emails eq "x"', "'emails'", id="attribute"),
        pytest.param('emails[type eq "work"].value eq "x"', "emails", id="value path"),
        pytest.param('not (userName eq "x")', "'not'", id="negation"),
        pytest.param("userName eq bob", "double quotes", id="no quotes"),
        pytest.param('userName eq "bob', "", id="open quote"),
        pytest.param('userName eq "a\x00b"', "", id="a NUL"),
        pytest.param('meta.created gt "yesterday"', "'yesterday'", id="no instant"),
        pytest.param('active eq "maybe"', "'maybe'", id="no boolean"),
        pytest.param("", "empty", id="nothing"),
    ],
)
def test_a_filter_that_is_not_supported_says_what_is(client: Client, text: str, named: str) -> None:
    refused = client.get("/Users", params={"filter": text})

    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidFilter")
    assert named in refused.json()["detail"]


@pytest.mark.quirk("group_filter_attributes")
def test_groups_are_not_filtered_by_id_or_members(client: Client) -> None:
    for attribute in ("id", "members"):
        refused = client.get("/Groups", params={"filter": f'{attribute} eq "1"'})

        assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidFilter")
        assert "displayName" in refused.json()["detail"]


def test_groups_are_found_by_display_name_without_case(client: Client) -> None:
    client.post("/Groups", json={"displayName": "Widget Europe"})

    page = client.get("/Groups?excludedAttributes=members&filter=displayName+eq+%22WIDGET+europe%22").json()

    assert page["totalResults"] == 1


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("filter=userName+eq+%22user07%40widget.example%22", id="plus and percent"),
        pytest.param("filter=userName%20eq%20%22user07@widget.example%22&startIndex=1&count=100", id="okta"),
        pytest.param("filter=userName+eq+%22user07%40widget.example%22&", id="a last ampersand"),
        pytest.param("filter=userName+eq+%22user07%40widget.example%22&aadOptscim062020", id="an unknown flag"),
    ],
)
def test_the_ways_in_which_clients_write_a_query_are_all_read(client: Client, sixty: list[str], query: str) -> None:
    assert client.get(f"/Users?{query}").json()["totalResults"] == 1


@pytest.mark.quirk("sort")
def test_a_wish_for_another_order_is_passed_over(client: Client, sixty: list[str]) -> None:
    page = client.get("/Users?sortBy=userName&sortOrder=ascending").json()

    assert page["Resources"][0]["id"] == sixty[0]


def test_attributes_choose_what_is_shown(client: Client) -> None:
    body = {"userName": "a@b.example", "name": {"givenName": "A", "familyName": "B"}, "title": "T"}
    user_id = client.post("/Users", json=body).json()["id"]

    only = client.get(f"/Users/{user_id}?attributes=userName,name.givenName").json()
    but = client.get(f"/Users/{user_id}?excludedAttributes=meta,name").json()

    assert list(only) == ["schemas", "id", "userName", "name"]
    assert only["name"] == {"givenName": "A"}
    assert not {"meta", "name"} & set(but)
    assert but["title"] == "T"
