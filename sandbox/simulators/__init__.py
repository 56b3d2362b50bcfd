"""Provisioning clients, played: Entra ID, Okta, OneLogin and Google, against any SCIM service provider.

What a client says is data (``fixtures/clients/*/conversations``); here is the one engine that says it, and what is
truly different per client. The simulators speak HTTP only, and know nothing of the server.
"""
