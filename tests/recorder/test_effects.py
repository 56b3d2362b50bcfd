"""What a request brings about is collected while it is served: no less, and nothing of other requests."""

from __future__ import annotations

from threading import Thread

from sandbox.recorder import NO_EFFECTS, close_effects, open_effects
from sandbox.running import RunningAccount

ANN = {"userName": "ann@widget.example", "displayName": "Ann"}


def test_a_write_of_a_user_tells_what_became_of_it(account: RunningAccount) -> None:
    effects = open_effects()
    user = account.directory.create("Users", ANN)
    close_effects()

    (mapped,) = effects.mapped
    assert mapped.mapped.user["id"] == user.id
    assert mapped.mapped.person is not None
    assert [[name for name, *_ in rows] for rows in effects.commits] == [["Users"]]


def test_a_write_of_a_group_holds_on_to_none_of_its_members(account: RunningAccount) -> None:
    members = [{"value": account.directory.create("Users", {**ANN, "userName": f"u{each}@x"}).id} for each in range(3)]

    effects = open_effects()
    account.directory.create("Groups", {"displayName": "Staff", "members": members})
    close_effects()

    assert effects.mapped == []
    assert len(effects.commits) == 1


def test_what_happens_outside_of_a_request_is_not_collected(account: RunningAccount) -> None:
    effects = open_effects()
    aside = Thread(target=lambda: account.directory.create("Users", ANN))
    aside.start()
    aside.join()
    close_effects()
    account.directory.create("Users", {**ANN, "userName": "bob@widget.example"})

    for each in (effects, NO_EFFECTS):
        assert (each.commits, each.mapped, each.size) == ([], [], 0)
