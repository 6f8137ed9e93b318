"""What the desk does about jobs, seen by a stub of Ghost, and by a receiver of reports: holds, releases, failures, and no loop."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
import stub_ghost

from copydesk import Scorer
from copydesk.plugin import signing
from copydesk.plugin.addresses import check_address
from copydesk.plugin.fetch import FetchError, Remote
from copydesk.plugin.hooks.blocks import to_html
from copydesk.plugin.hooks.cms import content_hash
from copydesk.plugin.hooks.desk import Desk
from copydesk.plugin.hooks.generic import Generic
from copydesk.plugin.hooks.ghost import Ghost
from copydesk.plugin.hooks.settings import Api, Callback, HookSettings
from copydesk.plugin.jobs import Job, Limits
from copydesk.plugin.ledger import Ledger
from copydesk.plugin.queue import Queue
from copydesk.plugin.state import StateError

WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EXAMPLE = Path(__file__).parent.parent / "examples" / "12-non-native-writer.txt"
CLEAN = "".join(f"<p>{' '.join(each.split())}</p>" for each in EXAMPLE.read_text().split("\n\n")[1:] if each.strip())
PROMO = "<p>Also Read | Film star Dela Marsh spotted on yacht with mystery singer</p>"
BAD = CLEAN.replace("</p>", "</p>" + PROMO, 1)


class Bench:
    """A desk with its queue, a stub of Ghost, and what editors and Ghost do."""

    def __init__(
        self, stub: stub_ghost.Stub, scorer: Scorer, folder: Path, timeout: float = 2.0, **changes: Any
    ) -> None:
        api = Api(
            stub.url, f"{stub_ghost.KEY_ID}:{stub_ghost.KEY}", secret=stub_ghost.SECRET, timeout=timeout, **changes
        )
        self.stub = stub
        self.queue = Queue(folder, Limits(attempts=2, first_wait=0.01, longest_wait=0.02, lease=60))
        self.desk = Desk(scorer, self.queue, HookSettings(ghost=api))
        self.ghost = Ghost(api)

    def deliver(self, post: dict[str, Any]) -> None:
        """Ghost's webhook about a post as it is now."""
        self.queue.put(self.ghost.entries(self.stub.webhook(post)[0]), time.time())

    def work(self) -> list[str]:
        """Do everything that is due; what all ended jobs say."""
        end = time.monotonic() + 20
        while self.queue.jobs(("waiting",)) and time.monotonic() < end:
            if not self.desk.step():
                time.sleep(0.02)
        return [f"{job.state} {job.reason}" for job in self.queue.jobs(("done", "dropped", "dead"))]


@pytest.fixture
def stub() -> Iterator[stub_ghost.Stub]:
    """A Ghost that listens."""
    with stub_ghost.running() as found:
        yield found


@pytest.fixture
def bench(stub: stub_ghost.Stub, scorer: Scorer, tmp_path: Path) -> Bench:
    """A desk that gives a job up after two tries."""
    return Bench(stub, scorer, tmp_path)


def slugs(post: dict[str, Any]) -> list[str]:
    """The slugs of a post's tags."""
    return [tag["slug"] for tag in post["tags"]]


def test_a_clean_post_costs_the_cms_no_request(bench: Bench) -> None:
    """A webhook has the whole text: what passes is never asked about."""
    bench.deliver(bench.stub.add(1, "A school", CLEAN))
    assert bench.work() == ["done passed: publish"]
    assert bench.stub.requests == []


def test_a_bad_post_is_held_once_and_its_echo_changes_nothing(bench: Bench) -> None:
    """The hold is one change of the status; the webhook that it causes, and a late second one, make no other."""
    post = bench.stub.add(1, "A school", BAD, tags=[{"id": "9" * 24, "slug": "hills", "name": "Hills"}])
    bench.stub.tags["9" * 24] = post["tags"][0]
    bench.deliver(post)
    late = bench.stub.webhook(post)[0]
    assert bench.work() == ["done held: injected links, 1 line"]
    assert post["status"] == "draft"
    assert slugs(post) == ["hills", "hash-quality-hold", f"hash-quality-why-{post['id']}"]
    bench.queue.put(bench.ghost.entries(late), time.time())
    assert bench.work()[1:] == ["done held already"]
    assert bench.stub.held == {post["id"]: 1}


