"""Several clients at once: one answer each, none lost, none twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from httpx2 import Client

from sandbox.running import RunningSandbox
from tests.conftest import Connect

WRITERS = 8


def at_once(work: Callable[[int], int]) -> list[int]:
    """Do *work* in every writer, all beginning together, and return what each got."""
    barrier = Barrier(WRITERS)

    def begin(number: int) -> int:
        barrier.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(begin, range(WRITERS)))


def test_of_several_creates_with_one_name_just_one_succeeds(sandbox: RunningSandbox, connect: Connect) -> None:
    clients = [connect(sandbox) for _ in range(WRITERS)]
    for round_number in range(5):
        for path, name in (("/Users", "userName"), ("/Groups", "displayName")):

            def create(number: int, path: str = path, name: str = name, round_number: int = round_number) -> int:
                text = f"Jane{round_number}@widget.example"
                return clients[number].post(path, json={name: text.upper() if number % 2 else text}).status_code

            assert Counter(at_once(create)) == {201: 1, 409: WRITERS - 1}


def test_members_added_at_once_are_all_there_and_ids_are_all_different(
    sandbox: RunningSandbox, connect: Connect, client: Client
) -> None:
    clients = [connect(sandbox) for _ in range(WRITERS)]
    group_id = client.post("/Groups", json={"displayName": "All"}).json()["id"]

    def join(number: int) -> int:
        statuses = set()
        for turn in range(10):
            user = clients[number].post("/Users", json={"userName": f"u{number}.{turn}"}).json()
            body = {"Operations": [{"op": "add", "path": "members", "value": [{"value": user["id"]}]}]}
            statuses.add(clients[number].patch(f"/Groups/{group_id}", json=body).status_code)
        return max(statuses)

    assert set(at_once(join)) == {200}
    members = [member["value"] for member in client.get(f"/Groups/{group_id}").json()["members"]]
    assert len(members) == len(set(members)) == WRITERS * 10


def test_changes_of_different_attributes_at_once_all_stay(
    sandbox: RunningSandbox, connect: Connect, client: Client
) -> None:
    clients = [connect(sandbox) for _ in range(WRITERS)]
    names = ["title", "nickName", "userType", "locale", "timezone", "displayName", "preferredLanguage", "externalId"]
    user_id = client.post("/Users", json={"userName": "jane"}).json()["id"]

    def change(number: int) -> int:
        for turn in range(10):
            status = clients[number].patch(f"/Users/{user_id}", json={names[number]: f"v{turn}"}).status_code
        return status

    assert set(at_once(change)) == {200}
    assert {client.get(f"/Users/{user_id}").json()[name] for name in names} == {"v9"}


def test_every_use_of_a_token_is_counted(sandbox: RunningSandbox, connect: Connect, owner: Client) -> None:
    clients = [connect(sandbox) for _ in range(WRITERS)]

    def read(number: int) -> int:
        return max(clients[number].get("/Users").status_code for _ in range(20))

    assert set(at_once(read)) == {200}
    assert owner.get("/accounts/widget/tokens").json()["items"][0]["uses"] == WRITERS * 20
