"""The compiled modules, which setup.cfg cannot name; everything else about the package stands there."""

from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

SOURCES = sorted(Path("classifier/native").glob("*.pyx"))
DIRECTIVES = {
    "language_level": "3",
    "boundscheck": True,
    "wraparound": False,
    "initializedcheck": False,
    "cdivision": True,
}

# optional: without a compiler the package installs without them, and numpy does their work.
# -ffp-contract=off: a product and a sum stay two roundings on every processor, as in numpy.
modules = [
    Extension(
        f"copydesk.native.{source.stem}", [str(source)], extra_compile_args=["-O2", "-ffp-contract=off"], optional=True
    )
    for source in SOURCES
]
setup(ext_modules=cythonize(modules, compiler_directives=DIRECTIVES, build_dir="build/native") if modules else [])
