"""The service under load: a really running `copydesk serve`, many kept-alive connections, bodies of 3 KB to 200 KB.

    python benchmarks/load.py [--seconds 60] [--connections 64] [--workers 2] [--sizes 3,10,30,100,200] [--html 0.5]
                              [--rate 200] [--at-once N] [--output FILE]

Without `--rate`, every connection sends its next request when the last one is answered (a closed loop): the most that the service
can do. With it, so many requests a second are sent, whoever answers or not, and the time of a request counts from when it was due, so
that a service that falls behind cannot hide it. The client runs on the same machine: the processor time that it takes is printed, too.

Prints a Markdown table: requests a second, median and 99th percentile, errors by kind, processor time a request, and the memory of
each worker after a tenth, half and all of the time (in private pages, and all that is in RAM).
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

COMMAND = [sys.executable, "-c", "from copydesk.plugin.cli import main; main()", "serve", "--port", "0"]
PLACES = "Larkmoor Skerrin Aldhaven Brome Tarnwick Ostley Fenmarch Holm".split()
VERBS = "approved rejected postponed discussed funded measured repaired opened".split()
THINGS = "the harbour wall,a ferry pier,two school kitchens,the old mill,a flood gate,the night bus,its library,a cycle path".split(
    ","
)
READY = re.compile(r"copydesk is listening on http://127\.0\.0\.1:(\d+)")


@dataclass(slots=True)
class Result:
    """What one run saw: milliseconds of the answered requests, everything else by kind, and the workers' memory by moment."""

    times: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    memory: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    seconds: float = 0.0
    service_cpu: float = 0.0
    client_cpu: float = 0.0


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sizes", default="3,10,30,100,200", help="KB")
    parser.add_argument("--html", type=float, default=0.5, help="share of the bodies that are HTML")
    parser.add_argument("--rate", type=float, help="requests a second; default: as many as are answered")
    parser.add_argument("--at-once", type=int, help="COPYDESK_MAX_AT_ONCE of the service")
    parser.add_argument("--output", type=Path, help="write the table there, too")
    options = parser.parse_args()
    requests = list(_requests([int(size) for size in options.sizes.split(",")], options.html))
    with _served(options.workers, options.at_once) as (process, port):
        result = asyncio.run(_run(options, requests, port, process.pid))
    table = _table(options, result)
    print(table)
    if options.output:
        options.output.write_text(table)


def _requests(sizes: list[int], html: float) -> Iterator[bytes]:
    """Forty whole requests for each size, so that no cache of a single text helps anybody; seeded."""
    rng = random.Random(7)  # noqa: S311 - bodies, not secrets
    for size, number in itertools.product(sizes, range(40)):
        as_html = number < 40 * html
        paragraphs, length = [], 0
        while length < size * 1000:
            paragraphs.append(" ".join(_sentence(rng) for _ in range(4)))
            length += len(paragraphs[-1]) + (7 if as_html else 2)
        text = "".join(f"<p>{each}</p>" for each in paragraphs) if as_html else "\n\n".join(paragraphs)
        body = json.dumps(
            {"id": f"{size}-{number}", "title": _sentence(rng), "html" if as_html else "text": text}
        ).encode()
        head = f"POST /score HTTP/1.1\r\nHost: load\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        yield head.encode() + body


def _sentence(rng: random.Random) -> str:
    place, verb, thing = rng.choice(PLACES), rng.choice(VERBS), rng.choice(THINGS)
    day, ayes, noes = rng.randrange(1, 31), rng.randrange(5, 40), rng.randrange(5)
    return f"The council of {place} {verb} {thing} on day {day}, by {ayes} votes to {noes}."


@contextmanager
def _served(workers: int, at_once: int | None) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    environ = {**os.environ, "COPYDESK_LOG_FORMAT": "json"}
    if at_once:
        environ["COPYDESK_MAX_AT_ONCE"] = str(at_once)
    with tempfile.NamedTemporaryFile() as log:
        process = subprocess.Popen([*COMMAND, "--workers", str(workers)], stderr=log, env=environ)  # noqa: S603 - our own
        try:
            while not (found := READY.search(Path(log.name).read_text())):
                if process.poll() is not None:
                    raise SystemExit(Path(log.name).read_text())
                time.sleep(0.1)
            yield process, int(found[1])
        finally:
            process.terminate()
            print(f"service ended with {process.wait(60)}", file=sys.stderr)


