"""The files that a sandbox is started with: the rules of a mapping, and the company that exists before SCIM comes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sandbox.clock import Clock
from sandbox.fixtures import fixtures
from sandbox.people.company_file import CompanyFile, read_company_file
from sandbox.people.errors import PeopleError
from sandbox.people.json_places import PlacedError, decoded
from sandbox.people.mapping_file import MappingFileError
from sandbox.personnel import Mapper, MappingText, Personnel, read_rules
from sandbox.planning import LAYOUT
from sandbox.seeding import domain_of, people
from sandbox.settings import Settings, SettingsError
from sandbox.store import Store

DOMAIN = "{domain}"
"""What stands in a company file for the domain of the account's addresses."""


@dataclass(frozen=True, slots=True)
class StartFiles:
    """Both files, read and checked."""

    company: CompanyFile
    mapping: MappingText | None
    """The mapping file; ``None`` leaves every account's rules as they are."""

    def plant(self, personnel: Personnel, account: str, seed: int, users: int) -> None:
        """Make the company of a new account, whose first *users* of a seed will follow.

        Raises:
            PeopleError: when a value does not fit.
        """
        wanted = max((row["nth"] for row in self.company.people if "nth" in row), default=0)
        seeded = list(islice(people(seed, min(users, wanted), account=account), wanted))

        def nth_user(nth: int) -> tuple[str, str] | None:
            if nth > len(seeded):
                return None
            user_name = str(seeded[nth - 1]["userName"])
            return user_name, str(seeded[nth - 1].get("displayName", user_name))

        domain = domain_of(account)
        personnel.plant(self.company, nth_user, lambda text: text.replace(DOMAIN, domain))


def read_start_files(settings: Settings) -> StartFiles:
    """Read and check the files that *settings* name; without one for the company, the seeds' own.

    Raises:
        SettingsError: naming the file, the line and the reason.
    """
    path = settings.company or fixtures() / "seeds" / "company.json"
    try:
        files = StartFiles(read_company_file(_content(path, "--company")), _mapping(settings.mapping))
        if settings.company is not None:
            store = Store.open(None, LAYOUT)
            files.plant(Personnel(store, Mapper(store, Clock(), "widget")), "widget", settings.seed, settings.users)
    except (PlacedError, PeopleError) as error:
        raise SettingsError(f"--company {path}: {error}") from None
    return files


def _mapping(path: Path | None) -> MappingText | None:
    if path is None:
        return None
    try:
        file = MappingText(name=path.name, text=decoded(_content(path, "--mapping"))[0])
        read_rules(file)
    except (MappingFileError, PlacedError) as error:
        raise SettingsError(f"--mapping {path}: {error}") from None
    return file


def _content(path: Path, flag: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{flag} {path}: this file cannot be read: {error.strerror}") from None
