"""What the WordPress plugin costs an editor: publishing a clean article with and without it, and with a scorer that hangs.

    python benchmarks/in_wordpress.py [--pairs 50] [--version 6.1|6.5]

A real site, MariaDB and `copydesk serve` on this machine, started and stopped by the helpers of the tests. Publishing is one REST
request, as the block editor sends it. Pairs alternate, plugin on and plugin deactivated, so that what else the machine does meets
both; every article is new, so nothing comes from memory.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "cms" / "wordpress"))

from wordpress_articles import GOOD_PARAGRAPHS, blocks, title
from wordpress_front import SECRET, Front, service
from wordpress_site import DEBIAN, Person, Site, mariadb, newer_source, site

_HANGS = 5


def publish(wp: Site, person: Person, expected: str) -> float:
    """Seconds that publishing a new clean article takes; it must come out with the status that is expected."""
    name = title()
    data = {"title": name, "content": blocks([*GOOD_PARAGRAPHS, f"This is {name}."]), "status": "publish"}
    started = time.perf_counter()
    answer = person.rest("POST", "/wp/v2/posts", data)
    taken = time.perf_counter() - started
    assert answer.json["status"] == expected, answer.text
    return taken


def switch(wp: Site, *, on: bool) -> None:
    """Activate or deactivate the plugin."""
    wp.run("update_option('active_plugins', $on ? ['copydesk/copydesk.php'] : []);", on=on)


def pairs(wp: Site, person: Person, number: int) -> tuple[list[float], list[float]]:
    """Seconds without and with the plugin, pair by pair."""
    without, with_plugin = [], []
    for index in range(number + 3):
        times = {}
        for on in (False, True) if index % 2 else (True, False):
            switch(wp, on=on)
            times[on] = publish(wp, person, "publish")
        if index >= 3:  # the first ones fill caches
            without.append(times[False])
            with_plugin.append(times[True])
    switch(wp, on=True)
    return without, with_plugin


def hanging(wp: Site, person: Person, url: str, timeout: float) -> list[float]:
    """Seconds that publishing takes while the scorer accepts and never answers."""
    taken = []
    for _ in range(_HANGS):
        wp.configure(url=url, credential=SECRET, timeout=timeout)
        taken.append(publish(wp, person, "pending"))
    return taken


def main() -> None:
    """Start everything, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--version", choices=("6.1", "6.5"), default="6.1")
    options = parser.parse_args()
    source = DEBIAN if options.version == "6.1" else newer_source()
    with tempfile.TemporaryDirectory(prefix="cdwp") as name:
        top = Path(name)
        (top / "mysql").mkdir()
        with service(top / "state") as port, mariadb(top / "mysql") as sock, site(top, source, sock, "bench") as wp:
            person = wp.person("admin")
            wp.configure(url=f"http://127.0.0.1:{port}", credential=SECRET)
            without, with_plugin = pairs(wp, person, options.pairs)
            more = [1000 * (b - a) for a, b in zip(without, with_plugin, strict=True)]
            usual = statistics.median(without)
            print(f"WordPress {wp.version}, {options.pairs} pairs, ms per article published")
            print(f"  plugin off        median {1000 * usual:6.1f}")
            print(f"  plugin on         median {1000 * statistics.median(with_plugin):6.1f}")
            print(
                f"  more, by pair     median {statistics.median(more):6.1f}   90 % below {sorted(more)[int(0.9 * len(more))]:6.1f}"
            )
            _print_hangs(wp, person, usual)


def _print_hangs(wp: Site, person: Person, usual: float) -> None:
    import threading

    with Front(0) as front:
        front.mode = "hang"
        threading.Thread(target=front.serve_forever, daemon=True).start()
        for timeout in (1.0, 3.0):
            taken = hanging(wp, person, front.url, timeout)
            waits = [one - usual for one in taken]
            print(
                f"scorer hanging, timeout {timeout:.0f} s: publishing {max(taken):.3f} s at most, waiting {max(waits):.3f} s"
            )
            again = publish(wp, person, "pending")
            print(f"  and the next article, while it is known to be down: {again:.3f} s")
        front.shutdown()


if __name__ == "__main__":
    main()
