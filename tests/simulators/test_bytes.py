"""What goes over the wire, to the byte: targets, headers in their order, bodies in theirs (facts/clients.md 7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest

from tests.simulators.places import Place, sandbox_place
from tests.simulators.plays import BY_NAME, played
from tests.simulators.tap import Sent, tapped

OKTA = ["User-Agent", "Accept", "Accept-Charset", "Accept-Encoding", "Authorization", "Connection"]
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":'
GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}"


@cache
def sent(name: str) -> list[Sent]:
    """Return all requests of a whole conversation with three people and a group; ids begin at 1."""
    with sandbox_place(users=0, groups=0) as (url, token), tapped(url) as (tapped_url, tap):
        played(BY_NAME[name].script(), tapped_url, token, people=3, groups=1)
        return tap.sent()


@pytest.mark.parametrize(
    ("name", "without_body", "with_body"),
    [
        pytest.param(
            "entra default",
            ["Authorization", "ADSCIMVersion"],
            ["Authorization", "ADSCIMVersion", "Content-Type"],
            id="entra",
        ),
        pytest.param(
            "entra validator", ["Authorization", "Accept"], ["Authorization", "Accept", "Content-Type"], id="validator"
        ),
        pytest.param("okta aiw", OKTA, [*OKTA, "Content-Type"], id="okta"),
        pytest.param("onelogin v2", ["Authorization"], ["Authorization", "Content-Type"], id="onelogin"),
        pytest.param(
            "google users",
            ["User-Agent", "Authorization", "Content-Type"],
            ["User-Agent", "Authorization", "Content-Type"],
            id="google",
        ),
    ],
)
def test_a_client_sends_its_headers_in_their_order_and_no_others(
    name: str, without_body: list[str], with_body: list[str]
) -> None:
    for request in sent(name):
        expected = [*with_body, "Content-Length"] if request.body else without_body
        assert request.names == ["Host", *expected]


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [
        pytest.param("entra default", "Content-Type", "application/scim+json; charset=utf-8", id="entra-body"),
        pytest.param("entra default", "ADSCIMVersion", rf"Date:2026-\d\d-\d\d, ActivityId:{GUID}", id="entra-version"),
        pytest.param("okta aiw", "User-Agent", "Okta SCIM Client 1[.]0[.]0", id="okta-agent"),
        pytest.param("okta aiw", "Accept", r"application/scim\+json", id="okta-accept"),
        pytest.param("okta aiw", "Content-Type", r"application/scim\+json; charset=utf-8", id="okta-body"),
        pytest.param("okta spec", "Content-Type", r"application/(scim\+json; charset=utf-8|json)", id="okta-suite"),
        pytest.param("onelogin v2", "Content-Type", r"application/scim\+json", id="onelogin-body"),
        pytest.param("google users", "User-Agent", "Google-Auto-Provisioning", id="google-agent"),
        pytest.param("google users", "Content-Type", "application/json", id="google-type"),
    ],
)
def test_a_header_has_its_value(name: str, header: str, value: str) -> None:
    values = [text for request in sent(name) for found, text in request.headers if found == header]

    assert values
    assert all(re.fullmatch(value.replace("scim+json", r"scim\+json"), text) for text in values)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("entra default", rf"GET /scim/v2/Users\?filter=userName\+eq\+%22{GUID}%22", id="entra-nobody"),
        pytest.param(
            "entra default",
            rf"GET /scim/v2/Groups\?excludedAttributes=members&filter=displayName\+eq\+%22{GUID}%22",
            id="entra-no-group",
        ),
        pytest.param(
            "entra default",
            r"GET /scim/v2/Users\?filter=userName\+eq\+%22hugo.o%27brien%40acorn.example%22",
            id="entra-match",
        ),
        pytest.param(
            "entra default match=mail",
            r"GET /scim/v2/Users\?filter=emails%5Btype\+eq\+%22work%22%5D.value\+eq\+%22gia.bakker%40acorn.example%22",
            id="entra-by-mail",
        ),
        pytest.param(
            "entra default",
            r"GET /scim/v2/Groups\?excludedAttributes=members&filter=displayName\+eq\+%22Tool\+Room%22",
            id="entra-group",
        ),
        pytest.param("entra default", r"GET /scim/v2/Groups/1\?excludedAttributes=members", id="entra-group-read"),
        pytest.param("okta aiw", r"GET /scim/v2/Users\?startIndex=1&count=2", id="okta-test"),
        pytest.param(
            "okta aiw",
            r"GET /scim/v2/Users\?filter=userName%20eq%20%22gia.bakker%40acorn.example%22&startIndex=1&count=100",
            id="okta-match",
        ),
        pytest.param(
            "okta oin",
            r"GET /scim/v2/Groups\?filter=displayName%20eq%20%22Tool%20Room%22&startIndex=1&count=100",
            id="okta-group",
        ),
        pytest.param(
            "onelogin v2",
            r"GET /scim/v2/Users\?filter=userName\+eq\+%22gia.bakker%40acorn.example%22&",
            id="onelogin-match",
        ),
        pytest.param("onelogin v2", r"PUT /scim/v2/Users/3\?", id="onelogin-put"),
        pytest.param("onelogin v2", r"PATCH /scim/v2/Groups/1\?", id="onelogin-patch"),
        pytest.param("google users", r"GET /scim/v2/Users\?count=1", id="google-probe"),
        pytest.param(
            "google users",
            r"GET /scim/v2/Users\?filter=userName%20eq%20%22gia.bakker%40acorn.example%22",
            id="google-match",
        ),
    ],
)
def test_a_target_is_encoded_as_the_client_encodes_it(name: str, line: str) -> None:
    assert [each for each in sent(name) if re.fullmatch(f"{line} HTTP/1[.]1", each.line)]


BODIES = [
    pytest.param(
        "entra default",
        "POST /Users",
        f'{{"schemas":["{USER}","{ENTERPRISE}"],"externalId":"gia.bakker","userName":"gia.bakker@acorn.example",'
        '"active":true,"displayName":"Gia Bakker",'
        '"emails":[{"primary":true,"type":"work","value":"gia.bakker@acorn.example"}],"meta":{"resourceType":"User"},'
        '"name":{"formatted":"Gia Bakker","familyName":"Bakker","givenName":"Gia"},"title":"Duty Manager",'
        f'"{ENTERPRISE}":{{"employeeNumber":"1003","department":"Support"}},"roles":[]}}',
        id="entra-create",
    ),
    pytest.param(
        "entra default",
        "PATCH /Users/3",
        PATCH + '[{"op":"Replace","path":"title","value":"Accountant"},'
        r'{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+31 20 0000000"},'
        f'{{"op":"Replace","path":"{ENTERPRISE}:department","value":"Finance & Control"}}]}}',
        id="entra-update",
    ),
    pytest.param(
        "entra optscim",
        "PATCH /Users/3",
        PATCH + r'[{"op":"add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+31 20 0000000"},'
        f'{{"op":"replace","value":{{"title":"Accountant","{ENTERPRISE}:department":"Finance & Control"}}}}]}}',
        id="entra-update-gathered",
    ),
    pytest.param(
        "entra optscim",
        "PATCH /Users/2",
        PATCH + r'[{"op":"replace","path":"emails[type eq \"work\"].value","value":"hugo.dale@acorn.example"},'
        '{"op":"replace","value":{"externalId":"hugo.dale","userName":"hugo.dale@acorn.example",'
        '"displayName":"Hugo Dale","name.familyName":"Dale"}}]}',
        id="entra-rename-dotted",
    ),
    pytest.param(
        "entra default",
        "PATCH /Users/2",
        PATCH + f'[{{"op":"Add","path":"{ENTERPRISE}:manager","value":"1"}}]}}',
        id="entra-manager",
    ),
    pytest.param(
        "entra default",
        "PATCH /Users/1",
        PATCH + '[{"op":"Replace","path":"active","value":"False"}]}',
        id="entra-disable-text",
    ),
    pytest.param(
        "entra optscim",
        "PATCH /Users/1",
        PATCH + '[{"op":"replace","path":"active","value":false}]}',
        id="entra-disable-boolean",
    ),
    pytest.param(
        "entra default",
        "PATCH /Groups/1",
        PATCH + '[{"op":"Add","path":"members","value":[{"$ref":null,"value":"1"},{"$ref":null,"value":"2"},'
        '{"$ref":null,"value":"3"}]}]}',
        id="entra-members",
    ),
    pytest.param(
        "entra default",
        "PATCH /Groups/1",
        PATCH + '[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"1"}]}]}',
        id="entra-member-leaves",
    ),
    pytest.param(
        "entra optscim",
        "PATCH /Groups/1",
        PATCH + r'[{"op":"remove","path":"members[value eq \"1\"]"}]}',
        id="entra-member-leaves-filtered",
    ),
    pytest.param(
        "okta aiw",
        "POST /Users",
        f'{{"schemas":["{USER}"],"userName":"gia.bakker@acorn.example","name":{{"givenName":"Gia","familyName":"Bakker"}},'
        '"emails":[{"primary":true,"value":"gia.bakker@acorn.example","type":"work"}],"displayName":"Gia Bakker",'
        '"locale":"en-US","externalId":"<okta id>","groups":[],"password":"<password>","active":true}',
        id="okta-create",
    ),
    pytest.param(
        "okta oin",
        "PATCH /Users/1",
        PATCH + '[{"op":"replace","value":{"active":false}}]}',
        id="okta-deactivate",
    ),
    pytest.param(
        "okta aiw",
        "PUT /Groups/1",
        '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Tool Room","members":['
        '{"value":"1","display":"gia.lukasik@acorn.example"},{"value":"2","display":"hugo.o\'brien@acorn.example"},'
        '{"value":"3","display":"gia.bakker@acorn.example"}]}',
        id="okta-members",
    ),
    pytest.param(
        "okta oin",
        "PATCH /Groups/1",
        PATCH + r'[{"op":"remove","path":"members[value eq \"1\"]"},'
        '{"op":"add","path":"members","value":[{"value":"4","display":"uma.d\'angelo@acorn.example"}]}]}',
        id="okta-member-change",
    ),
    pytest.param(
        "okta oin",
        "PATCH /Groups/1",
        PATCH + '[{"op":"replace","value":{"id":"1","displayName":"Tool Room"}}]}',
        id="okta-name-along",
    ),
    pytest.param(
        "onelogin v2",
        "PUT /Users/3?",
        '{"schemas":["urn:scim:schemas:core:2.0","urn:scim:schemas:extension:enterprise:2.0"],'
        '"userName":"gia.bakker@acorn.example","name":{"givenName":"Gia","familyName":"Bakker"},'
        '"emails":[{"value":"gia.bakker@acorn.example","type":"work","primary":true}]}',
        id="onelogin-update",
    ),
    pytest.param(
        "onelogin v11",
        "PATCH /Groups/1?",
        '{"schemas":["urn:scim:schemas:core:1.0"],"members":[{"value":"4","operation":"add"},'
        '{"value":"1","operation":"delete"}]}',
        id="onelogin-v11-members",
    ),
    pytest.param(
        "google users update=patch deprovision=delete",
        "PATCH /Users/2",
        PATCH + '[{"op":"replace","path":"userName","value":"hugo.dale@acorn.example"},'
        '{"op":"replace","path":"name.familyName","value":"Dale"},'
        '{"op":"replace","path":"displayName","value":"Hugo Dale"},'
        r'{"op":"replace","path":"emails[type eq \"work\"].value","value":"hugo.dale@acorn.example"}]}',
        id="google-patch",
    ),
]


@pytest.mark.parametrize(("name", "line", "body"), BODIES)
def test_a_body_is_what_the_client_sends_its_keys_in_their_order(name: str, line: str, body: str) -> None:
    method, path = line.split()
    bodies = [each.body for each in sent(name) if each.line == f"{method} /scim/v2{path} HTTP/1.1"]

    assert body in [plain(each) for each in bodies]


def test_a_traced_body_of_onelogin_has_its_length_with_an_id_of_36_characters() -> None:
    body = next(each.body for each in sent("onelogin v2") if each.line.startswith("PATCH /scim/v2/Groups/1?"))

    assert len(body.replace('"value":"1"', f'"value":"{"x" * 36}"')) == 165


def test_okta_puts_back_what_it_read(place: Callable[..., Place]) -> None:
    body = next(each.body for each in sent("okta aiw") if each.line.startswith("PUT /scim/v2/Users/3"))

    for part in ('"id":"3"', '"meta":{"resourceType":"User","created":', f'"schemas":["{USER}","{ENTERPRISE}"]'):
        assert part in body


def plain(body: str) -> str:
    """Return a body without what the simulator makes up."""
    body = re.sub(r'"externalId":"00u[0-9a-f]{17}"', '"externalId":"<okta id>"', body)
    return re.sub(r'"password":"[0-9a-f]{8}"', '"password":"<password>"', body)
