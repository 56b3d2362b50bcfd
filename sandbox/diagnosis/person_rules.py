"""Rules about the person that a user became, with the organizations, sites and persons that there were at that moment.

What there is to tell the mapping has told already (``people.cautions``); a rule tells it of the write that brought it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.rule import USER_WRITE, Rule, Told
from sandbox.diagnosis.sent import Sent
from sandbox.diagnosis.sources import HINT, SLIP
from sandbox.people.cautions import CAUTIONS, Caution
from sandbox.people.naming import short_name
from sandbox.recorder import Severity
from sandbox.scim.errors import quoted

SHOWN_CHARACTERS = 120

_BESIDE = {"userName": ("userName", "emails")}
"""What else can have brought what is told of an attribute: the address is looked for in both."""


def _cautions(case: Case, code: str) -> Iterator[tuple[Caution, list[Sent]]]:
    """Yield what there is to tell of that kind, with the parts of the body that brought it."""
    for caution in case.cautions:
        if caution.row.code == code and caution.attribute is not None:
            names = _BESIDE.get(caution.attribute, (caution.attribute,))
            brought = [each for each in case.sent if each.name in names or each.parent in names]
            if brought:
                yield caution, brought


def _value_not_taken(code: str, case: Case) -> Iterator[Told]:
    for caution, brought in _cautions(case, code):
        given = brought[0].value if isinstance(brought[0].value, str) else None
        shown = "" if given is None else f" {quoted(given)}"
        yield Told(
            f"{short_name(caution.attribute or '')}{shown}: {caution.detail}.",
            where=brought[0].pointer,
            received=None if given is None else given[:SHOWN_CHARACTERS],
        )


def _too_long(code: str, case: Case) -> Iterator[Told]:
    for caution, brought in _cautions(case, code):
        longest = max(brought, key=lambda each: len(each.value) if isinstance(each.value, str) else 0)
        yield Told(
            f"{short_name(caution.attribute or '')} is too long for {caution.field} of the person: {caution.detail}.",
            where=longest.pointer,
        )


def _shared(code: str, case: Case) -> Iterator[Told]:
    for caution, brought in _cautions(case, code):
        yield Told(
            f"The person of this user has others too: {caution.detail}, and who was written last fills it.",
            where=brought[0].pointer,
        )


def _rule(
    name: str,
    severity: Severity,
    title: str,
    caution: str,
    look: Callable[[str, Case], Iterator[Told]] = _value_not_taken,
) -> Rule:
    """Return the rule that tells a kind of caution, which knows fix, source and evidence."""
    row = CAUTIONS[caution]
    return Rule(name, severity, title, row.fix, row.source, row.evidence, USER_WRITE, partial(look, caution))


PERSON_RULES = (
    _rule("organization-unknown", SLIP, "The organization does not exist", "organization_unknown"),
    _rule("organization-disabled", SLIP, "The organization is disabled", "organization_disabled"),
    _rule("site-unknown", SLIP, "The site does not exist", "site_unknown"),
    _rule("site-disabled", SLIP, "The site is disabled", "site_disabled"),
    _rule("manager-disabled", SLIP, "The manager's person is disabled", "manager_disabled"),
    _rule("manager-of-oneself", SLIP, "Somebody is their own manager", "manager_self"),
    _rule("locale-unknown", SLIP, "The locale is no language of 4me", "locale_unknown"),
    _rule("time-zone-unknown", SLIP, "The time zone is none that 4me knows", "time_zone_unknown"),
    _rule("time-zone-by-offset", HINT, "The time zone was found by its offset from UTC", "time_zone_by_offset"),
    _rule("person-field-too-short", SLIP, "A value is longer than the person's field", "over_limit", _too_long),
    _rule("person-shared", SLIP, "Two users fill one person", "shared_email", _shared),
)
