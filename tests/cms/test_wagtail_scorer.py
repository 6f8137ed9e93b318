"""The scorer in process, over HTTP, dead, hanging and lying: an editor never loses work and never waits for long."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from wagtail_support import PROMOS, SECRET, bad, free_port, good, hanging, service, site, wagtail_database  # noqa: F401

pytestmark = pytest.mark.cms("wagtail")
NOT_SCORED = "Not scored: the scorer gave no answer."


@contextmanager
def _answering(status, body, headers=()):
    """A server that answers everything alike, and keeps what it was sent."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


def _every_way(site, client):
    """Bad and good pages by the ways that differ most; all of them, with the text that each must still have."""
    pages = []
    for name, text in (("A bad one", bad()), ("A good one", good())):
        response = site.create(text, name, client=client)
        assert response.status_code == 200
        pages.append(site.newest())
        pages.append(site.page(text, f"{name} by program"))
        pages[-1].save_revision().publish()
        pages.append(site.page(text, f"{name} in bulk"))
        client.post(
            f"/admin/bulk/wagtailcore/page/publish/?id={pages[-1].pk}&next=/admin/", {"include_descendants": ""}
        )
    return [site.news.ArticlePage.objects.get(pk=page.pk) for page in pages]


@pytest.mark.parametrize("fault", ["closed", "error", "garbage", "lie", "unsigned"])
def test_a_dead_scorer_holds_and_loses_nothing(site, fault):
    """No exception, no lost word: every page is a draft, marked "not scored"."""
    report = {"action": "publish", "score": 0.1, "signals": {}, "evidence": [], "notes": [], "text": ""}
    body = {
        "error": b"",
        "garbage": b"<html>",
        "lie": b'{"action": "fine", "score": 7}',
        "unsigned": json.dumps(report).encode(),
    }
    with _answering(500 if fault == "error" else 200, body.get(fault, b"")) as (url, _):
        settings = {"BACKEND": "http", "URL": f"http://127.0.0.1:{free_port()}" if fault == "closed" else url}
        site.configure(**settings, **({"SECRET": SECRET} if fault == "unsigned" else {}))
        pages = _every_way(site, site.client())
    assert [page.live for page in pages] == [False] * 6
    assert [site.verdict(page).state for page in pages] == ["not-scored"] * 6
    assert all(good()[0] in page.get_latest_revision_as_object().body for page in pages)


def test_a_dead_scorer_may_let_out(site):
    """SCORER_DOWN "publish": everything goes out, marked "not scored", and the editor is told."""
    site.configure(BACKEND="http", URL=f"http://127.0.0.1:{free_port()}", SCORER_DOWN="publish")
    client = site.client()
    pages = _every_way(site, client)
    assert [page.live for page in pages] == [True] * 6
    assert [site.verdict(page).state for page in pages] == ["not-scored"] * 6
    response = site.create(good(), "One more", client=client)
    assert "was not scored" in site.messages(response)
    assert "created and published" in site.messages(response)


def test_a_hanging_scorer_is_left_alone_after_the_timeout(site):
    """Even one that sends a byte now and then: the request is given up, and the page is kept."""
    asked = []
    with hanging(asked) as url:
        site.configure(BACKEND="http", URL=url, TIMEOUT=0.3)
        response = site.create(bad())
    page = site.newest()
    assert len(asked) == 1  # though Wagtail's create view both inserts and publishes
    assert NOT_SCORED in site.messages(response)
    assert (page.live, site.verdict(page).error) == (
        False,
        "the scorer hung a moment ago, and is left alone for some seconds",
    )


