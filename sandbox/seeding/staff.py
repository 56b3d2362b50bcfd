"""The bodies a client would POST to ``/Users``: people who look real, and some who are awkward on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sandbox.scim.schema import CORE_USER_URN, ENTERPRISE_URN
from sandbox.seeding.company import Chart, Mailboxes, Post
from sandbox.seeding.names import Name, ascii_form, draw_name
from sandbox.seeding.words import ORDINARY, AwkwardRow, Draw, Site, Words, Zone, read_words

Body = dict[str, Any]

HOME_DOMAINS = ("example.com", "example.net", "example.org")
"""Domains for private addresses (RFC 2606 §3)."""


def people(seed: int, count: int, *, account: str = "widget", id_of: Callable[[int], str] = str) -> Iterator[Body]:
    """Yield the bodies of *count* people, the same for the same *seed*; more people begin with the same ones.

    ``id_of`` returns the id of the nth person (from 1), and is asked for managers only, who were yielded before.
    Without it the ids are those of a directory that never held anybody else: 1, 2, 3 …
    """
    staff = _Staff(read_words(), Draw(seed, "people"), account, id_of)
    for nth in range(1, count + 1):
        yield staff.hire(nth, external_id(seed, "user", nth))


def external_id(seed: int, kind: str, nth: int) -> str:
    """Return what the identity provider calls its nth user or group, in the form of a UUID."""
    text = sha256(f"{kind} {nth} {seed}".encode()).hexdigest()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"


class _Staff:
    """The people of one company, in the order in which they come."""

    def __init__(self, words: Words, draw: Draw, account: str, id_of: Callable[[int], str]) -> None:
        self._words = words
        self._draw = draw
        self._id_of = id_of
        self._chart = Chart(words)
        self._mailboxes = Mailboxes(account)

    def hire(self, nth: int, external_id: str) -> Body:
        draw = self._draw
        row = self._words.row_for(nth)
        site = draw.one(self._words.sites)
        drawn = draw_name(draw, draw.one(site.zone.names))
        name = drawn if row is ORDINARY else _renamed(drawn, row)
        post = self._chart.appoint(nth, row, draw)
        local, user_name = self._mailboxes.open(name.stem, row.address)
        body: Body = {
            "schemas": [CORE_USER_URN, ENTERPRISE_URN],
            "externalId": external_id,
            "userName": user_name,
            "name": _name(name, draw),
            "displayName": name.display,
            **_nick_name(name, draw),
            "title": post.title,
            "userType": _user_type(post, draw),
            **_habits(site.zone, draw),
            "active": True,
            "emails": _emails(local, user_name.lower(), draw),
            "phoneNumbers": _phone_numbers(site.zone, draw),
            "addresses": _addresses(site, draw),
            ENTERPRISE_URN: self._enterprise(nth, site, post),
        }
        return body if row is ORDINARY else _made_awkward(body, row)

    def _enterprise(self, nth: int, site: Site, post: Post) -> Body:
        manager = {} if post.manager is None else {"manager": {"value": self._id_of(post.manager)}}
        return {
            "employeeNumber": f"E{10000 + nth}",
            "costCenter": post.department.cost_center,
            "organization": site.organization,
            "division": site.division,
            "department": post.department.name,
            **manager,
            "site": site.name,
            "location": f"Floor {1 + self._draw.below(9)}, desk {100 + self._draw.below(900)}",
        }


def _name(name: Name, draw: Draw) -> Body:
    prefix = {"honorificPrefix": "Dr."} if draw.chance(0.04) else {}
    family = {} if name.family is None else {"familyName": name.family}
    middle = {} if name.middle is None else {"middleName": name.middle}
    return {"formatted": name.formatted, **family, "givenName": name.given, **middle, **prefix}


def _nick_name(name: Name, draw: Draw) -> Body:
    has_one = draw.chance(0.2)
    return {"nickName": name.given[:3]} if has_one and len(name.given) > 4 else {}


def _user_type(post: Post, draw: Draw) -> str:
    share = draw.below(100)
    if post.is_head or share < 2:
        return "VIP"
    return "Contractor" if share < 7 else "Employee"


def _habits(zone: Zone, draw: Draw) -> Body:
    """Return language, locale and time zone: for one in five as 4me writes them, else as standards do."""
    as_at_4me = draw.chance(0.2)
    return {
        "preferredLanguage": zone.language,
        "locale": zone.language if as_at_4me else zone.locale,
        "timezone": zone.fourme if as_at_4me else zone.iana,
    }


def _emails(local: str, work: str, draw: Draw) -> list[Body]:
    emails: list[Body] = [{"value": work, "type": "work", "primary": True}]
    if draw.chance(0.25):
        emails.append({"value": f"{local}@{draw.one(HOME_DOMAINS)}", "type": "home"})
    return emails


def _phone_numbers(zone: Zone, draw: Draw) -> list[Body]:
    phone_numbers: list[Body] = [{"value": draw.digits(zone.work), "type": "work", "primary": True}]
    if draw.chance(0.7):
        phone_numbers.append({"value": draw.digits(zone.mobile), "type": "mobile"})
    return phone_numbers


def _addresses(site: Site, draw: Draw) -> list[Body]:
    addresses: list[Body] = [dict(site.address)]
    if draw.chance(0.3):
        zone = site.zone
        street = draw.one(zone.streets).replace("{n}", str(1 + draw.below(180)))
        locality, region, postal_code = draw.one(zone.towns)
        home = {"streetAddress": street, "locality": locality, "region": region, "postalCode": draw.digits(postal_code)}
        addresses.append({"type": "home", **home, "country": zone.country})
    return addresses


def _renamed(name: Name, row: AwkwardRow) -> Name:
    if row.name:
        stem = ".".join(ascii_form(row.name[part] or "") for part in ("given", "family"))
        name = Name(**{"stem": stem, **row.name})
    return replace(name, stem=row.stem) if row.stem else name


def _made_awkward(body: Body, row: AwkwardRow) -> Body:
    merged = _merged(body, row.body)
    return {name: merged[name] for name in row.only} if row.only else merged


def _merged(body: Mapping[str, Any], patch: Mapping[str, Any]) -> Body:
    """Return *body* with *patch* merged in: objects by member, ``None`` removes, all else replaces (RFC 7396)."""
    merged = dict(body)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            merged[name] = _merged(merged.get(name, {}), value)
        else:
            merged[name] = deepcopy(value)
    return merged
