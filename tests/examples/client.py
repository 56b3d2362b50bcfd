"""A provisioning client, as small as one can be: it sees to it that people have an account.

SCIM_ENDPOINT=… SCIM_TOKEN=… python client.py jane joe
"""

from __future__ import annotations

import json
import os
import sys
from urllib.parse import urlencode
from urllib.request import Request, urlopen

USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"


class Client:
    """Talks to one SCIM endpoint."""

    def __init__(self, endpoint: str, token: str) -> None:
        self.endpoint = endpoint
        self.token = token

    def provide(self, name: str) -> None:
        """Create a user, unless there is one of that name."""
        user_name = f"{name}@widget.example"
        query = urlencode({"filter": f'userName eq "{user_name}"'})
        if self._call("GET", f"/Users?{query}")["totalResults"] == 0:
            person = {"givenName": name.title(), "familyName": "Doe"}
            self._call("POST", "/Users", {"schemas": [USER_URN], "userName": user_name, "name": person})

    def _call(self, method: str, path: str, body: dict[str, object] | None = None) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/scim+json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.endpoint + path, data, headers, method=method)) as answer:
            return json.load(answer)


if __name__ == "__main__":
    client = Client(os.environ["SCIM_ENDPOINT"], os.environ["SCIM_TOKEN"])
    for person in sys.argv[1:]:
        client.provide(person)