def test_publishing_again_releases_the_text_for_good_and_an_edit_is_new(bench: Bench) -> None:
    """The same text published again stays and loses its marks; the next webhook asks nothing; another text is held again."""
    post = bench.stub.add(1, "A school", BAD)
    bench.deliver(post)
    bench.work()
    bench.stub.publish(post)
    bench.deliver(post)
    assert bench.work()[-1] == "done released: the held text was published again"
    assert (post["status"], slugs(post)) == ("published", [])
    bench.deliver(post)
    assert bench.work()[-1] == "done this text was released before"
    bench.stub.publish(post, html=BAD + PROMO)
    bench.deliver(post)
    assert bench.work()[-1].startswith("done held")
    assert bench.stub.held[post["id"]] == 2


def test_a_text_that_changed_while_it_waited_is_judged_as_it_is_now(bench: Bench) -> None:
    """The webhook had a bad text, the post has a clean one by now: it stays."""
    post = bench.stub.add(1, "A school", BAD)
    bench.deliver(post)
    bench.stub.publish(post, html=CLEAN)
    assert bench.work() == ["done passed: publish"]
    assert post["status"] == "published"


def test_a_collision_is_looked_at_again(bench: Bench) -> None:
    """A post that somebody saves between our look and our change is looked at and held at once, without waiting for a later try."""
    post = bench.stub.add(1, "A school", BAD)
    bench.deliver(post)
    answer, number = bench.stub.answer, iter(range(9))

    def collide(method: str, path: str, send: Any, page: int = 1) -> tuple[int, Any]:
        if method == "PUT" and "/posts/" in path and next(number) == 0:
            return 422, {"errors": [{"code": "UPDATE_COLLISION"}]}
        return answer(method, path, send)

    bench.stub.answer = collide  # type: ignore[method-assign]
    assert bench.work() == ["done held: injected links, 1 line"]
    assert bench.stub.held == {post["id"]: 1}


@pytest.mark.parametrize("failure", [401, 403, 404, 409, 429, 500, 503, 301, "hang"])
def test_an_api_that_refuses_is_tried_again_and_then_given_up(
    stub: stub_ghost.Stub, scorer: Scorer, tmp_path: Path, failure: int | str
) -> None:
    """Two tries in vain are a dead letter that says why; a 404 is a deleted post, dropped with a note. Redirects are not followed."""
    bench = Bench(stub, scorer, tmp_path, timeout=0.3)
    stub.hang = 1.0
    post = stub.add(1, "A school", BAD)
    bench.deliver(post)
    stub.fail = [failure] * 20
    (done,) = bench.work()
    if failure == 404:
        assert done == "dropped the article was deleted"
    elif failure == "hang":
        assert done.startswith("dead 127.0.0.1:")
        assert done.endswith("did not answer within 0.3 seconds")
    else:
        assert done == f"dead GET /posts/{post['id']}/ was answered with {failure}"
    assert not any("elsewhere" in each for each in stub.requests)
    assert stub.held == {}


def test_an_api_that_comes_back_is_told(bench: Bench) -> None:
    """One failure is not the end: the second try holds the post."""
    post = bench.stub.add(1, "A school", BAD)
    bench.deliver(post)
    bench.stub.fail = [500]
    assert bench.work() == ["done held: injected links, 1 line"]


def test_nobody_listening_is_a_failure_like_another(scorer: Scorer, tmp_path: Path) -> None:
    """A CMS that is down is tried again, and then given up."""
    with stub_ghost.running() as stub:
        bench = Bench(stub, scorer, tmp_path)
        bench.deliver(stub.add(1, "A school", BAD))
    (done,) = bench.work()
    assert "cannot be reached (NewConnectionError)" in done


def test_a_kill_between_the_hold_and_its_note_holds_once(bench: Bench) -> None:
    """The verdict says `holding`, the post carries our mark: it was held, and is not held again."""
    post = bench.stub.add(1, "A school", BAD)
    bench.deliver(post)
    bench.work()
    ledger = Ledger(bench.queue)
    ledger.decide("ghost", f"posts/{post['id']}", content_hash(post["title"], post["html"]), "holding", time.time())
    bench.queue.put(bench.ghost.entries(bench.stub.webhook({**post, "status": "published"})[0]), time.time())
    assert bench.work()[-1] == "done held already"
    assert bench.stub.held == {post["id"]: 1}


def test_a_kill_before_the_hold_holds_after_all(bench: Bench) -> None:
    """The verdict says `holding`, the post is public without our mark: the change was never made."""
    post = bench.stub.add(1, "A school", BAD)
    Ledger(bench.queue).decide("ghost", f"posts/{post['id']}", content_hash("A school", BAD), "holding", time.time())
    bench.deliver(post)
    assert bench.work() == ["done held: injected links, 1 line"]


