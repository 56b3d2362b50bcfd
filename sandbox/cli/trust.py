"""How clients come to trust the certificate of a sandbox that speaks TLS."""

from __future__ import annotations

from collections.abc import Sequence


def how_to_trust(path: str) -> Sequence[tuple[str, str]]:
    """Return what to type so that a client trusts the certificates in the file at *path*: of which, and what."""
    return (
        ("curl", f"curl --cacert {path}"),
        ("Python", f"SSL_CERT_FILE={path} (httpx, urllib), REQUESTS_CA_BUNDLE={path} (requests)"),
        ("Node", f"NODE_EXTRA_CA_CERTS={path}"),
        (
            "Java",
            f"keytool -importcert -noprompt -alias scim-sandbox -file {path} -keystore trust.p12 -storepass changeit; "
            "java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit",
        ),
    )
