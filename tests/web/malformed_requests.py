"""Requests that are wrong before their body counts: ids, routes, methods, tokens, headers; and bulk requests."""

from __future__ import annotations

from typing import Any

from tests.web.malformed_row import DELETE, GET, PATCH, POST, PUT, Refusal, Row, platform, refused, syntax, value

TITLE = {"userName": "ann@widget.example", "title": "Chief"}
PATCH_TITLE = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations": [{"op": "replace", "path": "title", "value": "Chief"}],
}
NO_CHALLENGE, UNAUTHORIZED = platform(401, "Unauthorized"), refused(401, "Unauthorized")
GATE = {"fourme": NO_CHALLENGE, "rfc7644": UNAUTHORIZED}


def nobody(name: str, user_id: str, shown: str) -> Row:
    """Return a row with the id of no user, percent-encoded; *shown* is how the sentence writes it."""
    return Row(name, GET, f"/Users/{user_id}", None, refused(404, "User", shown, "does not exist"))


def absent(name: str, target: str, method: str = GET) -> Row:
    """Return a row with a route that neither dialect has."""
    return Row(name, method, target, None, fourme=platform(404, "Not Found"), rfc7644=refused(404, "Not Found"))


def token(name: str, header: str | bytes | None) -> Row:
    """Return a row with an ``Authorization`` that is none of ours."""
    return Row(name, GET, "/Users", headers={"Authorization": header}, **GATE)


def medium(name: str, media_type: str) -> Row:
    """Return a row with a media type that the strict dialect does not read."""
    refusal = refused(415, "application/scim+json", f"'{media_type}'")
    body = {"userName": "new@widget.example"}
    return Row(name, POST, "/Users", body, rfc7644=refusal, headers={"Content-Type": media_type})


def bulk(name: str, body: Any, refusal: Refusal) -> Row:
    """Return a row with a bulk request."""
    return Row(name, POST, "/Bulk", body, rfc7644=refusal)


STALE = {"If-Match": 'W/"0000"'}


