"""Every knob, from every place it can be given, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.knobs import Knob
from sandbox.settings import CLIENT_VARIABLES, KNOBS, Settings, SettingsError, read_settings

TOKEN = "0123456789abcdef" * 4

EXAMPLES = {
    "host": ("::1", "::1"),
    "port": ("0", 0),
    "state": ("data/here", Path("data/here")),
    "ephemeral": ("yes", True),
    "seed": ("7", 7),
    "users": ("0", 0),
    "groups": ("12", 12),
    "token": (TOKEN, TOKEN),
    "prefix": ("/scim/v2", ("/scim/v2",)),
    "dialect": ("rfc7644", "rfc7644"),
    "set": ("max_count=50", (("max_count", "50"),)),
    "clock": ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
    "frozen": ("true", True),
    "control_key": ("s3cret", "s3cret"),
    "tls": ("yes", True),
    "cert": ("cert.pem", Path("cert.pem")),
    "key": ("key.pem", Path("key.pem")),
    "ready_file": ("ready.json", Path("ready.json")),
    "json": ("on", True),
    "quiet": ("1", True),
    "max_body_bytes": ("2048", 2048),
    "durability": ("fsync", "fsync"),
    "mapping": ("rules.toml", Path("rules.toml")),
    "company": ("company.json", Path("company.json")),
    "overlap": ("PT12H", timedelta(hours=12)),
    "rate_limit": ("yes", True),
    "exchanges": ("50", 50),
    "exchange_bytes": ("1048576", 1_048_576),
    "exchange_header": ("no", False),
}
"""A text for each knob, and what it is read as."""

knobs = pytest.mark.parametrize("knob", [pytest.param(knob, id=name) for name, knob in KNOBS.items()])


def flags(**texts: str | list[str]) -> dict[str, str | list[str]]:
    return texts


def write_pyproject(folder: Path, table: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.scim-sandbox]\n{table}\n", encoding="utf-8")


def quoted(text: str) -> str:
    return f'"{text}"'


def test_nothing_given_gives_the_defaults(tmp_path: Path) -> None:
    assert read_settings({}, {}, tmp_path) == Settings()
    assert Settings().host == "127.0.0.1"
    assert Settings().port == 4630
    assert Settings().prefix == ("/scim/v2", "/scim")
    assert Settings().overlap is None


def test_every_knob_has_an_example_here() -> None:
    assert set(EXAMPLES) == set(KNOBS)


@knobs
def test_a_knob_says_what_it_does_in_one_sentence(knob: Knob) -> None:
    assert knob.help.endswith(".")
    assert "\n" not in knob.help


@knobs
def test_a_knob_is_read_from_its_flag(knob: Knob, tmp_path: Path) -> None:
    text, value = EXAMPLES[knob.name]

    settings = read_settings({knob.name: [text] if knob.is_repeatable else text}, {}, tmp_path)

    assert getattr(settings, knob.name) == value


@knobs
def test_a_knob_is_read_from_its_variable(knob: Knob, tmp_path: Path) -> None:
    text, value = EXAMPLES[knob.name]

    settings = read_settings({}, {knob.variable: text}, tmp_path)

    assert getattr(settings, knob.name) == value


@knobs
def test_a_knob_is_read_from_the_pyproject_of_the_folder(knob: Knob, tmp_path: Path) -> None:
    text, value = EXAMPLES[knob.name]
    write_pyproject(tmp_path, f"{knob.key} = {quoted(text)}")

    assert getattr(read_settings({}, {}, tmp_path), knob.name) == value


def test_a_flag_wins_over_the_environment_which_wins_over_the_pyproject(tmp_path: Path) -> None:
    write_pyproject(tmp_path, "seed = 1\nusers = 1\ngroups = 1")
    environ = {"SCIM_SANDBOX_SEED": "2", "SCIM_SANDBOX_USERS": "2"}

    settings = read_settings({"seed": "3", "users": None, "prefix": ()}, environ, tmp_path)

    assert (settings.seed, settings.users, settings.groups) == (3, 2, 1)
    assert settings.prefix == Settings().prefix


def test_a_list_replaces_the_list_of_a_weaker_place(tmp_path: Path) -> None:
    write_pyproject(tmp_path, 'prefix = ["/a", "/b"]')

    settings = read_settings({"prefix": ["/d"]}, {"SCIM_SANDBOX_PREFIX": "/c"}, tmp_path)

    assert settings.prefix == ("/d",)


PREFIXES = [
    pytest.param("/scim/v2,/scim", ("/scim/v2", "/scim"), id="two"),
    pytest.param("", ("",), id="the root alone"),
    pytest.param("/scim,", ("/scim", ""), id="the root beside another"),
    pytest.param("/a.b/c_d/~e-f/..g", ("/a.b/c_d/~e-f/..g",), id="every character"),
    pytest.param("/consoles,/_sandboxes", ("/consoles", "/_sandboxes"), id="like a reserved one"),
]


@pytest.mark.parametrize(("text", "prefixes"), PREFIXES)
def test_a_list_in_the_environment_is_separated_by_commas(text: str, prefixes: tuple[str, ...], tmp_path: Path) -> None:
    assert read_settings({}, {"SCIM_SANDBOX_PREFIX": text}, tmp_path).prefix == prefixes


TOML = [
    pytest.param("port = 0", "port", 0, id="a whole number"),
    pytest.param("port = 65535", "port", 65535, id="the highest number"),
    pytest.param("frozen = true", "frozen", True, id="a switch that is on"),
    pytest.param("frozen = false", "frozen", False, id="a switch that is off"),
    pytest.param('prefix = ["/scim", ""]', "prefix", ("/scim", ""), id="a list"),
    pytest.param("clock = 2026-01-01T01:00:00+01:00", "clock", datetime(2026, 1, 1, tzinfo=UTC), id="a time"),
    pytest.param("clock = 2026-01-01", "clock", datetime(2026, 1, 1, tzinfo=UTC), id="a day"),
]


@pytest.mark.parametrize(("line", "name", "value"), TOML)
def test_values_in_the_pyproject_may_have_their_own_type(line: str, name: str, value: object, tmp_path: Path) -> None:
    write_pyproject(tmp_path, line)

    assert getattr(read_settings({}, {}, tmp_path), name) == value


BAD = [
    pytest.param("host", "", "is not a host", id="no host"),
    pytest.param("host", "a b", "is not a host", id="a host with a space"),
    pytest.param("host", "http://a", "is not a host", id="a URL as host"),
    pytest.param("port", "http", "from 0 to 65535", id="a port that is no number"),
    pytest.param("port", "65536", "from 0 to 65535", id="a port too high"),
    pytest.param("port", "-1", "from 0 to 65535", id="a negative port"),
    pytest.param("port", "٣", "from 0 to 65535", id="a digit of another script"),
    pytest.param("port", "1" * 5000, "from 0 to 65535", id="an endless number"),
    pytest.param("state", "", "is not a path", id="no folder"),
    pytest.param("state", "a\0b", "is not a path", id="a NUL in a path"),
    pytest.param("state", "~nobody-of-that-name/a", "is not a path", id="the home of nobody"),
    pytest.param("ephemeral", "maybe", "neither yes nor no", id="a switch"),
    pytest.param("seed", "1.5", "is not a whole number", id="half a seed"),
    pytest.param("users", "100001", "from 0 to 100000", id="too many users"),
    pytest.param("groups", "", "from 0 to 10000", id="no number"),
    pytest.param("token", "0123456789abcde", "16 to 128 hexadecimal", id="a short token"),
    pytest.param("token", "g" * 64, "16 to 128 hexadecimal", id="a token not in hex"),
    pytest.param("prefix", "scim", "is not a prefix", id="a prefix without its slash"),
    pytest.param("prefix", "/scim/", "is not a prefix", id="a slash at the end"),
    pytest.param("prefix", "/", "is not a prefix", id="a slash alone"),
    pytest.param("prefix", "/a//b", "is not a prefix", id="two slashes"),
    pytest.param("prefix", "/a?b", "is not a prefix", id="a query"),
    pytest.param("prefix", "/a b", "is not a prefix", id="a space"),
    pytest.param("prefix", "/a/../b", "is not a prefix", id="a way up"),
    pytest.param("prefix", "/a/.", "is not a prefix", id="a dot"),
    pytest.param("prefix", "/<id>", "is not a prefix", id="a placeholder"),
    pytest.param("prefix", "/scim\n", "is not a prefix", id="a line break"),
    pytest.param("prefix", "/_sandbox", "belong to the sandbox", id="the control API"),
    pytest.param("prefix", "/console/scim", "belong to the sandbox", id="below the console"),
    pytest.param("dialect", "okta", "is not one of 4me, rfc7644", id="a dialect"),
    pytest.param("set", "max_count", "is not FIELD=VALUE", id="no value to set"),
    pytest.param("set", "=50", "is not FIELD=VALUE", id="nothing to set"),
    pytest.param("clock", "tomorrow", "ISO 8601", id="a clock"),
    pytest.param("clock", "9999-12-31T00:00:00Z", "no instant outside", id="a clock out of range"),
    pytest.param("control_key", "", "visible ASCII", id="an empty key"),
    pytest.param("control_key", "a b", "visible ASCII", id="a key with a space"),
    pytest.param("max_body_bytes", "0", "from 1 to 1073741824", id="no body at all"),
    pytest.param("durability", "maybe", "is not one of flush, fsync", id="a durability"),
    pytest.param("overlap", "-1d", "negative", id="a negative overlap"),
    pytest.param("overlap", "30", "no unit", id="an overlap without its unit"),
    pytest.param("overlap", "1000y", "'1000y'", id="an overlap in years"),
]


@pytest.mark.parametrize(("name", "text", "sentence"), BAD)
def test_a_bad_value_names_its_flag_and_what_would_be_accepted(
    name: str, text: str, sentence: str, tmp_path: Path
) -> None:
    given_flags = flags(**{name: [text] if KNOBS[name].is_repeatable else text})

    with pytest.raises(SettingsError, match=sentence) as refused:
        read_settings(given_flags, {}, tmp_path)

    assert str(refused.value).startswith(f"{KNOBS[name].flag}: ")


@pytest.mark.parametrize(("name", "text", "sentence"), BAD)
def test_a_bad_value_names_its_variable(name: str, text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=sentence) as refused:
        read_settings({}, {KNOBS[name].variable: text}, tmp_path)

    assert str(refused.value).startswith(f"{KNOBS[name].variable}: ")


def test_a_bad_value_names_its_key_in_the_pyproject(tmp_path: Path) -> None:
    write_pyproject(tmp_path, "max-body-bytes = 1.5")

    with pytest.raises(SettingsError) as refused:
        read_settings({}, {}, tmp_path)

    assert str(refused.value).startswith("max-body-bytes in [tool.scim-sandbox] of pyproject.toml: '1.5' is not")


def test_a_bad_value_stops_the_start_even_where_another_place_wins(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SCIM_SANDBOX_PORT"):
        read_settings({"port": "0"}, {"SCIM_SANDBOX_PORT": "http"}, tmp_path)


@pytest.mark.parametrize("name", ["token", "control_key"])
def test_a_secret_is_neither_in_the_refusal_nor_in_what_is_printed_of_the_settings(name: str, tmp_path: Path) -> None:
    secret = "not hex and not visible \x07"

    with pytest.raises(SettingsError) as refused:
        read_settings({name: secret}, {}, tmp_path)

    assert "not hex" not in str(refused.value)
    assert TOKEN not in repr(Settings(**{name: TOKEN}))


def test_the_defaults_of_a_command_stand_in_for_those_of_the_table(tmp_path: Path) -> None:
    defaults = {"port": 0, "ephemeral": True}

    assert read_settings({}, {}, tmp_path, defaults) == Settings(port=0, ephemeral=True)
    assert read_settings({"port": "4000"}, {}, tmp_path, defaults).port == 4000


@pytest.mark.parametrize(
    ("given", "environ"),
    [({"state": "kept"}, {}), ({}, {"SCIM_SANDBOX_STATE": "kept"})],
    ids=["flag", "variable"],
)
def test_a_state_that_is_given_is_kept_where_nothing_is_by_default(
    given: dict[str, str], environ: dict[str, str], tmp_path: Path
) -> None:
    defaults = {"ephemeral": True}

    assert read_settings(given, environ, tmp_path, defaults).state_folder == Path("kept")
    assert read_settings({**given, "ephemeral": "yes"}, environ, tmp_path, defaults).state_folder is None


def test_the_same_item_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^--prefix: '/scim' is given twice$"):
        read_settings({"prefix": ["/scim", "/a", "/scim"]}, {}, tmp_path)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        pytest.param("SCIM_SANDBOX_PORTS", "SCIM_SANDBOX_PORT", id="one letter too many"),
        pytest.param("SCIM_SANDBOX_CONTROLKEY", "SCIM_SANDBOX_CONTROL_KEY", id="one letter too few"),
        pytest.param("SCIM_SANDBOX_ADDRESS", "SCIM_SANDBOX_", id="another word"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_known_one(name: str, nearest: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is no variable of the sandbox; did you mean {nearest}"):
        read_settings({}, {name: "1"}, tmp_path)


def test_the_variables_of_clients_and_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    environ = dict.fromkeys([*CLIENT_VARIABLES, "SCIM_TOKEN", "_SCIM_SANDBOX_COMPLETE", "PATH"], "x")

    assert read_settings({}, environ, tmp_path) == Settings()


PYPROJECTS = [
    pytest.param("[tool.scim-sandbox]\nprot = 1", "^prot is no setting of .*; did you mean port", id="unknown key"),
    pytest.param("[tool.scim-sandbox]\nmax_body_bytes = 1", "did you mean max-body-bytes", id="underscores"),
    pytest.param("[tool.scim-sandbox.port]\na = 1", "is not one value", id="a table as value"),
    pytest.param("[tool.scim-sandbox]\nport = [1]", "is not one value", id="a list for one value"),
    pytest.param("[tool]\nscim-sandbox = 1", "is not a table", id="a value in place of the table"),
    pytest.param("[tool.scim-sandbox", "^pyproject.toml cannot be read", id="broken TOML"),
]


@pytest.mark.parametrize(("text", "sentence"), PYPROJECTS)
def test_a_pyproject_that_cannot_be_used_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=sentence):
        read_settings({}, {}, tmp_path)


@pytest.mark.parametrize("text", ["", "tool = 1", "[tool.other]\nport = 1"], ids=["empty", "no tools", "other tools"])
def test_a_pyproject_that_says_nothing_of_the_sandbox_changes_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")

    assert read_settings({}, {}, tmp_path) == Settings()


def test_bytes_that_are_no_text_in_the_pyproject_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError, match=r"^pyproject\.toml cannot be read"):
        read_settings({}, {}, tmp_path)


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("LocalHost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("localhost.example.com", False),
    ],
)
def test_loopback_is_what_only_this_machine_can_reach(host: str, is_loopback: bool) -> None:
    assert Settings(host=host).is_loopback is is_loopback


def test_an_ephemeral_sandbox_has_no_folder() -> None:
    assert Settings().state_folder == Path(".sandbox")
    assert Settings(ephemeral=True).state_folder is None


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


@given(name=st.sampled_from(sorted(KNOBS)), text=st.text() | st.from_regex(r"[~/0-9a-zT:.=-]{0,12}"))
def test_any_text_is_either_read_or_refused_in_a_sentence(name: str, text: str) -> None:
    given_flags = flags(**{name: [text] if KNOBS[name].is_repeatable else text})

    with suppress(SettingsError):
        read_settings(given_flags, {}, Path("no such folder"))
