"""The WordPress plugin without WordPress: its syntax, style, decisions, strings and zip. PHP's tools are used where they are."""

import re
import runpy
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1] / "plugin" / "wordpress"
PLUGIN = TOP / "copydesk"
PHP = sorted(PLUGIN.rglob("*.php"))


def run(*command, cwd=TOP):
    """The output of a tool of PHP's, which must succeed; skips where it is not installed."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed (tests/cms/install-wordpress.sh)")
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_file_is_valid_php():
    """`php -l` finds nothing."""
    for path in PHP:
        run("php", "-l", str(path))


def test_the_style_is_the_rulesets():
    """phpcs with the committed ruleset finds neither errors nor warnings."""
    run("phpcs", "-q")


def test_the_decisions_are_right():
    """PHPUnit passes, and fails on warnings and deprecations."""
    assert "OK (" in run("phpunit")


def test_the_template_of_strings_is_current(tmp_path):
    """copydesk.pot holds every string of the source: `plugin/wordpress/make-pot.sh` writes it."""
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext is not installed (tests/cms/install-wordpress.sh)")
    run("bash", "make-pot.sh", str(tmp_path / "new.pot"))
    assert (tmp_path / "new.pot").read_text() == (PLUGIN / "languages" / "copydesk.pot").read_text()


def test_every_string_is_in_the_text_domain():
    """No call of a translating function lacks the text domain."""
    calls = re.compile(r"(?<![\w>:])(?:__|_x|_n|esc_html__|esc_attr__)\((?:[^()'\"]|'(?:[^'\\]|\\.)*'|\"[^\"]*\")*\)")
    found = [call for path in PHP for call in calls.findall(path.read_text())]
    assert len(found) > 80
    assert [call for call in found if not re.search(r"'copydesk'\s*\)$", call)] == []


def test_no_file_runs_by_itself():
    """Every file but the two that WordPress loads ends at once where WordPress is not there."""
    for path in PHP:
        assert re.search(r"defined\('(ABSPATH|WP_UNINSTALL_PLUGIN)'\) \|\| exit;", path.read_text()), path.name


def test_nobody_is_asked_but_the_service():
    """One class makes requests, to the configured address; no script loads anything from elsewhere."""
    makers = [path.name for path in PHP if re.search(r"wp_(safe_)?remote_|curl_|fsockopen|fopen\(", path.read_text())]
    assert makers == ["class-client.php"]
    for path in PLUGIN.rglob("assets/*"):
        assert not re.search(r"https?://|//[a-z]+\.[a-z]", path.read_text()), path.name


def test_the_versions_agree():
    """The plugin's header, its constant and its readme name one version."""
    main = (PLUGIN / "copydesk.php").read_text()
    header = re.search(r"Version:\s+(\S+)", main)[1]
    assert re.search(r"const VERSION = '(.+)'", main)[1] == header
    assert re.search(r"Stable tag: (\S+)", (PLUGIN / "readme.txt").read_text())[1] == header


def test_the_zip_is_reproducible(tmp_path):
    """The same files give the same bytes, under one folder, with nothing that WordPress does not need."""
    build = runpy.run_path(str(TOP / "build_zip.py"))["build"]
    names = build(tmp_path / "one.zip")
    build(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert {"copydesk/copydesk.php", "copydesk/uninstall.php", "copydesk/readme.txt"} <= set(names)
    assert {name.split("/")[0] for name in names} == {"copydesk"}
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len([path for path in PLUGIN.rglob("*") if path.is_file()])