# fmt: off
ROWS = [
    # ids
    nobody("an id that was never given", "999", "'999'"),
    nobody("a word for an id", "ann", "'ann'"),
    nobody("an id of zero", "0", "'0'"),
    nobody("a negative id", "-1", "'-1'"),
    nobody("a leading zero", "01", "'01'"),
    nobody("an id with a fraction", "1.0", "'1.0'"),
    nobody("an id in powers", "1e0", "'1e0'"),
    nobody("an id behind a blank", "%201", "' 1'"),
    nobody("an id and a line break", "1%0A", r"'1\n'"),
    nobody("a NUL for an id", "%00", r"'\x00'"),
    nobody("an id in other digits", "%D9%A1", "'\u0661'"),
    nobody("an id that is no UTF-8", "%ff", "User"),
    nobody("an id of 400 digits", "9" * 400, "..."),
    nobody("a userName for an id", "ann@widget.example", "'ann@widget.example'"),
    nobody("a path for an id", "1%5C..%5C2", r"'1\..\2'"),
    nobody("markup for an id", "%3Cb%3E1", "'<b>1'"),
    Row("a PUT of nobody", PUT, "/Users/999", TITLE, refused(404, "User", "'999'", "does not exist")),
    Row("a PATCH of nobody", PATCH, "/Users/999", PATCH_TITLE, refused(404, "User", "'999'")),
    Row("a DELETE of nobody", DELETE, "/Users/999", None, refused(404, "User", "'999'")),
    Row("a hard DELETE of nobody", DELETE, "/Users/999?hard=true", None, refused(404, "User", "'999'")),
    Row("a group that does not exist", GET, "/Groups/3", None, refused(404, "Group", "'3'")),
    Row("a DELETE of no group", DELETE, "/Groups/3", None, refused(404, "Group", "'3'")),
    Row("an unknown schema", GET, "/Schemas/urn:example:User", None, refused(404, "'urn:example:User'")),
    Row("an unknown resource type", GET, "/ResourceTypes/Person", None, refused(404, "'Person'")),
    # routes
    absent("a collection in lower case", "/users"),
    absent("a collection in the singular", "/User"),
    absent("an unknown collection", "/People", POST),
    absent("a path below a user", "/Users/1/groups"),
    absent("the endpoint twice", "/scim/v2/Users"),
    absent("a slash in an id", "/Users/..%2F1"),
    absent("another version", "http://host/scim/v1/Users"),
    absent("no prefix", "http://host/Users"),
    absent("the bare host", "http://host/"),
    Row("a search that 4me has not", POST, "/Users/.search", {"filter": 'userName eq "ann"'},
        fourme=platform(404, "Not Found")),
    Row("a search everywhere that 4me has not", POST, "/.search", {}, fourme=platform(404, "Not Found")),
    # methods
    Row("a PUT of all users", PUT, "/Users", TITLE, refused(405, "'PUT'", "GET", "POST")),
    Row("a PATCH of all users", PATCH, "/Users", PATCH_TITLE, refused(405, "'PATCH'", "GET", "POST")),
    Row("a DELETE of all users", DELETE, "/Users", None, refused(405, "'DELETE'", "GET", "POST")),
    Row("a DELETE of all groups", DELETE, "/Groups", None, refused(405, "'DELETE'", "GET", "POST")),
    Row("a POST to a user", POST, "/Users/1", TITLE, refused(405, "'POST'", "PUT", "PATCH", "DELETE")),
    Row("a method that is none", "BREW", "/Users", None, refused(405, "'BREW'", "GET", "POST")),
    Row("a POST to a schema", POST, "/Schemas", {}, refused(405, "'POST'", "GET")),
    Row("a DELETE of the configuration", DELETE, "/ServiceProviderConfig", None, refused(405, "'DELETE'", "GET")),
    Row("oneself", GET, "/Me", None, refused(501, "/Me", "not supported")),
    Row("a change of oneself", PATCH, "/Me", PATCH_TITLE, refused(501, "/Me", "not supported")),
    Row("a bulk request to 4me", POST, "/Bulk", {"Operations": []}, fourme=refused(501, "/Bulk", "not supported")),
    # tokens
    token("no token", None),
    token("an empty header", ""),
    token("a token without a scheme", "9f" * 32),
    token("a scheme without a token", "Bearer"),
    token("another scheme", "Basic YW5uOnNlY3JldA=="),
    token("a token of nobody", "Bearer " + "0" * 64),
    token("a token in capitals", "Bearer " + "9F" * 32),
    token("a token and more", "Bearer " + "9f" * 32 + ", Basic x"),
    token("a token in quotes", f'Bearer "{"9f" * 32}"'),
    token("a token that is no ASCII", b"Bearer t\xc3\xb6ken"),
    token("a token of 64 KB", "Bearer " + "9" * 65_536),
    Row("a POST without a token", POST, "/Users", {"userName": "new@widget.example"}, headers={"Authorization": None},
        **GATE),
    Row("a hard DELETE without a token", DELETE, "/Users/1?hard=true", headers={"Authorization": None}, **GATE),
    Row("a token in the query", GET, f"/Users?access_token={'9f' * 32}", headers={"Authorization": None}, **GATE),
    # media types
    medium("plain text", "text/plain"),
    medium("a form", "application/x-www-form-urlencoded"),
    medium("a form in parts", "multipart/form-data"),
    medium("XML", "application/xml"),
    medium("a JSON Patch", "application/json-patch+json"),
    medium("a media type that is none", "json"),
    Row("a compressed body", POST, "/Users", b"\x1f\x8b\x08\x00junk", refused(415, "Content-Encoding", "'gzip'"),
        headers={"Content-Encoding": "gzip"}),
    Row("a charset that is not UTF-8", POST, "/Users", '{"userName": "Jürgen"}'.encode("latin-1"),
        syntax("UTF-8", "byte 16"), headers={"Content-Type": "application/json; charset=iso-8859-1"}),
    # versions
    Row("a PUT of an old version", PUT, "/Users/1", TITLE, rfc7644=refused(412, "If-Match", "version"), headers=STALE),
    Row("a PATCH of an old version", PATCH, "/Users/1", PATCH_TITLE, rfc7644=refused(412, "If-Match"), headers=STALE),
    Row("a DELETE of an old version", DELETE, "/Users/1", rfc7644=refused(412, "If-Match"), headers=STALE),
    Row("a version that is none", PUT, "/Groups/1", {"displayName": "Staff"}, rfc7644=refused(412, "If-Match", "'1'"),
        headers={"If-Match": "1"}),
    # bulk requests
    bulk("a bulk request without operations", {}, syntax('"Operations"', "list")),
    bulk("a bulk request with one object", {"Operations": {"method": "POST"}}, syntax('"Operations"', "list")),
    bulk("a bulk request that is a list", [], syntax("object", "array")),
    bulk("a bulk request that is no JSON", b"{", syntax("not JSON")),
    bulk("a limit of no failures", {"Operations": [], "failOnErrors": 0}, value("failOnErrors", "whole number")),
    bulk("a limit in words", {"Operations": [], "failOnErrors": "one"}, value("failOnErrors", "whole number")),
    bulk("1,001 bulk operations", {"Operations": [{}] * 1001}, refused(413, "1000")),
    Row("a GET of the bulk endpoint", GET, "/Bulk", None, refused(405, "'GET'", "POST")),
]
# fmt: on

