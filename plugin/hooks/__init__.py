"""Webhooks of content management systems: what arrives, what is done about it, and who does it.

    request -> blueprint -> verify -> a CMS's `entries` -> queue            (within the request: no scoring, no outgoing call)
    queue -> desk -> scorer -> a CMS's `hold`, through its own API          (in a process of its own)

A webhook says that something happened; what is done rests on what the CMS's own API says, at the address in the configuration. No
address from a payload is ever asked for anything.
"""
