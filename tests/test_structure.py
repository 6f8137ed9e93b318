"""The house keeps its shape: which folder may import what, and what every module has.

Read from the source with `ast`, so nothing has to be importable to be checked. The one exception is the front door:
what `import copydesk` and a scored article load is looked up in a process of its own.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import copydesk

TOP = Path(__file__).resolve().parent.parent
PACKAGES = {"classifier": "copydesk", "plugin": "copydesk.plugin", "training": "copydesk.training"}
MODULES = sorted(path.relative_to(TOP) for folder in PACKAGES for path in (TOP / folder).rglob("*.py"))
DETECTORS = [path for path in MODULES if path.match("classifier/detectors/[a-z]*.py")]

PARSERS = {"selectolax", "bs4", "lxml", "html5lib"}
WEB = {"flask", "werkzeug"}
DJANGO = {"django", "wagtail", "modelcluster", "django_filters", "rest_framework", "taggit"}
TRAINING_ONLY = {"sklearn", "scipy", "matplotlib"}
OUTSIDE = {
    *WEB,
    *DJANGO,
    "click",
    "gunicorn",
    "joblib",
    "requests",
    "httpx",
    "urllib3",
    "socket",
    "ssl",
    "http",
    "asyncio",
    "subprocess",
}
RUNS_CODE = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "skops"}


@dataclass(frozen=True)
class Import:
    """One imported name: its module in full, was it written relatively, do only type checkers see it?"""

    module: str
    name: str
    relative: bool
    typing_only: bool

    @property
    def library(self) -> str:
        """The top-level package."""
        return self.module.partition(".")[0]

    def is_from(self, package: str) -> bool:
        """Is it the package, one of its names, or inside of it?"""
        return f"{self.module}.{self.name}.".startswith(package + ".")


def tree(path: Path) -> ast.Module:
    return ast.parse((TOP / path).read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> list[Import]:
    """Every import of a module, those inside functions too."""
    parts = [PACKAGES[path.parts[0]], *path.parts[1:-1]]
    package = ".".join(parts)
    return list(_imports(tree(path), package, typing_only=False))


def _imports(node: ast.AST, package: str, *, typing_only: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, "", False, typing_only) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package.rsplit(".", node.level - 1)[0] if node.level else ""
        module = ".".join(part for part in (base, node.module) if part)
        yield from (Import(module, alias.name, node.level > 0, typing_only) for alias in node.names)
    elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        for child in node.body:
            yield from _imports(child, package, typing_only=True)
        for child in node.orelse:
            yield from _imports(child, package, typing_only=typing_only)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _imports(child, package, typing_only=typing_only)


def libraries(path: Path) -> set[str]:
    """The top-level packages that a module imports when it runs."""
    return {found.library for found in imports(path) if not found.typing_only}


def each_module(*folders: str) -> pytest.MarkDecorator:
    """Parametrise a test over the modules of these folders."""
    paths = [path for path in MODULES if path.parts[0] in folders]
    return pytest.mark.parametrize("path", paths, ids=str)


def test_all_three_folders_are_checked():
    """The modules are found where this test looks for them."""
    assert {path.parts[0] for path in MODULES} == set(PACKAGES)
    assert {path.stem for path in DETECTORS} >= set(copydesk.SIGNALS)


@each_module("plugin")
def test_plugin_uses_only_the_front_door(path):
    """From the classifier, the plugin imports names of `copydesk` itself, never of a module inside it."""
    public = {*copydesk.__all__, "__version__", ""}
    for found in imports(path):
        if found.library == "copydesk" and not found.is_from("copydesk.plugin"):
            assert found.module == "copydesk", found
            assert found.name in public, found


@each_module("plugin")
def test_plugin_never_imports_training(path):
    """Training and the plugin never meet."""
    assert not [found for found in imports(path) if found.is_from("copydesk.training")]


@each_module("training")
def test_training_never_imports_the_plugin(path):
    """Training and the plugin never meet, seen from the other side."""
    assert not [found for found in imports(path) if found.is_from("copydesk.plugin")]


@each_module("classifier")
def test_classifier_imports_nobody(path):
    """The classifier knows neither the plugin nor training."""
    others = ("copydesk.plugin", "copydesk.training")
    assert not [found for found in imports(path) if found.is_from(others[0]) or found.is_from(others[1])]


@each_module(*PACKAGES)
def test_imports_inside_a_folder_are_relative(path):
    """Relative imports inside a folder and its subfolders, names that start with `copydesk` across folders."""
    for found in imports(path):
        if found.library == "copydesk":
            home = _home(f"{found.module}.{found.name}")
            assert found.relative == (home == path.parts[0]), found


def _home(name: str) -> str:
    """The folder in which a full name lives."""
    return next(folder for folder in reversed(PACKAGES) if f"{name}.".startswith(PACKAGES[folder] + "."))


@each_module("classifier")
def test_classifier_touches_nothing_outside(path):
    """No web framework, command line, process, thread pool or network in the classifier."""
    assert not libraries(path) & OUTSIDE
    assert not [found for found in imports(path) if found.is_from("urllib.request")]


@each_module(*PACKAGES)
def test_markup_parsers_stay_with_the_two_readers(path):
    """Only reading.py and cleaning.py import a markup parser."""
    if path not in (Path("classifier/reading.py"), Path("classifier/cleaning.py")):
        assert not libraries(path) & PARSERS


@each_module(*PACKAGES)
def test_flask_stays_in_the_application(path):
    """Only plugin/app.py, answers.py and hooks import Flask; elsewhere its types may be named for the type checker."""
    if path not in (Path("plugin/app.py"), Path("plugin/answers.py")) and path.parts[:2] != ("plugin", "hooks"):
        assert not libraries(path) & WEB


@each_module(*PACKAGES)
def test_django_stays_with_its_two_apps(path):
    """Only plugin/django and plugin/wagtail import Django, and only the latter imports Wagtail."""
    allowed = {("plugin", "django"): {"django"}, ("plugin", "wagtail"): DJANGO}.get(path.parts[:2], set())
    assert libraries(path) & DJANGO <= allowed


@each_module("plugin")
def test_only_the_wagtail_app_knows_itself(path):
    """Nothing outside of plugin/wagtail imports it: it needs an extra, and Django's settings."""
    if path.parts[:2] != ("plugin", "wagtail"):
        assert not [found for found in imports(path) if found.is_from("copydesk.plugin.wagtail")]