def test_a_post_taken_back_by_its_author_is_left_alone(bench: Bench) -> None:
    """A bad post that is a draft by now is not touched; published later, it is judged."""
    post = bench.stub.add(1, "A school", BAD)
    bench.deliver(post)
    post["status"] = "draft"
    assert bench.work() == ["done taken back by somebody else meanwhile"]
    bench.stub.publish(post)
    bench.deliver(post)
    assert bench.work()[-1].startswith("done held")


def test_only_what_is_to_be_held_is_held(stub: stub_ghost.Stub, scorer: Scorer, tmp_path: Path) -> None:
    """With `hold_at: hold`, an article that is to be reviewed stays."""
    bench = Bench(stub, scorer, tmp_path, hold_at="hold")
    post = stub.add(1, "A school", BAD)
    bench.deliver(post)
    assert bench.work() == ["done passed: review"]
    assert post["status"] == "published"


def test_hostile_quotes_are_plain_text_of_a_bounded_length(bench: Bench) -> None:
    """What our tags say is on one line, without controls, and within what Ghost takes."""
    line = (
        "<p>Also Read | \u202e&lt;script&gt;alert(1)&lt;/script&gt; Film star Dela Marsh spotted "
        + "on yacht " * 60
        + "</p>"
    )
    post = bench.stub.add(1, "A\u0000 school", CLEAN + PROMO + line)
    bench.deliver(post)
    assert bench.work()[0].startswith("done held")
    why = post["tags"][-1]
    assert len(why["name"]) <= 191
    assert len(why["description"]) <= 500
    assert why["name"].startswith("#“")
    assert (why["name"] + why["description"]).isprintable()


def test_what_was_missed_is_looked_up(bench: Bench) -> None:
    """Posts that no webhook came about are queued by the look-up; what was judged before is not."""
    bench.desk.look_up()
    assert bench.queue.jobs(("waiting",)) == []
    post = bench.stub.add(1, "A school", BAD)
    bench.desk.look_up()
    assert bench.work() == ["done held: injected links, 1 line"]
    bench.stub.publish(post, html=CLEAN)
    bench.deliver(post)
    bench.work()
    bench.desk.look_up()
    assert bench.queue.jobs(("waiting",)) == []


def test_much_that_was_missed_is_paged_through(bench: Bench) -> None:
    """More than one answer of Ghost's holds is queued whole, each article once."""
    bench.desk.look_up()
    for number in range(120):
        bench.stub.add(number, f"Number {number}", CLEAN)
    bench.desk.look_up()
    assert len({job.article for job in bench.queue.jobs(("waiting",))}) == len(bench.queue.jobs(("waiting",))) == 120


def test_a_stopped_desk_ends_and_gives_back(bench: Bench) -> None:
    """`stop` ends `run` within a moment, with nothing left half done."""
    bench.deliver(bench.stub.add(1, "A school", BAD))
    thread = threading.Thread(target=bench.desk.run)
    thread.start()
    end = time.monotonic() + 20
    while not bench.queue.jobs(("done",)) and time.monotonic() < end:
        time.sleep(0.05)
    bench.desk.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert bench.queue.jobs(("running",)) == []


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent; answers with what `codes` holds, then with 204."""

    got: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    codes: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.codes.pop(0) if self.codes else 204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def callback() -> Iterator[str]:
    """The address of a receiver of reports."""
    Receiver.got, Receiver.codes = [], []
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/verdicts"
    server.shutdown()
    server.server_close()


def _generic_job(queue: Queue, hook: Generic, **article: str) -> Job:
    message = {"type": "article.published", "data": {"id": "7", "title": "A school", **article}}
    queue.put(hook.entries(json.dumps(message).encode()), time.time())
    return queue.jobs(("waiting",))[-1]


def test_a_report_is_sent_signed_and_under_the_same_id_again(callback: str, scorer: Scorer, tmp_path: Path) -> None:
    """The receiver gets the report with a signature that it can verify; a second try has the first one's id."""
    queue, settings = Queue(tmp_path, Limits(first_wait=0.01)), Callback(WHSEC, callback, WHSEC)
    desk = Desk(scorer, queue, HookSettings(generic=settings))
    _generic_job(queue, Generic(settings), html=BAD)
    Receiver.codes = [500]
    end = time.monotonic() + 20
    while queue.jobs(("waiting", "running")) and time.monotonic() < end:
        desk.step()
    assert [job.reason for job in queue.jobs(("done",))] == ["sent: review"]
    (first, body), (second, again) = Receiver.got
    assert signing.verify(WHSEC, first, body, now=time.time()) == signing.verify(WHSEC, second, again, now=time.time())
    message = json.loads(again)
    assert (message["type"], message["data"]["id"], message["data"]["action"]) == ("article.scored", "7", "review")


