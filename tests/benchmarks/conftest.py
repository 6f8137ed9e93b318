"""The benchmark is a script beside the package: its folder is put where its modules are found."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
