"""All users and groups of an account over the control API."""

from __future__ import annotations

from httpx2 import Client

USERS, GROUPS = "/accounts/widget/users", "/accounts/widget/groups"


def test_they_are_as_clients_see_them_and_leave_no_exchange(client: Client, owner: Client) -> None:
    ann = client.post("/Users", json={"userName": "ann@widget.example"}).json()
    staff = client.post("/Groups", json={"displayName": "Staff", "members": [{"value": ann["id"]}]}).json()
    before = owner.get("/accounts/widget/exchanges").json()["total"]

    users, groups = owner.get(USERS).json(), owner.get(GROUPS).json()

    assert users == {"items": [client.get(f"/Users/{ann['id']}").json()], "total": 1}
    assert groups == {"items": [client.get(f"/Groups/{staff['id']}").json()], "total": 1}
    assert [member["value"] for member in groups["items"][0]["members"]] == [ann["id"]]
    assert before == 2


def test_more_than_a_page_of_them_come_at_once(client: Client, owner: Client) -> None:
    for number in range(30):
        client.post("/Users", json={"userName": f"user-{number}@widget.example"})

    assert len({user["id"] for user in owner.get(USERS).json()["items"]}) == 30


def test_another_account_has_its_own(client: Client, owner: Client) -> None:
    client.post("/Users", json={"userName": "ann@widget.example"})

    assert owner.get("/accounts/widget-qa/users").json() == {"items": [], "total": 0}
    assert owner.get("/accounts/nobody/users").status_code == 404
