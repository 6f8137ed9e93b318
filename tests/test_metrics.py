"""The numbers of the service: right, bounded, without a word of an article, and the same whoever is asked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from copydesk import Report, Scorer, SignalResult, Source
from copydesk.plugin.app import create_app
from copydesk.plugin.config import Settings
from copydesk.plugin.counting import CountingScorer
from copydesk.plugin.jobs import Entry
from copydesk.plugin.lookup import UNREADABLE, Found
from copydesk.plugin.metrics import Metrics
from copydesk.plugin.observed import template
from copydesk.plugin.processes import process
from copydesk.plugin.queue import Queue, depth

Samples = dict[tuple[str, ...], float]
TOKEN = "correct-horse"


def samples(text: str) -> Samples:
    """Each sample under its name and its labels' values, in the order of the labels' names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _asked(client: FlaskClient) -> Samples:
    response = client.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return samples(response.text)


def test_requests_are_counted_by_route_method_and_status(client: FlaskClient, article: str) -> None:
    """Routes are templates; what is no route is "other", whatever was asked for."""
    for path in ("/score", "/score", "/score?with_text=1"):
        client.post(path, json={"text": article})
    client.post("/score", data="nonsense", content_type="application/json")
    client.get("/score")
    client.get("/a/path/of/somebody")
    client.open("/score", method="BREW")
    client.post("/hooks/ghost", json={})
    found = _asked(client)
    name = "copydesk_requests_total"
    assert found[name, "POST", "/score", "200"] == 3
    assert found[name, "POST", "/score", "400"] == 1
    assert found[name, "GET", "other", "405"] == 1
    assert found[name, "GET", "other", "404"] == 1
    assert found[name, "other", "other", "405"] == 1
    assert found[name, "POST", "/hooks/{name}", "503"] == 1
    assert found["copydesk_request_seconds_count", "/score"] == 4
    assert found["copydesk_request_seconds_bucket", "+Inf", "/score"] == 4
    assert found["copydesk_requests_inside",] == 1


def test_reports_are_counted_by_signal(make_report: Callable[..., Report]) -> None:
    """Scores, flags, abstentions and actions; a signal that was not judged has no score."""
    metrics = Metrics()
    metrics.scored(make_report("hold", flagged=("rewrite", "feed_debris")))
    signals = {**make_report().signals, "seo_padding": SignalResult(None, False, 0.5)}
    metrics.scored(make_report("publish", signals=signals))
    found = samples(metrics.render("copydesk-1", None).decode())
    assert (found["copydesk_actions_total", "hold"], found["copydesk_actions_total", "publish"]) == (1, 1)
    assert found["copydesk_flagged_total", "rewrite"] == 1
    assert found["copydesk_abstained_total", "seo_padding"] == 1
    assert found["copydesk_score_count", "seo_padding"] == 1
    assert found["copydesk_score_count", "rewrite"] == 2
    assert found["copydesk_score_bucket", "0.1", "rewrite"] == 1
    assert found["copydesk_score_sum", "rewrite"] == pytest.approx(1.087654)


def test_look_ups_are_counted_by_what_came_of_them() -> None:
    """Found, nothing found, too slow, not readable; and each source by its relation."""
    metrics = Metrics()
    source = Source("a", "A title", "copy", 0.9, 0.8)
    metrics.looked_up(Found((source, source)))
    metrics.looked_up(Found())
    metrics.looked_up(Found(note="sources: not looked up, the archive did not answer within 250 ms"))
    metrics.looked_up(Found(note=UNREADABLE))
    found = samples(metrics.render("copydesk-1", None).decode())
    assert [found["copydesk_archive_lookups_total", each] for each in ("hit", "none", "timeout", "unreadable")] == [
        1
    ] * 4
    assert found["copydesk_archive_sources_total", "copy"] == 2


def test_the_page_and_the_archive_are_counted_too(scorer: Scorer, article: str, tmp_path: Path) -> None:
    """Whoever scores through the service is counted, and so are its look-ups."""
    settings = Settings(token=TOKEN, archive=tmp_path / "archive.db")
    client = create_app(scorer, settings).test_client()
    auth = {"Authorization": f"Bearer {TOKEN}"}
    assert client.post("/archive", json={"id": "wire:1", "text": article}, headers=auth).status_code == 201
    client.post("/score", json={"text": article}, headers=auth)
    client.post("/", data={"article": article}, auth=("any", TOKEN))
    found = samples(client.get("/metrics", headers=auth).text)
    assert sum(value for key, value in found.items() if key[0] == "copydesk_actions_total") == 2
    assert found["copydesk_archive_lookups_total", "hit"] == 2


def test_metrics_ask_for_the_token_and_the_probes_do_not(scorer: Scorer) -> None:
    """Prometheus sends a bearer token; load balancers send none."""
    client = create_app(scorer, Settings(token=TOKEN)).test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert client.get("/readyz").status_code == 200


def test_model_and_process_are_told(client: FlaskClient, scorer: Scorer) -> None:
    """Which model, and the memory, start and processor time of the process."""
    found = _asked(client)
    assert ("copydesk_model_info", scorer.model.name, "0.1.0") in found
    assert found["copydesk_process_resident_memory_bytes", "server"] > 10_000_000
    own = process(os.getpid())
    assert own is not None
    assert found["copydesk_process_start_time_seconds", "server"] == pytest.approx(own.start, abs=1)
    assert 0 < found["copydesk_process_cpu_seconds_total", "server"] <= own.cpu


def test_a_process_that_is_not_there_is_none() -> None:
    """A number that no process has tells nothing, and fails nothing."""
    assert process(2**22 + 1) is None


def test_the_queue_is_told_without_waiting_for_its_writer(tmp_path: Path) -> None:
    """Jobs that wait, run and are dead, read while somebody else is writing; a queue that is damaged is no error."""
    assert depth(tmp_path) == {"waiting": 0, "running": 0, "dead": 0}
    queue = Queue(tmp_path)
    queue.put([Entry("ghost", f"posts/{number}", "a", "published", {}) for number in range(3)], 1.0)
    job = queue.claim("desk", 2.0)
    assert job is not None
    queue.bury(job, "desk", "no use", 3.0)
    with queue.store.rows():
        assert depth(tmp_path) == {"waiting": 2, "running": 0, "dead": 1}
        found = samples(Metrics().render("copydesk-1", tmp_path).decode())
    assert (found["copydesk_queue_readable",], found["copydesk_queue_jobs", "dead"]) == (1, 1)
    queue.store.close()
    for path in tmp_path.glob("queue.sqlite3*"):
        path.write_bytes(b"no database " * 500)
    found = samples(Metrics().render("copydesk-1", tmp_path).decode())
    assert found["copydesk_queue_readable",] == 0
    assert ("copydesk_queue_jobs", "dead") not in found


@pytest.mark.parametrize(
    ("rule", "written"),
    [("/score", "/score"), ("/hooks/<any(ghost, strapi):name>", "/hooks/{name}"), ("/a/<b>", "/a/{b}")],
)
def test_routes_are_written_as_templates(rule: str, written: str) -> None:
    """As the service's own description writes them."""
    assert template(rule) == written


def test_a_counting_scorer_is_the_scorer(scorer: Scorer, article: str) -> None:
    """It scores and cleans as the one inside, with the same model and policy."""
    counting = CountingScorer(scorer, Metrics())
    assert isinstance(counting, Scorer)
    assert (counting.model, counting.policy) == (scorer.model, scorer.policy)
    assert counting.score(text=article) == scorer.score(text=article)
    assert counting.clean(article) == scorer.clean(article)