def test_a_receiver_that_is_gone_gets_no_second_try(callback: str, scorer: Scorer, tmp_path: Path) -> None:
    """410 means that the report is wanted no more."""
    queue, settings = Queue(tmp_path), Callback(WHSEC, callback, WHSEC)
    _generic_job(queue, Generic(settings), text="A text.")
    Receiver.codes = [410]
    Desk(scorer, queue, HookSettings(generic=settings)).step()
    assert [job.reason for job in queue.jobs(("dropped",))] == ["the callback was answered with 410"]


def test_a_server_that_drips_is_cut_off() -> None:
    """A byte before every read timeout, for ever, does not hold a request beyond its time, in the header as in the body."""
    for head in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"):
        listener = socket.create_server(("127.0.0.1", 0))
        stop = threading.Event()

        def drip(listener: socket.socket = listener, stop: threading.Event = stop, head: bytes = head) -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(head)
                while not stop.wait(0.05):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        threading.Thread(target=drip, daemon=True).start()
        remote = Remote(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=0.5)
        with pytest.raises(FetchError, match=r"did not answer within 0\.5 seconds"):
            remote.request("GET", "/")
        stop.set()
        listener.close()


def test_an_answer_without_end_is_cut_off(stub: stub_ghost.Stub) -> None:
    """More bytes than are taken is an error, not memory."""
    stub.add(1, "A", "x" * 5000)
    remote = Remote(stub.url, max_answer=1000)
    with pytest.raises(FetchError, match="more than 1000 bytes"):
        remote.request("GET", f"/ghost/api/admin/posts/{1:024x}/", headers={"Authorization": "Ghost x"})


@pytest.mark.parametrize(
    "url",
    [
        "http://blog.example",
        "ftp://blog.example",
        "https://a:b@blog.example",
        "https://blog.example/?x=1",
        "blog.example",
        "",
        None,
        7,
    ],
)
def test_an_address_that_is_none_or_unsafe_is_refused(url: object) -> None:
    """Only https, and http to this machine, without a password, a query or a fragment."""
    from copydesk import ConfigError

    with pytest.raises(ConfigError, match=r"^ghost\.api"):
        check_address(url, "ghost.api")


def test_blocks_become_html() -> None:
    """Strapi's blocks keep their structure, their text is escaped, and depth is bounded."""
    blocks = [
        {"type": "heading", "level": 3, "children": [{"type": "text", "text": "A & B"}]},
        {
            "type": "paragraph",
            "children": [{"type": "link", "url": 'x"y', "children": [{"type": "text", "text": "<script>"}]}],
        },
        {
            "type": "list",
            "format": "ordered",
            "children": [{"type": "list-item", "children": [{"type": "text", "text": "one"}]}],
        },
        {"type": "unheard-of", "children": [{"type": "text", "text": "kept"}]},
        "nonsense",
    ]
    html = '<h3>A &amp; B</h3><p><a href="x&quot;y">&lt;script&gt;</a></p><ol><li>one</li></ol>kept'
    assert to_html(blocks) == html
    deep: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(500):
        deep = {"type": "paragraph", "children": [deep]}
    assert "deep" not in to_html([deep])


def test_a_queue_that_cannot_be_used_does_not_fill_the_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A full disk or a damaged file is named once by all threads together, and left alone for some seconds."""
    tries: list[float] = []

    def fails(*_: object, **__: object) -> None:
        tries.append(time.monotonic())
        raise StateError("the disk is full")

    bench.queue.claim = fails  # type: ignore[method-assign]
    thread = threading.Thread(target=bench.desk.run)
    thread.start()
    time.sleep(1.5)
    bench.desk.stop()
    thread.join(20)
    assert len(tries) == 4, "once by each thread"
    assert [record.message for record in caplog.records] == ["the disk is full"]


def test_a_job_whose_end_could_not_be_noted_is_done_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk that was full for a moment nothing is stuck: the lease of such a job is not renewed by the desk that goes on."""
    post = bench.stub.add(1, "A school", CLEAN)
    bench.deliver(post)

    def fails(*_: object, **__: object) -> None:
        raise StateError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(bench.queue, "finish", fails)
        with pytest.raises(StateError):
            bench.desk.step()
    later = time.time() + 50
    bench.desk.renew(later)
    assert bench.queue.claim("another", later + 20) is not None