def test_a_hanging_scorer_is_asked_once_by_a_bulk_action(site):
    """Nobody waits for the timeout page by page: all are kept, and asked about later."""
    pages = [site.page(good(), f"Page {number}") for number in range(4)]
    query = "&".join(f"id={page.pk}" for page in pages)
    asked = []
    with hanging(asked) as url:
        site.configure(BACKEND="http", URL=url, TIMEOUT=0.3)
        site.client().post(f"/admin/bulk/wagtailcore/page/publish/?{query}&next=/admin/", {"include_descendants": ""})
    assert len(asked) == 1
    assert [site.verdict(page).state for page in pages] == ["not-scored"] * 4


def test_scheduled_publishing_with_a_dead_scorer(site):
    """The command ends well; the page waits for the scorer, not for the next run of the command."""
    import datetime

    from django.utils import timezone

    page = site.page(good())
    revision = page.get_latest_revision()
    revision.approved_go_live_at = timezone.now() - datetime.timedelta(minutes=5)
    revision.save()
    dead = json.dumps({"BACKEND": "http", "URL": f"http://127.0.0.1:{free_port()}"})
    done = site.manage("publish_scheduled", COPYDESK_SITE_SETTINGS=dead)
    assert done.returncode == 0
    assert (site.is_live(page), site.verdict(page).state) == (False, "not-scored")
    done = site.manage("copydesk_rescore", COPYDESK_SITE_SETTINGS=dead)
    assert (done.returncode, "does not answer" in done.stderr) == (1, True)
    done = site.manage("copydesk_rescore")
    assert done.stdout.startswith("published 1,")
    assert (site.is_live(page), site.verdict(page).state) == (True, "passed")


def _down_then_up(site, text, **settings):
    site.configure(BACKEND="http", URL=f"http://127.0.0.1:{free_port()}", **settings)
    site.create(text)
    site.configure(BACKEND="in-process", **settings)
    return site.newest()


def test_rescoring_holds_what_is_bad(site):
    """What was kept back and is bad stays back, with its reasons now."""
    from copydesk.plugin.wagtail.rescoring import rescore

    page = _down_then_up(site, bad())
    assert rescore().held == 1
    assert (site.is_live(page), site.verdict(page).summary) == (False, "2 injected lines")


def test_rescoring_withdraws_what_was_let_out(site):
    """What SCORER_DOWN "publish" let out and is bad is unpublished, and waits for a moderator."""
    from copydesk.plugin.wagtail.rescoring import rescore

    page = _down_then_up(site, bad(), SCORER_DOWN="publish")
    assert site.is_live(page)
    assert rescore().unpublished == 1
    assert (site.is_live(page), site.verdict(page).state) == (False, "held")


def test_rescoring_leaves_edited_text_alone(site):
    """Words that are not there any more are not published."""
    from copydesk.plugin.wagtail.rescoring import rescore

    page = _down_then_up(site, good())
    site.edit(page, [*good(), "A line that nobody asked to publish."], action="action-save")
    assert rescore().dropped == 1
    assert not site.is_live(page)


def test_publishing_again_asks_again(site):
    """An editor need not wait for cron: when the scorer is back, publishing works."""
    page = _down_then_up(site, good())
    site.edit(page, good())
    assert site.is_live(page)


def test_observe_only_holds_nothing(site):
    """Everything goes out; the verdict says what would have happened."""
    site.configure(OBSERVE_ONLY=True)
    site.create(bad())
    page = site.newest()
    verdict = site.verdict(page)
    assert (page.live, verdict.observed, verdict.action, verdict.summary) == (True, True, "review", "2 injected lines")
    site.configure()
    page.unpublish()
    page.get_latest_revision().publish()
    assert not site.is_live(page)


def test_hold_at_hold_lets_review_pass(site):
    """HOLD_AT "hold": one flagged signal is noted and goes out, two hold."""
    site.configure(HOLD_AT="hold")
    site.create(bad())
    assert site.is_live(site.newest())
    site.create(
        [*bad(), "Skip to content", "Leave a Reply", "Share this: Click to share on Facebook (Opens in new window)"],
        "Two",
    )
    assert site.verdict(site.newest()).action == "hold"
    assert not site.is_live(site.newest())