@each_module("classifier", "plugin")
def test_scoring_needs_no_training_library(path):
    """scikit-learn, SciPy and Matplotlib are imported in training alone."""
    assert not libraries(path) & TRAINING_ONLY


@each_module(*PACKAGES)
def test_the_environment_is_read_in_one_place(path):
    """Only plugin/config.py reads environment variables."""
    if path == Path("plugin/config.py"):
        return
    names = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    names |= {found.name for found in imports(path)}
    assert not names & {"environ", "environb", "getenv", "getenvb"}


@each_module("classifier", "plugin")
def test_no_data_is_loaded_that_can_run_code(path):
    """Nothing unpickles: not by module, not through joblib, not through numpy."""
    assert not libraries(path) & RUNS_CODE
    assert not [found for found in imports(path) if (found.library, found.name) == ("joblib", "load")]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            assert ast.unparse(node) != "joblib.load"
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert ast.unparse(node.value) == "False"


@each_module(*PACKAGES)
def test_every_module_says_what_it_is_for(path):
    """Every module has a docstring."""
    assert (ast.get_docstring(tree(path)) or "").strip()


@pytest.mark.parametrize("path", DETECTORS, ids=str)
def test_every_detector_has_the_same_shape(path):
    """A detector is a module with its file's name as NAME, and measure(article, model) -> Signal."""
    body = tree(path).body
    names = {
        target.id: node.value
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert ast.literal_eval(names["NAME"]) == path.stem
    (measure,) = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == "measure"]
    arguments = measure.args
    assert [argument.arg for argument in arguments.args] == ["article", "model"]
    assert not (arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults)
    assert measure.returns is not None
    assert ast.unparse(measure.returns) == "Signal"


def test_scoring_text_loads_no_framework(tmp_path):
    """Scoring a plain text from Python loads neither the web, the command line, the editor's parser nor training."""
    heavy = ["bs4", "click", "flask", "gunicorn", "joblib", "matplotlib", "scipy", "sklearn"]
    script = (
        "import sys\n"
        "from copydesk import Scorer\n"
        "Scorer.load().score(text='The council met on Monday. ' * 40)\n"
        f"print([name for name in {heavy} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
