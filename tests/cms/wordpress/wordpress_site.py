"""WordPress as it is: a database of its own, a copy of the site, PHP's own server, people who log in.

Everything lives in one folder under the system's temporary one, listens on this machine only, and is gone afterwards.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import xmlrpc.client
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PLUGIN = Path(__file__).resolve().parents[3] / "plugin" / "wordpress" / "copydesk"
DEBIAN = Path("/usr/share/wordpress")
_HERE = Path(__file__).resolve().parent
PASSWORDS = {"admin": "adminpass", "editor": "editorpass", "author": "authorpass", "contributor": "contributorpass"}


def newer_source() -> Path:
    """Where install-wordpress.sh puts the WordPress 6.5 of npm."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "copydesk-tests" / "wordpress-6.5"


def missing() -> str:
    """Why WordPress cannot be started here; empty where it can."""
    needed = ["php", "mariadbd", "mariadb-install-db", "mariadb", "mariadb-admin"]
    absent = [name for name in needed if shutil.which(name) is None]
    if absent or not DEBIAN.is_dir():
        return f"not installed: {', '.join(absent) or 'wordpress'} (tests/cms/install-wordpress.sh installs all)"
    return ""


@contextmanager
def mariadb(folder: Path) -> Iterator[Path]:
    """A private server on a socket, without TCP; the socket."""
    data, sock = folder / "data", folder / "s.sock"
    user = ["--user=root"] if os.geteuid() == 0 else []
    install = ["mariadb-install-db", "--no-defaults", *user, f"--datadir={data}", "--skip-test-db"]
    subprocess.run([*install, "--auth-root-authentication-method=normal"], check=True, capture_output=True)
    command = ["mariadbd", "--no-defaults", *user, f"--datadir={data}", f"--socket={sock}", "--skip-networking"]
    command += ["--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", f"--pid-file={folder / 'pid'}"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _wait(lambda: _pings(sock), 60, "MariaDB")
            yield sock
        finally:
            process.kill()  # its data goes with it


def _pings(sock: Path) -> bool:
    command = ["mariadb-admin", "--no-defaults", "-u", "root", "-S", str(sock), "ping"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _wait(ready, seconds: float, what: str) -> None:
    for _ in range(int(seconds * 10)):
        if ready():
            return
        time.sleep(0.1)
    raise TimeoutError(f"{what} does not answer after {seconds:.0f} s")


@dataclass
class Answer:
    """A page or a JSON answer."""

    status: int
    text: str
    url: str = ""

    @property
    def json(self):
        """The answer, read as JSON."""
        return json.loads(self.text)


class Person:
    """Somebody with a browser's cookies."""

    def __init__(self, url: str, name: str = "") -> None:
        """Log in, where a name is given."""
        self.url = url
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.rest_nonce = ""
        if name:
            self.get("/wp-login.php")
            form = {"log": name, "pwd": PASSWORDS[name], "wp-submit": "1", "testcookie": "1"}
            self.post("/wp-login.php", form)
            self.rest_nonce = self.get("/wp-admin/admin-ajax.php?action=rest-nonce").text

    def get(self, path: str) -> Answer:
        """A page."""
        return self._open(urllib.request.Request(self._full(path)))

    def post(self, path: str, form: Mapping[str, str] | list[tuple[str, str]]) -> Answer:
        """A form sent."""
        return self._open(urllib.request.Request(self._full(path), urllib.parse.urlencode(form).encode()))

    def rest(self, method: str, route: str, data: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """A REST request, as the block editor makes it."""
        path, _, query = route.partition("?")
        url = f"{self.url}/index.php?rest_route={path}" + (f"&{query}" if query else "")
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(url, body, method=method)
        request.add_header("Content-Type", "application/json")
        for name, value in ({"X-WP-Nonce": self.rest_nonce} if headers is None else headers).items():
            request.add_header(name, value)
        return self._open(request)

    def _full(self, path: str) -> str:
        return path if path.startswith("http") else self.url + path

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as response:
                return Answer(response.status, response.read().decode("utf-8", "replace"), response.url)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode("utf-8", "replace"), error.url or "")


@dataclass
class Site:
    """A running site."""

    url: str
    folder: Path
    version: str
    app_password: str = ""
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """Somebody who has logged in before, or does now."""
        if name not in self.people:
            self.people[name] = Person(self.url, name)
        return self.people[name]

    def run(self, code: str, **values: object):
        """What PHP code inside of WordPress returns, with nobody logged in; `values` are its variables."""
        body = json.dumps({"code": code, "values": values}).encode()
        request = urllib.request.Request(f"{self.url}/?testbed=1", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read())

    def configure(self, **settings: object) -> None:
        """The plugin's settings, and nothing remembered of a scorer that was down."""
        self.run(
            "update_option('copydesk_settings', $settings); delete_transient('copydesk_down');"
            "delete_option('copydesk_failures'); wp_clear_scheduled_hook('copydesk_rescore');"
            "$GLOBALS['wpdb']->delete($GLOBALS['wpdb']->postmeta, ['meta_key' => '_copydesk_retry']);",
            settings=settings,
        )

    def post(self, post_id: int) -> dict[str, object]:
        """The row of an article, as it is stored, with what Copydesk keeps of it."""
        row = self.run(
            "$p = (array) $GLOBALS['wpdb']->get_row('SELECT * FROM '.$GLOBALS['wpdb']->posts.' WHERE ID = '.(int) $id);"
            "foreach (['state','score','record','release','intent','retry','log'] as $k)"
            " { $p[$k] = get_post_meta((int) $id, '_copydesk_'.$k, true); } return $p;",
            id=post_id,
        )
        for name in ("record", "release", "intent", "log"):
            row[name] = json.loads(row[name]) if row[name] else None
        return row

    def is_public(self, post_id: int) -> bool:
        """Can a stranger read the article?"""
        return Person(self.url).get(f"/?p={post_id}").status == 200

    def cron(self) -> None:
        """What is due, is done."""
        assert Person(self.url).get("/wp-cron.php?doing_wp_cron").status == 200

    def xmlrpc(self) -> xmlrpc.client.ServerProxy:
        """The XML-RPC interface."""
        return xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc.php")

    @property
    def basic(self) -> dict[str, str]:
        """The header of an application password."""
        return {"Authorization": "Basic " + b64encode(f"admin:{self.app_password}".encode()).decode()}


@contextmanager
def site(folder: Path, source: Path, sock: Path, database: str, *, plugin: Path = PLUGIN) -> Iterator[Site]:
    """WordPress from a source folder, installed and served; the plugin is active and has no address yet."""
    port = _free_port()
    root, url = folder / "site", f"http://127.0.0.1:{port}"
    shutil.copytree(source, root, symlinks=False, ignore=shutil.ignore_patterns("wp-config.php", ".htaccess"))
    content = root / "wp-content"
    for name in ("mu-plugins", "plugins", "uploads"):
        (content / name).mkdir(exist_ok=True)
    shutil.copy(_HERE / "wordpress_testbed.php", content / "mu-plugins" / "testbed.php")
    shutil.copytree(plugin, content / "plugins" / "copydesk")
    sql = f"CREATE DATABASE {database} CHARACTER SET utf8mb4"
    subprocess.run(["mariadb", "--no-defaults", "-u", "root", "-S", str(sock), "-e", sql], check=True)
    (root / "wp-config.php").write_text(_config(database, sock, folder))
    install = ["php", "-d", "sendmail_path=/bin/true", str(_HERE / "wordpress_install.php"), str(root), url]
    done = subprocess.run([*install, json.dumps(PASSWORDS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout[done.stdout.index("{") :])
    command = ["php", "-d", "sendmail_path=/bin/true", "-S", f"127.0.0.1:{port}", "-t", str(root)]
    environment = {**os.environ, "PHP_CLI_SERVER_WORKERS": "4"}
    with (folder / "php.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        try:
            _wait(lambda: _answers(port), 20, "PHP")
            yield Site(url, folder, found["version"], found["password"])
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # its workers survive it otherwise
            process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def _config(database: str, sock: Path, folder: Path) -> str:
    names = (
        "AUTH_KEY SECURE_AUTH_KEY LOGGED_IN_KEY NONCE_KEY AUTH_SALT SECURE_AUTH_SALT LOGGED_IN_SALT NONCE_SALT".split()
    )
    values: dict[str, object] = {
        "DB_NAME": database,
        "DB_USER": "root",
        "DB_PASSWORD": "",
        "DB_HOST": f"localhost:{sock}",
        "DB_CHARSET": "utf8mb4",
        "DB_COLLATE": "",
        **{name: f"test {name}" for name in names},
        "WP_ENVIRONMENT_TYPE": "local",  # application passwords over plain http
        "DISABLE_WP_CRON": True,
        "AUTOMATIC_UPDATER_DISABLED": True,
        "WP_HTTP_BLOCK_EXTERNAL": True,
        "WP_ACCESSIBLE_HOSTS": "127.0.0.1",
        "WP_DEBUG": True,
        "WP_DEBUG_DISPLAY": False,
        "WP_DEBUG_LOG": str(folder / "debug.log"),
    }
    lines = [f"define('{name}', {json.dumps(value)});" for name, value in values.items()]
    return "\n".join(
        [
            "<?php",
            *lines,
            "$table_prefix = 'wp_';",
            "define('ABSPATH', __DIR__ . '/');",
            "require ABSPATH . 'wp-settings.php';",
        ]
    )


def nonce(html: str, name: str = "_wpnonce") -> str:
    """A nonce of a form."""
    found = re.search(rf'name="{name}" value="([0-9a-f]+)"', html)
    assert found, f"no nonce {name}"
    return found[1]
