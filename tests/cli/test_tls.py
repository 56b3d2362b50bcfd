"""https: who trusts the sandbox, what it says when it cannot speak it, and whom a stalled handshake holds up."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from sandbox.cli.card import card
from sandbox.cli.trust import how_to_trust
from tests.cli.conftest import Start, Started
from tests.cli.test_run import ASK

CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
REACHING = ["127.0.0.1", "localhost"]
"""Names that the certificate is good for, both of which reach the sandbox."""


@pytest.fixture
def secure(start: Start) -> Started:
    """A sandbox that speaks https with a certificate of its local authority."""
    return start("--tls")


def status_of(started: Started, trusted: str) -> int:
    """Return what a Python client gets that trusts the certificates in a file."""
    context = ssl.create_default_context(cafile=trusted)
    headers = {"Authorization": f"Bearer {started.token}"}
    return httpx.get(f"{started.account['endpoints'][0]}/Users", headers=headers, verify=context).status_code


def card_of(started: Started) -> str:
    """Return the card that a sandbox prints."""
    lines = [started.line()]
    while not lines[-1].startswith("Stop with"):
        assert lines[-1], "the card ended early"
        lines.append(started.line())
    return "".join(lines)


def test_all_addresses_are_https_and_the_ready_file_says_whom_to_trust(secure: Started, tmp_path: Path) -> None:
    assert secure.url.startswith("https://127.0.0.1:")
    assert secure.account["endpoints"][0] == f"{secure.url}/scim/v2"
    assert secure.facts["ca"] == str(tmp_path / ".sandbox" / "tls" / "ca.pem")


def test_python_verifies_the_chain(secure: Started) -> None:
    assert status_of(secure, secure.facts["ca"]) == 200
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(secure.url)


@CURL
@pytest.mark.parametrize("name", REACHING)
def test_curl_verifies_the_chain(secure: Started, name: str) -> None:
    url = f"{secure.url.replace('127.0.0.1', name)}/scim/v2/Users"
    asking = ["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "-H", f"Authorization: Bearer {secure.token}", url]

    trusting = subprocess.run([*asking, "--cacert", secure.facts["ca"]], capture_output=True, text=True, check=False)
    strange = subprocess.run(asking, capture_output=True, text=True, check=False)

    assert (trusting.returncode, trusting.stdout) == (0, "200")
    assert strange.returncode == 60


@OPENSSL
@pytest.mark.parametrize(("trusts", "code"), [(True, "0 (ok)"), (False, "2")], ids=["trusted", "unknown"])
def test_openssl_verifies_the_chain(secure: Started, trusts: bool, code: str) -> None:
    address = secure.url.removeprefix("https://")
    trusted = ["-CAfile", secure.facts["ca"]] if trusts else []
    command = ["openssl", "s_client", "-connect", address, "-verify_ip", "127.0.0.1", *trusted]

    shown = subprocess.run(command, input="", capture_output=True, text=True, check=False, timeout=30)

    assert f"Verify return code: {code}" in shown.stdout


def test_the_authority_is_made_once_and_its_key_is_for_the_owner_alone(start: Start, tmp_path: Path) -> None:
    first = start("--tls")
    folder = tmp_path / ".sandbox" / "tls"
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    first.end()

    second = start("--tls")

    assert sorted(made) == ["ca-key.pem", "ca.pem"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == made
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert status_of(second, str(folder / "ca.pem")) == 200


def test_without_a_state_the_authority_is_gone_with_the_sandbox(start: Start, tmp_path: Path) -> None:
    started = start("--tls", "--ephemeral")
    trusted = Path(started.facts["ca"])
    assert status_of(started, str(trusted)) == 200

    started.end()

    assert not trusted.exists()
    assert not trusted.parent.parent.exists()
    assert list(tmp_path.iterdir()) == []


def test_the_card_tells_how_to_trust_it(launch: Start, tmp_path: Path) -> None:
    card = card_of(launch("serve", "--port", "0", "--users", "1", "--groups", "0", "--tls"))

    path = tmp_path / ".sandbox" / "tls" / "ca.pem"
    for typed in (
        f"  curl --cacert {path} -H ",
        f"  curl    curl --cacert {path}\n",
        f"SSL_CERT_FILE={path} (httpx, urllib)",
        f"NODE_EXTRA_CA_CERTS={path}",
        f"keytool -importcert -noprompt -alias scim-sandbox -file {path} ",
    ):
        assert typed in card


@CURL
def test_the_commands_on_the_card_work(secure: Started) -> None:
    works, refused = (
        line.strip() for line in card(secure.facts).splitlines() if line.startswith("  curl ") and " -H " in line
    )

    assert '"totalResults":3' in subprocess.run(["sh", "-c", works], capture_output=True, text=True, check=True).stdout
    assert "401" in subprocess.run(["sh", "-c", refused], capture_output=True, text=True, check=True).stdout


def test_the_verbs_find_it_by_its_ready_file(secure: Started, launch: Start) -> None:
    out, _ = launch("status", "--json").process.communicate(timeout=60)

    assert json.loads(out)["items"][0]["name"] == "widget"


NOT_TRUSTED = "shows a certificate that is not trusted here; name the file"


def steer_by_address(launch: Start, url: str, trusted: Path | str | None) -> tuple[int, str]:
    """Run a verb against an address; return its exit code and what it says on stderr."""
    started = launch("status", "--url", url, **({} if trusted is None else {"SCIM_SANDBOX_CA": str(trusted)}))
    _, err = started.process.communicate(timeout=60)
    return started.process.returncode, err


def test_the_verbs_find_it_by_its_address_and_trust_whom_they_are_told(
    secure: Started, launch: Start, tmp_path: Path
) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "stranger.pem")

    assert steer_by_address(launch, secure.url, secure.facts["ca"]) == (0, "")
    for trusted in (None, tmp_path / "stranger.pem"):
        code, err = steer_by_address(launch, secure.url, trusted)
        assert code == 1
        assert NOT_TRUSTED in err


def test_the_name_in_a_certificate_matters_unless_the_sandbox_itself_has_named_it(
    start: Start, launch: Start, tmp_path: Path
) -> None:
    authority, certificate = trustme.CA(), tmp_path / "elsewhere.pem"
    authority.issue_cert("elsewhere.example").private_key_and_cert_chain_pem.write_to_path(certificate)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    started = start("--cert", str(certificate))

    by_ready_file = launch("status")
    by_ready_file.process.communicate(timeout=60)

    assert by_ready_file.process.returncode == 0
    code, err = steer_by_address(launch, started.url, tmp_path / "authority.pem")
    assert code == 1
    assert NOT_TRUSTED in err


def test_a_command_finds_whom_to_trust_in_its_environment(launch: Start) -> None:
    script = f"SSL_CERT_FILE=$SCIM_SANDBOX_CA {sys.executable} -c '{ASK}' /Users && {sys.executable} -m sandbox status"
    started = launch("run", "--tls", "--users", "1", "--groups", "0", "--", "sh", "-c", script)

    out, _ = started.process.communicate(timeout=60)

    assert started.process.returncode == 0
    assert out.splitlines()[0] == "200"


@pytest.fixture
def given(tmp_path: Path) -> tuple[trustme.CA, Path, Path]:
    """An authority, and files with a certificate of it and with its key."""
    authority = trustme.CA()
    leaf = authority.issue_cert("127.0.0.1")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.write_bytes(leaf.cert_chain_pems[0].bytes())
    key.write_bytes(leaf.private_key_pem.bytes())
    return authority, certificate, key


def test_a_certificate_of_ones_own_is_used(
    start: Start, launch: Start, given: tuple[trustme.CA, Path, Path], tmp_path: Path
) -> None:
    authority, certificate, key = given
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")

    started = start("--cert", str(certificate), "--key", str(key))

    assert status_of(started, str(tmp_path / "authority.pem")) == 200
    assert not (tmp_path / ".sandbox" / "tls").exists()
    out, _ = launch("status", "--json").process.communicate(timeout=60)
    assert json.loads(out)["total"] == 2


def test_a_certificate_of_ones_own_needs_no_extra(
    launch: Start, given: tuple[trustme.CA, Path, Path], tmp_path: Path
) -> None:
    _, certificate, key = given
    without = tmp_path / "without"
    without.mkdir()
    (without / "trustme.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
    flags = ("serve", "--port", "0", "--users", "1", "--groups", "0", "--json")

    served = launch(*flags, "--cert", str(certificate), "--key", str(key), PYTHONPATH=str(without))
    assert json.loads(served.line())["url"].startswith("https://")
    served.end()

    refused = launch(*flags, "--tls", PYTHONPATH=str(without))
    _, err = refused.process.communicate(timeout=60)
    assert refused.process.returncode == 2
    assert "pip install trustme, or give a certificate with --cert and --key" in err


BAD = [
    pytest.param(["--cert", "{cert}", "--tls"], "give --tls, for a certificate that is made, or --cert", id="both"),
    pytest.param(["--key", "{key}"], "--key is the key of a certificate: give that with --cert", id="a key alone"),
    pytest.param(["--cert", "none.pem"], "--cert: there is no file none.pem", id="no certificate"),
    pytest.param(["--cert", "{cert}", "--key", "none.pem"], "--key: there is no file none.pem", id="no key"),
    pytest.param(["--cert", "{cert}"], "cannot be read as a certificate and its key, in PEM", id="no key in the file"),
    pytest.param(["--cert", "{text}"], "cannot be read as a certificate and its key, in PEM", id="plain text"),
    pytest.param(["--cert", "{cert}", "--key", "{other}"], "is not that of the certificate in", id="another key"),
    pytest.param(["--cert", "{cert}", "--key", "{locked}"], "the key is encrypted", id="an encrypted key"),
]


@pytest.mark.parametrize(("arguments", "sentence"), BAD)
def test_a_certificate_that_cannot_be_used_is_one_sentence(
    launch: Start, given: tuple[trustme.CA, Path, Path], tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    _, certificate, key = given
    text, other, locked = tmp_path / "text.pem", tmp_path / "other.pem", tmp_path / "locked.pem"
    text.write_text("no certificate", encoding="utf-8")
    other.write_bytes(trustme.CA().issue_cert("127.0.0.1").private_key_pem.bytes())
    locked.write_bytes(encrypted(key.read_bytes()))
    files = {"cert": certificate, "key": key, "text": text, "other": other, "locked": locked}

    started = launch("serve", "--port", "0", "--users", "0", *(each.format(**files) for each in arguments))
    out, err = started.process.communicate(timeout=60)

    assert (started.process.returncode, out) == (2, "")
    assert sentence in err
    assert err.startswith("Error: ")
    assert err.count("\n") == 1


def encrypted(key: bytes) -> bytes:
    """Return a key that needs a password."""
    loaded = serialization.load_pem_private_key(key, None)
    return loaded.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    )


def test_a_damaged_authority_is_one_sentence_and_is_left_as_it_is(start: Start, launch: Start, tmp_path: Path) -> None:
    start("--tls").end()
    damaged = tmp_path / ".sandbox" / "tls" / "ca.pem"
    damaged.write_text("no certificate", encoding="utf-8")

    started = launch("serve", "--port", "0", "--tls")
    _, err = started.process.communicate(timeout=60)

    assert started.process.returncode == 2
    assert "holds no certificate and key that can be used; delete that folder" in err
    assert err.count("\n") == 1
    assert damaged.read_text(encoding="utf-8") == "no certificate"


def test_handshakes_that_stall_hold_up_nobody(secure: Started) -> None:
    address = (httpx.URL(secure.url).host, httpx.URL(secure.url).port or 0)
    silent = [socket.create_connection(address) for _ in range(20)]
    begun = [socket.create_connection(address) for _ in range(20)]
    try:
        for connection in begun:
            connection.sendall(b"\x16\x03\x01\x02\x00")

        assert status_of(secure, secure.facts["ca"]) == 200
        assert secure.end()[0] == 0
    finally:
        for connection in silent + begun:
            connection.close()


PAGE = Path(__file__).parents[2] / "sandbox" / "serving" / "HTTPS.md"
LINES = re.findall(r"^```sh\n(.*)\n```", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("line", LINES)
def test_a_sandbox_starts_as_the_page_about_https_says(line: str, launch: Start) -> None:
    words = line.split()
    assert words[:2] == ["scim-sandbox", "serve"]

    card = card_of(launch(*words[1:], "--port", "0", "--users", "1", "--groups", "0"))

    assert ("https://127.0.0.1" in card) is ("--tls" in words)
    assert ("Control key" in card) is ("--host" in words)


def test_the_page_about_https_says_what_the_card_says(secure: Started) -> None:
    page = PAGE.read_text(encoding="utf-8").replace(".sandbox/tls/ca.pem", secure.facts["ca"])

    for client, typed in how_to_trust(secure.facts["ca"]):
        assert f"| {client} |" in page
        assert all(part.split(" (")[0] in page for part in typed.replace("REQUESTS_CA_BUNDLE=", "").split("; "))
