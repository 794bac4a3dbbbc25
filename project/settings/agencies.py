"""An agency's own identity provider, from the environment."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from project import env

AT_HOME = {"127.0.0.1", "localhost", "::1"}


def provider_apps() -> list[dict[str, Any]]:
    """What allauth is to know of the provider at OIDC_SERVER_URL; an empty list where that is not set."""
    server = env.text("OIDC_SERVER_URL", "").rstrip("/")
    if not server:
        return []
    address = urlsplit(server)
    if address.scheme != "https" and address.hostname not in AT_HOME:
        raise ImproperlyConfigured(f"OIDC_SERVER_URL is {server!r}; it starts with https://.")
    domains = [domain.lower().lstrip("@") for domain in env.words("OIDC_DOMAINS", [])]
    if not domains:
        raise ImproperlyConfigured(
            "OIDC_DOMAINS is not set. Name the domains whose addresses the provider vouches for."
        )
    return [
        {
            "provider_id": "agency",
            "name": env.text("OIDC_NAME", "your agency"),
            "client_id": env.text("OIDC_CLIENT_ID"),
            "secret": env.text("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": server, "oauth_pkce_enabled": True, "domains": domains},
        }
    ]