async def _run(options: argparse.Namespace, requests: list[bytes], port: int, server: int) -> Result:
    result, order = Result(), random.Random(11)  # noqa: S311
    for _ in range(40):  # the first requests of a process do what none after them has to
        await _once(port, order.choice(requests), Result())
    before, own, begun = _cpu(server), time.process_time(), time.perf_counter()
    end = begun + options.seconds
    due: asyncio.Queue[float] | None = asyncio.Queue() if options.rate else None
    tasks = [
        asyncio.create_task(_connection(port, requests, random.Random(number), end, due, result))  # noqa: S311
        for number in range(options.connections)
    ]
    watching = asyncio.create_task(_watch(server, begun, options.seconds, result))
    if due is not None:
        await _schedule(due, options.rate, begun, end, options.connections)
    await asyncio.gather(*tasks, watching)
    result.seconds = time.perf_counter() - begun
    result.service_cpu, result.client_cpu = _cpu(server) - before, time.process_time() - own
    return result


async def _schedule(due: asyncio.Queue[float], rate: float, begun: float, end: float, connections: int) -> None:
    """Put the moment of every request into the queue when it comes, and one that means the end for every connection."""
    for number in itertools.count():
        moment = begun + number / rate
        if moment >= end:
            break
        if (wait := moment - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        due.put_nowait(moment)
    for _ in range(connections):
        due.put_nowait(float("inf"))


async def _connection(
    port: int, requests: list[bytes], rng: random.Random, end: float, due: asyncio.Queue[float] | None, result: Result
) -> None:
    """One connection, opened again where it was closed; it counts its requests until the end."""
    streams = None
    while True:
        moment = time.perf_counter() if due is None else await due.get()
        if moment >= end:
            break
        try:
            streams = streams or await asyncio.open_connection("127.0.0.1", port)
            status, keep = await asyncio.wait_for(_ask(*streams, rng.choice(requests)), 60)
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.TimeoutError) as error:
            result.errors[type(error).__name__] += 1
            keep, status = False, 0
        taken = (time.perf_counter() - moment) * 1000
        if status == 200:
            result.times.append(taken)
        elif status:
            result.errors[str(status)] += 1
            result.refused.append(taken)
            await asyncio.sleep(0.1 if due is None else 0)  # a client that is told to come later does not come at once
        if not keep and streams:
            streams[1].close()
            streams = None
    if streams:
        streams[1].close()


async def _once(port: int, request: bytes, result: Result) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await _ask(reader, writer, request)
    writer.close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, bool]:
    """The status of the answer, once all of it is here, and whether the connection stays."""
    writer.write(request)
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    await reader.readexactly(int(head.partition("content-length: ")[2].split("\r\n")[0]))
    return int(head[9:12]), "connection: close" not in head


async def _watch(server: int, begun: float, seconds: float, result: Result) -> None:
    for name, share in (("a tenth", 0.1), ("half", 0.5), ("the end", 0.99)):
        await asyncio.sleep(max(0.0, begun + seconds * share - time.perf_counter()))
        result.memory[name] = [_memory(pid) for pid in _children(server)]


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _memory(pid: int) -> tuple[int, int]:
    """KB of a process's own pages, and of all that it has in RAM."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = sum(int(number) for number in re.findall(r"^Private_(?:Clean|Dirty): +(\d+)", rollup, re.MULTILINE))
    return own, int(re.findall(r"^Rss: +(\d+)", rollup, re.MULTILINE)[0])


def _cpu(server: int) -> float:
    """Processor seconds of the workers."""
    ticks = 0
    for pid in _children(server):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _table(options: argparse.Namespace, result: Result) -> str:
    done = len(result.times) + sum(result.errors.values())
    times, refused = sorted(result.times), sorted(result.refused)
    rate = f"{options.rate:g} a second" if options.rate else "as many as are answered"
    rows = [
        ("load", f"{rate}; {options.connections} connections, {options.workers} workers, {options.sizes} KB"),
        ("seconds", f"{result.seconds:.0f}"),
        ("requests, a second", f"{done}, {done / result.seconds:.1f}"),
        ("answered: median, 99th percentile, longest (ms)", _times(times)),
        ("refused: median, 99th percentile, longest (ms)", _times(refused)),
        ("errors", ", ".join(f"{kind}: {number}" for kind, number in sorted(result.errors.items())) or "none"),
        ("processor time of the service a request (ms)", f"{result.service_cpu * 1000 / max(1, done):.2f}"),
        ("processor time of the client a request (ms)", f"{result.client_cpu * 1000 / max(1, done):.2f}"),
    ]
    for name, found in result.memory.items():
        each = ", ".join(f"{own / 1024:.1f} ({rss / 1024:.1f})" for own, rss in found)
        rows.append((f"MB of the workers at {name}: own (all)", each))
    return "\n".join(["| what | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), ""])


def _times(times: list[float]) -> str:
    if not times:
        return "-"
    return f"{statistics.median(times):.1f}, {times[max(0, -(-len(times) * 99 // 100) - 1)]:.1f}, {times[-1]:.1f}"


if __name__ == "__main__":
    main()