def test_over_http_with_signatures(site, tmp_path):
    """A real service with a secret: the same verdicts, cleaning and feedback, signed both ways."""
    with service(tmp_path) as scorer:
        site.configure(BACKEND="http", URL=scorer.url, SECRET=SECRET, TIMEOUT=20)
        pages = _every_way(site, site.client())
        assert [page.live for page in pages] == [False] * 3 + [True] * 3
        verdict = site.verdict(pages[0])
        assert verdict.summary == "2 injected lines"
        site.client().post(f"/admin/copydesk/{verdict.pk}/feedback/", {"judgement": "wrong"})
        site.client().post(f"/admin/copydesk/{verdict.pk}/clean/")
        cleaned = site.news.ArticlePage.objects.get(pk=pages[0].pk)
        assert (cleaned.live, [promo in cleaned.body for promo in PROMOS]) == (True, [False, False])
        assert (tmp_path / "state" / "feedback.sqlite3").exists()
        site.configure(BACKEND="http", URL=scorer.url, SECRET="whsec_" + "A" * 32)
        site.create(good(), "With another secret")
        assert site.verdict(site.newest()).error == "the scorer answered HTTP 401"


def test_nothing_but_the_article_is_sent(site):
    """The request has the text, the headline, the address and an id: no user, no cookie."""
    report = {"action": "publish", "score": 0.1, "signals": {}, "evidence": [], "notes": [], "text": ""}
    with _answering(200, json.dumps(report).encode()) as (url, seen):
        site.configure(BACKEND="http", URL=url, TOKEN="abc")
        site.create(good())
    ((path, headers, body),) = seen
    assert path == "/score?with_text=1"
    assert headers["Authorization"] == "Bearer abc"
    assert set(json.loads(body)) <= {"id", "title", "html", "url"}
    assert "Cookie" not in headers


def test_a_huge_report_is_cut(site):
    """A scorer that answers with thousands of long quotes fills neither the database nor the page."""
    quote = {
        "signal": "feed_debris",
        "reason": "x",
        "message": "m" * 9999,
        "quote": "q" * 9999,
        "start": 0,
        "end": 9,
        "score": 1,
    }
    signals = {"feed_debris": {"score": 1.0, "flagged": True, "threshold": 0.5}}
    report = {
        "action": "review",
        "score": 1,
        "signals": signals,
        "evidence": [quote] * 300,
        "notes": ["n" * 9999],
        "text": "",
    }
    with _answering(200, json.dumps(report).encode()) as (url, _):
        site.configure(BACKEND="http", URL=url)
        site.create(good())
    stored = site.verdict(site.newest()).report
    assert (len(stored["evidence"]), len(stored["evidence"][0]["quote"]), len(stored["notes"][0])) == (200, 2000, 300)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"BACKEND": "magic"}, "COPYDESK['BACKEND']: is 'magic', expected 'in-process' or 'http'"),
        ({"URL": "ftp://x"}, "COPYDESK['URL']: is 'ftp://x', expected the address"),
        ({"URL": "http://u:p@h"}, "COPYDESK['URL']: has a user"),
        ({"SECRET": "whsec_short"}, "COPYDESK['SECRET']: it is not a signing secret"),
        ({"TIMEOUT": 0}, "COPYDESK['TIMEOUT']: is 0, expected seconds"),
        ({"HOLD_AT": "never"}, "COPYDESK['HOLD_AT']: is 'never'"),
        ({"SCORER_DOWN": 1}, "COPYDESK['SCORER_DOWN']: is 1"),
        ({"LIVE_PAGES": ""}, "COPYDESK['LIVE_PAGES']: is ''"),
        ({"OBSERVE_ONLY": "yes"}, "COPYDESK['OBSERVE_ONLY']: is 'yes'"),
        ({"MODEL": "/nowhere"}, "COPYDESK['MODEL']: is '/nowhere'"),
        ({"ARCHIVE": "/nowhere.db"}, "COPYDESK['ARCHIVE']: is '/nowhere.db'"),
        ({"PAGE_TYPES": ["news.Nothing"]}, "COPYDESK['PAGE_TYPES']: there is no model 'news.Nothing'"),
        ({"PAGE_TYPES": ["news.Notice"]}, "COPYDESK['PAGE_TYPES']: news.Notice is not a type of page"),
        ({"SNIPPET_TYPES": ["news.Item"]}, "COPYDESK['SNIPPET_TYPES']: news.Item is not a snippet"),
        (
            {"FIELDS": {"news.ArticlePage": ["title", "text"]}},
            "COPYDESK['FIELDS']: news.ArticlePage has no field 'text'",
        ),
        ({"HOLDAT": "hold"}, "COPYDESK['HOLDAT']: unknown key"),
        ({"BACKEND": "http", "URL": "https://score.example"}, "COPYDESK['SECRET']: score.example is another machine"),
    ],
)
def test_a_wrong_setting_is_named_by_the_checks(site, settings, message):
    """`manage.py check` names the key, and what was expected."""
    from django.core.checks import run_checks

    site.configure(**settings)
    found = [each.msg for each in run_checks() if each.id.startswith("copydesk")]
    assert [text for text in found if text.startswith(message)], found


