"""WordPress 6.1 and 6.5 with the plugin, and the real service behind a front; each started once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from wordpress_browser import chromium, logged_in
from wordpress_front import SECRET, Front, front
from wordpress_site import DEBIAN, Site, mariadb, missing, newer_source, site


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A short path: a socket's must be below 108 characters."""
    path = Path(tempfile.mkdtemp(prefix="cdwp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def scorer_front(folder: Path) -> Iterator[Front]:
    """The real service behind a front."""
    with front(folder / "state") as server:
        yield server


@pytest.fixture(scope="session")
def database(folder: Path) -> Iterator[Path]:
    """The socket of a private MariaDB."""
    if missing():
        pytest.skip(missing())
    (folder / "mysql").mkdir()
    with mariadb(folder / "mysql") as sock:
        yield sock


@pytest.fixture(scope="session")
def sites(folder: Path, database: Path) -> Iterator[dict[str, Site]]:
    """The running sites, by version; started when a test first asks for one."""
    with ExitStack() as stack:

        class Sites(dict[str, Site]):
            def __missing__(self, version: str) -> Site:
                source = DEBIAN if version == "6.1" else newer_source()
                if not source.is_dir():
                    pytest.skip(f"WordPress {version} is not there: tests/cms/install-wordpress.sh fetches it from npm")
                top = folder / f"wp{version}"
                top.mkdir()
                self[version] = stack.enter_context(site(top, source, database, f"wp{version.replace('.', '')}"))
                return self[version]

        yield Sites()


@pytest.fixture(params=["6.1", "6.5"])
def wp(request: pytest.FixtureRequest, sites: dict[str, Site], scorer_front: Front) -> Iterator[Site]:
    """A site of each version with the plugin's usual settings, and a scorer that is well; PHP must not complain of the plugin."""
    found = sites[request.param]
    scorer_front.reset()
    found.configure(url=scorer_front.url, credential=SECRET, timeout=2)
    before = len(_complaints(found))
    yield found
    assert _complaints(found)[before:] == []


def _complaints(found: Site) -> list[str]:
    log = found.folder / "debug.log"
    return [line for line in log.read_text().splitlines() if "copydesk" in line] if log.exists() else []


@pytest.fixture(scope="session")
def program() -> Iterator[object]:
    """Chromium, started once."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(program, wp: Site) -> Iterator[object]:
    """Chromium with the administrator logged in."""
    with logged_in(program, wp) as found:
        yield found


@pytest.fixture
def scorer(scorer_front: Front) -> Front:
    """The front that `wp` talks to."""
    return scorer_front
