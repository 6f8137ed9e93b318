"""The files that are copied into Strapi and Directus: whole, and without dependencies. What they do is tested for real in tests/cms."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parent.parent / "plugin"
OURS = {"./client.cjs"}
THEIRS = {"async_hooks", "crypto", "@strapi/utils", "@directus/errors"}


def test_both_ask_with_the_same_code() -> None:
    """The client is one file in two folders, because each folder is copied by itself."""
    assert (PLUGIN / "strapi" / "client.cjs").read_bytes() == (PLUGIN / "directus" / "dist" / "client.cjs").read_bytes()


@pytest.mark.parametrize("folder", ["strapi", "directus"])
def test_nothing_has_to_be_installed_for_them(folder: str) -> None:
    """No dependency in package.json, and no import but of Node, of the CMS itself and of our own file."""
    package = json.loads((PLUGIN / folder / "package.json").read_text())
    assert not {"dependencies", "devDependencies", "scripts"} & set(package)
    for path in (PLUGIN / folder).rglob("*.*js"):
        code = path.read_text()
        found = set(re.findall(r"(?:require\(|import\(|from )'([^']+)'", code))
        assert found <= OURS | THEIRS, path


def test_they_are_installed_with_the_package() -> None:
    """They can be copied from an installed Copydesk, too."""
    top = files("copydesk.plugin")
    for name in ("strapi/strapi-server.js", "strapi/package.json", "directus/package.json", "directus/dist/index.js"):
        assert top.joinpath(*name.split("/")).is_file(), name


def test_an_entry_of_strapi_has_one_id() -> None:
    """Scored at once or late, an entry has the id that docs/service.md gives it: an archive knows it by that."""
    code = (PLUGIN / "strapi" / "strapi-server.js").read_text()
    ids = set(re.findall(r"copydesk\.score\(config, ([^,]+),", code))
    assert ids == {"`${uid}/${id}`", "`${each.uid}/${each.documentId}`"}
