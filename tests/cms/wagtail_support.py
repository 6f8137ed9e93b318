"""A real Wagtail site for tests: a migrated database that is copied for every test, texts, and the forms of its admin.

Nothing of Django is imported before a test asks for the site, so that the tests can be collected where it is not installed.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
PROJECT = HERE / "wagtail_site"
REPORT = HERE.parent.parent / "examples" / "06-news-report.html"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TITLE = "Council votes to close Dunmere swimming pool"
PROMOS = (
    "Also Read | Film star Dela Marsh spotted on yacht with mystery singer",
    "Must Read: Actor Ravi Sel's Beach Wedding: See Inside Pictures Of The Couple",
)


@cache
def paragraphs() -> list[str]:
    """The news report among the examples: a text that passes."""
    lines = REPORT.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("<p>").removesuffix("</p>") for line in lines if line.startswith("<p>")][:8]


def good() -> list[str]:
    return list(paragraphs())


def bad() -> list[str]:
    """The same report with two lines that lead to other stories."""
    text = good()
    return [*text[:2], PROMOS[0], *text[2:5], PROMOS[1], *text[5:]]


def html(text: list[str]) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in text)


def draftail(text: list[str]) -> str:
    """What the rich text editor posts."""
    blocks = [
        {
            "key": f"k{i:04}",
            "text": paragraph,
            "type": "unstyled",
            "depth": 0,
            "inlineStyleRanges": [],
            "entityRanges": [],
        }
        for i, paragraph in enumerate(text)
    ]
    return json.dumps({"entityMap": {}, "blocks": blocks})


class Site:
    """One test's site: its database, its users, and short words for what tests do."""

    def __init__(self, database: Path) -> None:
        from django.contrib.auth.models import User
        from news import models
        from wagtail.models import Page

        self.database = database
        self.news = models
        self.Page = Page
        self.admin = User.objects.get(username="admin")
        self._overrides: list[Any] = []

    @property
    def home(self) -> Any:
        """The section, read anew: it counts its children."""
        return self.news.IndexPage.objects.get(slug="news")

    def configure(self, **copydesk: Any) -> None:
        """Other settings for the rest of the test."""
        from django.test import override_settings

        override = override_settings(COPYDESK=copydesk)
        override.enable()
        self._overrides.append(override)

    def close(self) -> None:
        for override in reversed(self._overrides):
            override.disable()

    def client(self, user: Any = None, **kwargs: Any) -> Any:
        """The admin in process, logged in; errors of views are raised."""
        from django.test import Client

        client = Client(**kwargs)
        client.force_login(user or self.admin)
        return client

    def user(self, name: str, *permissions: str, group: str = "Editors") -> Any:
        """A member of one of Wagtail's groups, with more permissions by name."""
        from django.contrib.auth.models import Group, Permission, User

        user = User.objects.create_user(name, f"{name}@gazette.example", name)
        user.groups.add(Group.objects.get(name=group))
        user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
        return user

    def page(self, text: list[str], title: str = TITLE, **fields: Any) -> Any:
        """A draft in the tree, with a revision."""
        page = self.news.ArticlePage(title=title, body=html(text), live=False, **fields)
        self.home.add_child(instance=page)
        page.save_revision(user=self.admin)
        return page

    def create(
        self,
        text: list[str],
        title: str = TITLE,
        action: str = "action-publish",
        client: Any = None,
        follow: bool = True,
        **more: Any,
    ) -> Any:
        """Post the admin's form for a new article; the response, followed."""
        data = {"title": title, "slug": title.lower().replace(" ", "-"), "body": draftail(text), **self._comments()}
        address = f"/admin/pages/add/news/articlepage/{self.home.pk}/"
        return (client or self.client()).post(address, {**data, action: "1", **more}, follow=follow)

    def edit(self, page: Any, text: list[str], action: str = "action-publish", client: Any = None, **more: Any) -> Any:
        data = {"title": page.title, "slug": page.slug, "body": draftail(text), **self._comments()}
        address = f"/admin/pages/{page.pk}/edit/"
        return (client or self.client()).post(address, {**data, action: "1", **more}, follow=True)

    def _comments(self) -> dict[str, int]:
        return {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}

    def newest(self) -> Any:
        return self.news.ArticlePage.objects.order_by("-pk").first()

    def is_live(self, obj: Any) -> bool:
        return type(obj).objects.get(pk=obj.pk).live

    def seen(self, page: Any) -> int:
        """What a reader gets: the HTTP status of the page's own address."""
        from django.test import Client

        row = self.Page.objects.get(pk=page.pk)
        return Client().get(f"/news/{row.slug}/").status_code

    def verdict(self, obj: Any) -> Any:
        from copydesk.plugin.wagtail.verdicts import verdicts_of

        return verdicts_of(obj).first()

    def messages(self, response: Any) -> str:
        """All that the admin tells the editor, in one string."""
        return " / ".join(str(message) for message in response.context["messages"])

    def manage(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """manage.py in a process of its own, on this test's database."""
        env = {**os.environ, "COPYDESK_SITE_DB": str(self.database), **environment}
        command = [sys.executable, "manage.py", *args]
        return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=120)


