"""What a SCIM group does to organizations and sites (facts/4me.md section 11, default group rules)."""

from __future__ import annotations

import pytest

from sandbox.people.company import Company
from sandbox.people.values import GroupLink
from sandbox.store import Transaction
from tests.people.samples import group, organization, site


def link_after(company: Company, tables: Transaction, name: str) -> GroupLink:
    company.run_group_rules(group(tables, "1", name))
    link = company.group_link("1")
    assert link is not None
    return link


def test_a_group_with_the_name_of_an_organization_is_linked_to_it(company: Company, tables: Transaction) -> None:
    known = organization(company, "Widget UK")

    link = link_after(company, tables, "Widget UK")

    assert link == GroupLink(id="1", classification="organization", organization=known)


def test_a_group_with_the_name_of_a_site_is_linked_to_it(company: Company, tables: Transaction) -> None:
    known = site(company, "London")

    link = link_after(company, tables, "London")

    assert link == GroupLink(id="1", classification="site", site=known)


def test_the_organization_takes_the_spelling_of_the_group(company: Company, tables: Transaction) -> None:
    known = organization(company, "Widget UK")

    link_after(company, tables, "WIDGET uk")

    found = company.organization(known)
    assert found is not None
    assert found.name == "WIDGET uk"


@pytest.mark.parametrize("make", [organization, site])
def test_a_linked_group_that_is_renamed_renames_what_it_is_linked_to(
    company: Company, tables: Transaction, make: object
) -> None:
    known = organization(company, "Widget UK") if make is organization else site(company, "Widget UK")
    before = link_after(company, tables, "Widget UK")

    after = link_after(company, tables, "Widget Britain")

    assert after == before
    found = company.organization(known) if make is organization else company.site(known)
    assert found is not None
    assert found.name == "Widget Britain"


def test_a_group_that_is_renamed_to_another_organization_is_linked_to_that_one(
    company: Company, tables: Transaction
) -> None:
    organization(company, "Widget UK")
    other = organization(company, "Widget Japan")
    link_after(company, tables, "Widget UK")

    link = link_after(company, tables, "Widget Japan")

    assert link.organization == other
    assert company.organization_named("Widget UK") is not None


def test_a_group_of_no_known_name_is_stored_and_nothing_is_created(company: Company, tables: Transaction) -> None:
    link = link_after(company, tables, "Staff")

    assert link == GroupLink(id="1")
    assert company.organization_named("Staff") is None
    assert company.site_named("Staff") is None


def test_a_group_with_the_name_of_both_is_classified_as_a_site(company: Company, tables: Transaction) -> None:
    both = (organization(company, "Delft"), site(company, "Delft"))

    link = link_after(company, tables, "Delft")

    assert (link.classification, (link.organization, link.site)) == ("site", both)


def test_a_group_is_linked_to_a_disabled_organization_too(company: Company, tables: Transaction) -> None:
    known = organization(company, "Widget UK", disabled=True)

    assert link_after(company, tables, "Widget UK").organization == known


def test_a_group_lets_go_of_an_organization_that_is_gone(company: Company, tables: Transaction) -> None:
    known = organization(company, "Widget UK")
    link_after(company, tables, "Widget UK")
    tables.drop("Organizations", known)

    assert link_after(company, tables, "Widget UK") == GroupLink(id="1")
