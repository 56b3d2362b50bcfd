"""Query strings: filters, pages, chosen attributes, sorting, and the same in the body of a search."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tests.web.malformed_row import GET, POST, PUT, Refusal, Row, syntax, unreadable_filter, value

DEEP = "(" * 41 + 'userName eq "x"' + ")" * 41


def find(name: str, text: str, *words: str, collection: str = "Users") -> Row:
    """Return a row with a filter that both dialects refuse."""
    return Row(name, GET, f"/{collection}?filter={quote(text)}", None, unreadable_filter(*words))


def narrow(name: str, text: str, *words: str, collection: str = "Users") -> Row:
    """Return a row with a filter that only 4me refuses."""
    return Row(name, GET, f"/{collection}?filter={quote(text)}", fourme=unreadable_filter(*words))


def strict(name: str, text: str, *words: str) -> Row:
    """Return a row with a filter on attributes that only the strict dialect has for filters."""
    narrowly, wholly = unreadable_filter("not supported"), unreadable_filter(*words)
    return Row(name, GET, f"/Users?filter={quote(text)}", fourme=narrowly, rfc7644=wholly)


def page(name: str, query: str, *words: str) -> Row:
    """Return a row with a page that cannot be."""
    return Row(name, GET, f"/Users?{query}", None, value(*words))


def search(name: str, body: Any, refusal: Refusal) -> Row:
    """Return a row with a query in a body."""
    return Row(name, POST, "/Users/.search", body, rfc7644=refusal)


FIVE = ("active", "externalId", "meta.created", "meta.lastModified", "userName")

# fmt: off
ROWS = [
    # filters that no service provider could read
    find("an empty filter", "", "empty", "userName eq"),
    find("a blank filter", "  ", "empty"),
    find("one word", "userName", "an operator", "after userName"),
    find("no value", "userName eq", "a value after eq", "the end"),
    find("only an operator", "eq", "'eq'"),
    find("only a value", '"ann"', "attribute name", "character 1"),
    find("only a conjunction", "and", "attribute name", "'and'"),
    find("a value before the attribute", '"ann" eq userName', "attribute name", "character 1"),
    find("an equals sign", 'userName = "ann"', "'='", "write eq"),
    find("two equals signs", 'userName == "ann"', "'=='", "write eq"),
    find("an equals sign without blanks", 'userName="ann"', "'='", "write eq"),
    find("an unknown operator", 'userName contains "ann"', "'contains'", "eq, ne"),
    find("no quotes", "userName eq ann", "double quotes", '"ann"'),
    find("single quotes", "userName eq 'ann'", "double quotes"),
    find("curly quotes", "userName eq “ann”", "double quotes"),
    find("a quote without an end", 'userName eq "ann', "closing double quote", "character 13"),
    find("a quote too many", 'userName eq "ann""', "double quote", "character 18"),
    find("two values", 'userName eq "ann" "bob"', "character 19", '"and", "or"'),
    find("an unknown escape", r'userName eq "a\qb"', "backslash", "character 15"),
    find("a control character", 'userName eq "a\x00b"', "control character", "character 15"),
    find("an unpaired conjunction", 'userName eq "ann" and', "attribute name", "the end"),
    find("a leading conjunction", 'or userName eq "ann"', "attribute name", "'or'"),
    find("two conjunctions", 'userName eq "a" and and active eq "true"', "attribute name", "'and'"),
    find("an ampersand for and", 'userName eq "a" && active eq "true"', "'&&'", "write and"),
    find("a comma for and", 'userName eq "a", active eq "true"', "character 16"),
    find("an open parenthesis", '(userName eq "ann"', '")"', "character 1"),
    find("a closing parenthesis", 'userName eq "ann")', "character 18", "')'"),
    find("empty parentheses", "()", "attribute name", "character 2"),
    find("parentheses 41 deep", DEEP, "40", "limit"),
    find("9,000 characters", 'userName eq "' + "x" * 9_000 + '"', "8000 characters", "limit"),
    find("a number for text", "userName eq 7", "userName", "double quotes", '"7"'),
    find("a boolean for text", "userName eq true", "userName", "double quotes", '"true"'),
    find("null in an order", "userName gt null", "gt", "null", "eq and ne"),
    find("a word for a boolean", 'active eq "maybe"', "active", "true or false", "'maybe'"),
    find("an order of booleans", 'active gt "true"', "gt", "active", "eq, ne"),
    find("a word for an instant", 'meta.created gt "yesterday"', "meta.created", "'yesterday'"),
    find("the thirteenth month", 'meta.created gt "2026-13-01T00:00:00Z"', "meta.created", "'2026-13-01T00:00:00Z'"),
    find("the thirtieth of February", 'meta.created gt "2026-02-30T00:00:00Z"', "meta.created"),
    find("a number for an instant", "meta.lastModified gt 1772442000", "meta.lastModified", "double quotes"),
    find("an attribute with a blank", 'user name eq "ann"', "'user'", "userName"),
    find("an unknown attribute", 'login eq "ann"', "'login'"),
    find("an unknown sub-attribute", 'meta.changed gt "2026-01-01T00:00:00Z"', "changed"),
    find("an unknown schema", 'urn:example:User:userName eq "ann"', "urn:example:User:userName"),
    find("a URL", 'https://widget.example eq "ann"', "https"),
    find("a password", 'password eq "s3cret"', "password"),
    find("letters outside ASCII", 'ünserName eq "ann"', "attribute name"),
    find("a group by an unknown attribute", 'userName eq "ann"', "'userName'", "displayName", collection="Groups"),
    find("a group without quotes", "displayName eq Staff", "double quotes", '"Staff"', collection="Groups"),
    # filters that 4me does not support
    narrow("co", 'userName co "ann"', "'co'", "eq, ne, gt, lt"),
    narrow("sw", 'userName sw "ann"', "'sw'", "eq, ne, gt, lt"),
    narrow("ge", 'meta.lastModified ge "2026-01-01T00:00:00Z"', "'ge'", "eq, ne, gt, lt"),
    narrow("pr", "externalId pr", "'pr'", "eq, ne, gt, lt"),
    narrow("a negation", 'not (userName eq "ann")', "'not'", "and, or"),
    narrow("a value path", 'emails[type eq "work"]', "emails", *FIVE),
    narrow("an e-mail address", 'emails.value eq "ann@widget.example"', "'emails.value'", *FIVE),
    narrow("a display name of a user", 'displayName eq "Ann"', "'displayName'", *FIVE),
    narrow("a family name", 'name.familyName eq "Aye"', "'name.familyName'", *FIVE),
    narrow("an id", 'id eq "1"', "'id'", *FIVE),
    narrow("an extension", 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "IT"',
        "department", *FIVE),
    narrow("the id of a group", 'id eq "1"', "'id'", "displayName, externalId", collection="Groups"),
    narrow("the members of a group", 'members.value eq "1"', "'members.value'", "displayName", collection="Groups"),
    # filters that the strict dialect refuses for what the schema says
    strict("an object", 'name eq "Ann"', "name is complex", "name.familyName"),
    strict("meta itself", 'meta gt "2026-01-01T00:00:00Z"', "meta", "sub-attributes"),
    strict("an extension itself", 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User eq "IT"', "schema"),
    strict("a value path on a string", 'userName[value eq "x"]', "userName", "multi-valued"),
    strict("a value path without an end", 'emails[type eq "work"', '"]"', "character 7"),
    strict("a value path with an unknown name", 'emails[kind eq "work"]', "emails", "'kind'", "type"),
    strict("nothing in a value path", "emails[]", "attribute name", "character 8"),
    strict("a negation without parentheses", 'not userName eq "ann"', '"("', '"not"'),
    strict("a part of an instant", 'meta.created sw "2026"', "sw", "dateTime", "gt"),
    strict("a part of a boolean", 'active co "tr"', "co", "boolean"),
    # pages
    page("a word for count", "count=all", "count", "whole number", "'all'"),
    page("an empty count", "count=", "count", "whole number"),
    page("a fraction for count", "count=2.5", "count", "whole number", "'2.5'"),
    page("a count in powers", "count=1e2", "count", "whole number", "'1e2'"),
    page("a count in other digits", "count=%D9%A3", "count", "whole number"),
    page("a count of 40 digits", "count=" + "9" * 40, "count", "whole number", "digits"),
    page("two signs", "count=--5", "count", "'--5'"),
    page("a NUL for count", "count=%00", "count", "whole number"),
    page("a word for startIndex", "startIndex=first", "startIndex", "whole number", "'first'"),
    page("a hexadecimal startIndex", "startIndex=0x10", "startIndex", "whole number", "'0x10'"),
    page("a count in quotes", "count=%2225%22", "count", "whole number"),
    Row("a word for count of groups", GET, "/Groups?count=ten", None, value("count", "'ten'")),
    # which attributes
    page("attributes both ways", "attributes=userName&excludedAttributes=name", "attributes", "excludedAttributes"),
    Row("attributes both ways for one", GET, "/Users/1?attributes=userName&excludedAttributes=name", None,
        value("exclude")),
    Row("attributes both ways in a POST", POST, "/Users?attributes=userName&excludedAttributes=name",
        {"userName": "new@widget.example"}, value("attributes", "excludedAttributes")),
    Row("attributes both ways in a PUT", PUT, "/Users/1?attributes=id&excludedAttributes=name",
        {"userName": "new@widget.example"}, value("attributes", "excludedAttributes")),
    # bytes that are no UTF-8
    Row("a filter in Latin-1", GET, "/Users?filter=userName%20eq%20%22J%FCrgen%22", None,
        unreadable_filter("filter", "UTF-8")),
    Row("a count that is no UTF-8", GET, "/Users?count=%ff", None, value("count", "UTF-8")),
    Row("a filter in raw Latin-1", GET, "/Users?count=5&filter=userName%20eq%20%22Jürgen%22", None,
        unreadable_filter("UTF-8")),
    # sorting
    Row("a sort by nothing known", GET, "/Users?sortBy=age", rfc7644=value("sortBy", "'age'")),
    Row("a sort by an object", GET, "/Users?sortBy=name", rfc7644=value("sortBy", "'name'", "sub-attribute")),
    Row("a sort by a schema", GET, "/Users?sortBy=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        rfc7644=value("sortBy")),
    Row("a sort order that is none", GET, "/Users?sortBy=userName&sortOrder=up",
        rfc7644=value("sortOrder", "ascending", "'up'")),
    # searches
    search("a search with a list", [], syntax("object", "array")),
    search("a search with a number as filter", {"filter": 7}, value("filter", "string")),
    search("a search with text as count", {"count": "10"}, value("count", "whole number")),
    search("a search with true as startIndex", {"startIndex": True}, value("startIndex", "whole number")),
    search("a search with text as attributes", {"attributes": "userName"}, value("attributes", "list")),
    search("a search with numbers as attributes", {"attributes": [1]}, value("attributes", "list")),
    search("a search with an unreadable filter", {"filter": "userName is ann"}, unreadable_filter("'is'")),
    search("a search with attributes both ways", {"attributes": ["id"], "excludedAttributes": ["name"]},
        value("exclude")),
    search("a search that is no JSON", b"filter=x", syntax("not JSON")),
    Row("a search everywhere with an unreadable filter", POST, "/.search", {"filter": "id y"},
        rfc7644=unreadable_filter("'y'")),
]
# fmt: on
