"""The compiled modules, which setup.cfg cannot name; everything else about the package stands there."""

import os
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

# -ffp-contract=off: a product and a sum stay two roundings on every processor, as in numpy.
found = [
    Extension(f"copydesk.native.{source.stem}", [str(source)], extra_compile_args=["-O2", "-ffp-contract=off"])
    for source in SOURCES
]
modules = cythonize(found, compiler_directives=DIRECTIVES, build_dir="build/native")
for module in modules:  # without a compiler the package installs without them; `cythonize` forgets this attribute
    module.optional = True
setup(ext_modules=modules, options={"build_ext": {"parallel": os.cpu_count() or 1}})