@cache
def _set_up() -> None:
    sys.path.insert(0, str(PROJECT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment(debug=False)


def connect(database: Path) -> None:
    """Point Django at another database file, and drop what it remembers of the last one."""
    from django.contrib.contenttypes.models import ContentType
    from django.core.cache import cache as django_cache
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(database)
    ContentType.objects.clear_cache()
    django_cache.clear()


def _fill() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from news.models import IndexPage
    from wagtail.models import Page, Site

    call_command("migrate", verbosity=0)
    User.objects.create_superuser("admin", "admin@gazette.example", "admin")
    for old in Page.objects.filter(depth=2):
        old.delete()
    root = Page.objects.get(depth=1)
    front = root.add_child(instance=IndexPage(title="Gazette", slug="front"))
    front.add_child(instance=IndexPage(title="News", slug="news"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": front}
    )


@pytest.fixture(scope="session")
def wagtail_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with a superuser and a section, made once."""
    pytest.importorskip("wagtail", reason="Wagtail is not installed: pip install 'copydesk[cms-test]'")
    _set_up()
    return _database(tmp_path_factory.getbasetemp())


@cache  # every module that imports the fixture has a session's fixture of its own
def _database(folder: Path) -> Path:
    path = folder / "wagtail.sqlite3"
    connect(path)
    _fill()
    connect(Path(":memory:"))
    return path


@pytest.fixture
def site(wagtail_database: Path, tmp_path: Path) -> Iterator[Site]:
    """A site of its own for a test, with Copydesk in process."""
    database = tmp_path / "site.sqlite3"
    shutil.copyfile(wagtail_database, database)
    connect(database)
    found = Site(database)
    found.configure(BACKEND="in-process")
    yield found
    found.close()
    connect(Path(":memory:"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def hanging(asked: list[float] | None = None) -> Iterator[str]:
    """A server that takes requests and never answers, but for a byte now and then; `asked` grows with every request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                if asked is not None:
                    asked.append(time.monotonic())
                threading.Thread(target=_drip, args=(connection, stop), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stop.set()


def _drip(connection: socket.socket, stop: threading.Event) -> None:
    with connection:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{")
            while not stop.wait(0.05):
                connection.sendall(b" ")
        except OSError:
            pass


@contextmanager
def service(tmp_path: Path, secret: str | None = SECRET, port: int | None = None) -> Iterator[SimpleNamespace]:
    """`copydesk serve` in a process of its own, with a state folder."""
    port = port or free_port()
    env = {**os.environ, "COPYDESK_STATE": str(tmp_path / "state")}
    if secret:
        env["COPYDESK_SECRET"] = secret
    command = [str(Path(sys.executable).with_name("copydesk")), "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield SimpleNamespace(url=f"http://127.0.0.1:{port}", process=process, port=port)
    finally:
        process.terminate()
        process.wait(20)
