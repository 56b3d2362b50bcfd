"""The pytest plugin: the fixture ``scim_sandbox``, its marker, its options, and what a failed test is told.

pytest imports this module wherever the sandbox is installed, so it imports nothing heavy before a test asks for the
fixture.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.testing.sandbox import Sandbox
    from sandbox.testing.session import Places

FIXTURE = "scim_sandbox"
SECTION = "SCIM sandbox"
"""The title of what a failed test is told."""
_MARKER = (
    f"{FIXTURE}(users=0, groups=0, seed=42, clock=None, frozen=None, dialect='4me'): "
    "what the account of the fixture scim_sandbox starts with"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add where a sandbox is that runs already."""
    group = parser.getgroup("scim-sandbox", "SCIM sandbox")
    group.addoption(
        "--scim-sandbox-url",
        metavar="URL",
        help="Give each test an account in the sandbox that runs there; without it, or empty, a sandbox is started.",
    )
    group.addoption("--scim-sandbox-control-key", metavar="KEY", help="The control key of that sandbox.")
    parser.addini("scim_sandbox_url", "As --scim-sandbox-url; SCIM_SANDBOX_URL in the environment wins over it.")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(scope="session")
def scim_sandbox_places(pytestconfig: pytest.Config) -> Iterator[Places]:
    """The sandboxes that the accounts of tests are in: one for each dialect, for the length of the session."""
    from sandbox.testing.session import Places

    places = Places(pytestconfig)
    yield places
    places.close()


@pytest.fixture
def scim_sandbox(request: pytest.FixtureRequest, scim_sandbox_places: Places) -> Iterator[Sandbox]:
    """A SCIM sandbox with an account for this test alone, set up by the marker of the same name."""
    with scim_sandbox_places.account_for(request.node) as sandbox:
        yield sandbox


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell a failed test what came in and what was found in it."""
    report = yield
    sandbox = getattr(item, "funcargs", {}).get(FIXTURE)
    if report.failed and sandbox is not None:
        from sandbox.testing.failure import told_of

        if told := told_of(sandbox):
            report.sections.append((SECTION, told))
    return report
