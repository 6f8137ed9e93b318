"""Addresses that a configuration may hold: what they may look like, and which of them stay on this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from copydesk import ConfigError


def is_loopback(host: str) -> bool:
    """Does an address reach this machine only? A name other than localhost is taken for a public one."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(url: object, name: str, *, insecure: bool = False) -> str:
    """An address as the configuration may hold it: https, or http to this machine (anywhere where `insecure`).

    `name` is the field that the message of a ConfigError begins with. Credentials, a query and a fragment have no place in it.
    """
    expected = f"{name}: expected an address such as https://cms.example/"
    if not isinstance(url, str) or len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url:
        raise ConfigError(expected)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(expected) from error
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigError(expected)
    if parts.scheme == "http" and not (insecure or is_loopback(host)):
        raise ConfigError(f'{name}: http to another machine can be read on the way: use https, or set "insecure": true')
    return url