def test_a_wrong_setting_is_no_error_for_an_editor(site):
    """Until it is put right, its default counts."""
    site.configure(HOLD_AT="never", FIELDS=3)
    site.create(bad())
    assert site.verdict(site.newest()).state == "held"


def test_a_missing_middleware_is_named(site):
    """Without it nobody would be told."""
    from django.core.checks import run_checks
    from django.test import override_settings

    with override_settings(MIDDLEWARE=[]):
        assert "copydesk.E015" in [each.id for each in run_checks()]


@pytest.fixture
def archive(site, tmp_path):
    """An archive in which a wire service has the text of a page, and a policy that allows to print what it sends."""
    from copydesk import Matcher, Scorer, read
    from copydesk.plugin.archive import Archive, entry_of

    path, matcher = tmp_path / "archive.db", Matcher(Scorer.load().model)
    policy = tmp_path / "policy.json"
    policy.write_text('{"allow": ["wire:", "news.articlepage:"]}')

    def add(id, paragraphs):
        text = read("\n\n".join(paragraphs), kind="text", id=id)
        with Archive(path, matcher, write=True) as opened:
            opened.add([entry_of(matcher, text, keep_text=True)])

    add("wire:1", good())
    site.configure(BACKEND="in-process", ARCHIVE=str(path), POLICY=str(policy))
    return SimpleNamespace(path=path, add=add)


def _source_notes(site, page):
    return [note for note in site.verdict(page).report["notes"] if note.startswith("sources:")]


def test_sources_are_looked_up_in_process(site, archive):
    """With ARCHIVE, a page's text is looked up there."""
    site.create(good())
    (note,) = _source_notes(site, site.newest())
    assert note.endswith("of wire:1, which the policy allows")


def test_a_page_is_not_its_own_source_after_an_edit(site, archive):
    """A page that was archived under the id that it is scored with is not named when it is published with other words."""
    page = site.page(good(), "A page")
    archive.add(f"news.articlepage:{page.pk}", good())
    page.body = page.body.replace("</p>", " It rained.</p>", 1)
    page.save_revision().publish()
    assert [note.split(" of ")[1] for note in _source_notes(site, page)] == ["wire:1, which the policy allows"]


def test_a_lost_archive_stops_no_editor(site, archive):
    """With a damaged file the page is judged as without an archive, with a note."""
    archive.path.write_bytes(b"no archive" * 1000)
    site.create(good())
    page = site.newest()
    assert (site.is_live(page), site.verdict(page).state) == (True, "passed")
    assert _source_notes(site, page) == ["sources: not looked up, the archive cannot be read"]