PUT_ANN = {"method": "PUT", "path": "/Users/1", "data": {"userName": "ann@widget.example"}}
NEW = {"userName": "new@widget.example"}
CREATION = {"bulkId": "a", "data": NEW}

# fmt: off
BULK_OPERATIONS: list[tuple[str, Any, Refusal]] = [
    ("an operation that is text", "POST /Users", syntax("object", "'POST /Users'")),
    ("an operation of null", None, syntax("object", "null")),
    ("no path", {"method": "POST", "bulkId": "a", "data": NEW}, syntax("path", "missing")),
    ("a path without a slash", {"method": "POST", "path": "Users", **CREATION}, value("path", "'Users'")),
    ("a path with a host", {"method": "POST", "path": "http://localhost/Users", **CREATION}, value("path")),
    ("a path too deep", {"method": "DELETE", "path": "/Users/1/2"}, value("path", "'/Users/1/2'")),
    ("a number for a path", {"method": "DELETE", "path": 1}, syntax("path", "string", "number 1")),
    ("an object for a path", {"method": "DELETE", "path": {"id": 1}}, syntax("path", "string", "object")),
    ("no method", {"path": "/Users/1"}, syntax("method", "missing")),
    ("a method that is none", {"method": "BREW", "path": "/Users/1"}, value("method", "'BREW'")),
    ("a list for a method", {"method": ["PUT"], "path": "/Users/1"}, syntax("method", "string", "array")),
    ("a GET", {"method": "GET", "path": "/Users/1"}, value("method", "'GET'")),
    ("a POST to one user", {"method": "POST", "path": "/Users/1", **CREATION}, value("'POST'", "'/Users/1'")),
    ("a PUT of all users", {"method": "PUT", "path": "/Users", "data": NEW}, value("'PUT'", "'/Users'")),
    ("a POST without a bulkId", {"method": "POST", "path": "/Users", "data": NEW}, syntax("bulkId")),
    (
        "a number for a bulkId",
        {"method": "POST", "path": "/Users", "data": NEW, "bulkId": 1},
        syntax("bulkId", "number 1"),
    ),
    ("a bulkId of nobody", {"method": "DELETE", "path": "/Users/bulkId:x"}, refused(404, "'bulkId:x'")),
    ("no data", {"method": "POST", "path": "/Users", "bulkId": "a"}, syntax("data", "object")),
    ("a list for data", {**PUT_ANN, "data": []}, syntax("data", "object", "array")),
    ("data that does not fit", {**PUT_ANN, "data": {"userName": 7}}, value("userName", "string")),
    ("a number for a version", {**PUT_ANN, "version": 1}, syntax("version", "string", "number 1")),
    ("a list for a version", {**PUT_ANN, "version": ['W/"0000"']}, syntax("version", "string", "array")),
    ("an old version", {**PUT_ANN, "version": 'W/"0000"'}, refused(412, "version", "0000")),
    ("a user who does not exist", {**PUT_ANN, "path": "/Users/999"}, refused(404, "'999'")),
    ("a name that is taken", {"method": "POST", "path": "/Users", "bulkId": "a", "data": PUT_ANN["data"]},
        Refusal(409, "uniqueness", ("userName", "id 1"))),
]
# fmt: on
"""Operations of a bulk request that are refused one by one: the request itself succeeds."""
