"""Reading identity sources from CSV and JSON: what they say, and what is refused with line, column and reason."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sandbox.dialect import read_dialect
from sandbox.people.diff.csv_source import read_csv
from sandbox.people.diff.json_source import read_json_source
from sandbox.people.diff.source import Source
from sandbox.people.json_places import PlacedError
from sandbox.scim.schema import ENTERPRISE_URN

USERS = read_dialect("4me").resource_types["Users"]
Read = Callable[..., Source]


def test_a_csv_is_read() -> None:
    text = (
        'userName,displayName,active,department,"emails[type eq ""work""].value",groups,manager\n'
        "ann@widget.example, Ann ,yes,Sales,ann@work.example,Staff; Widget UK;Staff,bob@widget.example\n"
        "\n"
        'bob@widget.example,"Bob\nBee",0,,,,\n'
    )

    source = read_csv(text.encode(), USERS)

    department, email = f"{ENTERPRISE_URN}:department", 'emails[type eq "work"].value'
    ann, bob = source.users
    assert (ann.user_name, ann.line, ann.is_active) == ("ann@widget.example", 2, True)
    assert ann.values == {"displayName": "Ann", department: "Sales", email: "ann@work.example"}
    assert (ann.groups, ann.manager) == (("Staff", "Widget UK"), "bob@widget.example")
    assert (bob.line, bob.is_active, bob.groups, bob.manager) == (4, False, (), "")
    assert bob.values == {"displayName": "Bob\nBee", department: "", email: ""}
    assert source.speaks_of_groups


def test_a_json_is_read() -> None:
    users = [
        {
            "userName": "ann@widget.example",
            "displayName": "Ann",
            "name": {"givenName": "Ann"},
            "active": False,
            "emails": [{"type": "work", "value": "ann@work.example", "primary": True}],
            ENTERPRISE_URN: {"department": "Sales"},
            "groups": ["Staff"],
            "manager": None,
            "schemas": ["urn:x"],
            "id": "9",
        }
    ]

    source = read_json_source(
        json.dumps({"users": users, "groups": [{"displayName": "Staff"}, "Empty"]}).encode(), USERS
    )

    assert source.groups == ("Staff", "Empty")
    (ann,) = source.users
    assert ann.values == {
        "displayName": "Ann",
        "name.givenName": "Ann",
        'emails[type eq "work"].value': "ann@work.example",
        f"{ENTERPRISE_URN}:department": "Sales",
    }
    assert (ann.is_active, ann.groups, ann.manager) == (False, ("Staff",), "")


def test_a_list_of_users_alone_is_a_source_too() -> None:
    source = read_json_source(b'[{"userName": "ann@widget.example"}]', USERS)

    assert [user.user_name for user in source.users] == ["ann@widget.example"]
    assert not source.speaks_of_groups


@pytest.mark.parametrize("read", [read_csv, read_json_source])
def test_a_byte_order_mark_is_passed_over_and_told(read: Read) -> None:
    text = "userName\nann@widget.example\n" if read is read_csv else '[{"userName": "ann@widget.example"}]'

    source = read(b"\xef\xbb\xbf" + text.encode(), USERS)

    assert [user.user_name for user in source.users] == ["ann@widget.example"]
    assert source.notes == ("line 1, column 1: a byte order mark, which was passed over",)


@pytest.mark.parametrize(
    ("content", "line", "column", "reason"),
    [
        pytest.param(b"", 1, 1, "empty", id="nothing"),
        pytest.param("userName\nann\n".encode("utf-16"), 1, 1, "UTF-16", id="UTF-16"),
        pytest.param(
            "userName,title\nann,Gr\u00fc\u00dfe\n".encode("latin-1"), 2, 7, "0xfc is not UTF-8", id="Latin-1"
        ),
        pytest.param("title\nx\n", 1, 1, "no column userName", id="no key"),
        pytest.param("userName,titel\na,b\n", 1, 2, "did you mean title?", id="an unknown column"),
        pytest.param("userName,title,title\na,b,c\n", 1, 3, "there twice", id="a column twice"),
        pytest.param("userName,department,urn:x\na,b,c\n", 1, 3, "begins with no schema", id="an unknown schema"),
        pytest.param(
            "userName,department," + ENTERPRISE_URN + ":Department\na,b,c\n", 1, 3, "twice", id="in two spellings"
        ),
        pytest.param("userName,emails\na,b\n", 1, 2, "name one, as emails[type", id="an attribute with several values"),
        pytest.param("userName,id\na,1\n", 1, 2, "a client may write", id="an attribute of the server"),
        pytest.param("userName,name\na,b\n", 1, 2, "name one of them", id="an attribute with parts"),
        pytest.param("userName,\na,b\n", 1, 2, "empty", id="a column without a name"),
        pytest.param("userName,title\na\n", 2, 2, "1 cells", id="a cell too few"),
        pytest.param("userName,title\na,b,c\n", 2, 3, "3 cells", id="a cell too many"),
        pytest.param("userName,title\n ,b\n", 2, 1, "not empty", id="an empty key"),
        pytest.param("title,userName\nx,ann\ny,bob\nz,ANN\n", 4, 2, "on line 2 already", id="a key twice"),
        pytest.param("userName,active\nann,maybe\n", 2, 2, "neither true nor false", id="a boolean that is none"),
        pytest.param('userName,title\nann,"b\n', 2, 1, "no CSV", id="a quote that is open"),
        pytest.param('userName,title\nann,"b"c\n', 2, 1, "no CSV", id="text behind a quote"),
    ],
)
def test_a_csv_that_does_not_fit_is_refused(content: str | bytes, line: int, column: int, reason: str) -> None:
    with pytest.raises(PlacedError, match=f"^line {line}, column {column}") as error:
        read_csv(content if isinstance(content, bytes) else content.encode(), USERS)

    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        pytest.param("", 1, 1, "no JSON", id="nothing"),
        pytest.param('[\n  {"userName": }\n]', 2, 16, "no JSON", id="no JSON"),
        pytest.param("3", 1, 1, "a list of users", id="a number"),
        pytest.param('{"people": []}', 1, 1, "a list of users", id="an object without users"),
        pytest.param('{"users": [],\n "roles": []}', 2, 11, "only users and groups", id="an unknown member"),
        pytest.param("[\n 3\n]", 2, 2, "an object", id="a user that is none"),
        pytest.param('[{"title": "x"}]', 1, 2, "a userName", id="no key"),
        pytest.param('[{"userName": "a"},\n {"userName": "A"}]', 2, 1, "on line 1 already", id="a key twice"),
        pytest.param(
            '[{"userName": "a",\n  "title": "x", "title": "y"}]', 2, 17, "twice in one object", id="a name twice"
        ),
        pytest.param('[{"userName": "a", "titel": "x"}]', 1, 29, "did you mean title?", id="an unknown attribute"),
        pytest.param('[{"userName": "a", "active": "maybe"}]', 1, 30, "neither true nor false", id="no boolean"),
        pytest.param('[{"userName": "a", "title": ["x"]}]', 1, 30, "with a type", id="a list without types"),
        pytest.param('[{"userName": "a", "groups": "Staff"}]', 1, 30, "a list of names", id="groups that are no list"),
        pytest.param('[{"userName": "a", "manager": {"value": "1"}}]', 1, 31, "the userName", id="a manager by id"),
        pytest.param('{"users": [], "groups": ["A", "a"]}', 1, 31, "there twice", id="a group twice"),
        pytest.param(
            '{"users": [], "groups": [{"name": "A"}]}', 1, 26, "a group is a name", id="a group without a name"
        ),
        pytest.param("[" * 100_000, 1, 1, "nests too deeply", id="a nest"),
    ],
)
def test_a_json_that_does_not_fit_is_refused(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(PlacedError, match=f"^line {line}, column {column}") as error:
        read_json_source(text.encode(), USERS)

    assert reason in str(error.value)
