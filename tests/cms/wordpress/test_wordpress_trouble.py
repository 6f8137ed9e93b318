"""A scorer that hangs, lies or is gone, and what happens when it is back."""

import time

import pytest
from wordpress_articles import BAD, GOOD, title
from wordpress_front import SECRET, TOKEN
from wordpress_paths import PATHS, draft

pytestmark = pytest.mark.cms("wordpress")


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("hang", "timeout"),
        ("drip", "timeout"),
        ("garbage", "unsigned"),
        ("error", "status"),
        ("unsigned", "unsigned"),
        ("redirect", "status"),
        ("replay", "unsigned"),
        ("tamper", "unsigned"),
    ],
)
def test_an_answer_that_cannot_be_trusted_is_no_answer(wp, scorer, mode, reason):
    """Silence, garbage, errors, redirects, and reports that were not signed for this request: held and not scored."""
    wp.configure(url=scorer.url, credential=SECRET, timeout=1)
    if mode == "replay":
        PATHS["wp_insert_post"](wp, title(), GOOD)
    scorer.mode = mode
    post = wp.post(PATHS["wp_insert_post"](wp, title(), BAD))
    assert (post["post_status"], post["state"]) == ("pending", "unscored_held")
    assert post["record"]["error"] == reason
    assert scorer.redirected == 0


@pytest.mark.parametrize("mode", ["garbage", "forge"])
def test_garbage_is_no_report_with_a_token_either(wp, scorer, mode):
    """What is not a report of the contract is not believed."""
    wp.configure(url=scorer.url, credential=TOKEN)
    scorer.mode, scorer.forged = mode, {"schema": 2, "action": "publish", "signals": {}, "evidence": []}
    post = wp.post(PATHS["wp_insert_post"](wp, title(), BAD))
    assert (post["state"], post["record"]["error"]) == ("unscored_held", "garbage")


def test_nobody_at_the_address(wp):
    """A service that was stopped."""
    wp.configure(url="http://127.0.0.1:9", timeout=1)
    post = wp.post(PATHS["wp_insert_post"](wp, title(), GOOD))
    assert (post["state"], post["record"]["error"]) == ("unscored_held", "unreachable")


def test_a_wrong_secret(wp, scorer):
    """The service refuses, and the article is held, not scored."""
    wp.configure(url=scorer.url, credential="whsec_" + "A" * 44)
    post = wp.post(PATHS["wp_insert_post"](wp, title(), GOOD))
    assert (post["state"], post["record"]["error"]) == ("unscored_held", "unauthorised")


def test_after_a_failure_nobody_waits_again_for_a_while(wp, scorer):
    """Ten articles of a bulk edit wait once, not ten times: the service is not even asked."""
    scorer.mode = "error"
    for _ in range(5):
        PATHS["wp_insert_post"](wp, title(), GOOD)
    assert len(scorer.calls()) == 1
    post = wp.post(PATHS["wp_insert_post"](wp, title(), GOOD))
    assert post["record"]["error"] == "waiting"


def test_an_article_that_is_too_large_is_held_and_not_asked_again(wp, scorer):
    """More than the service takes is not an outage: a person has to look, or release it."""
    post = wp.post(PATHS["wp_insert_post"](wp, title(), GOOD + "<p>" + "word " * 450_000 + "</p>"))
    assert (post["state"], post["record"]["error"], post["retry"]) == ("unscored_held", "too-large", "")
    assert not wp.run("return (bool) get_transient('copydesk_down');")


def back(wp, scorer):
    """The service is well again, and wp-cron comes by."""
    scorer.mode = "ok"
    wp.run(
        "delete_transient('copydesk_down'); wp_clear_scheduled_hook('copydesk_rescore');"
        "wp_schedule_single_event(time() - 1, 'copydesk_rescore');"
    )
    wp.cron()


def test_a_good_article_goes_out_when_the_scorer_is_back(wp, scorer):
    """With its author, its iframe and the date of now, though wp-cron has nobody logged in."""
    scorer.mode = "error"
    frame = '<!-- wp:html -->\n<iframe src="https://maps.example/1"></iframe>\n<!-- /wp:html -->'
    post_id = PATHS["block_editor"](wp, title(), GOOD + "\n\n" + frame)
    back(wp, scorer)
    post = wp.post(post_id)
    assert (post["post_status"], post["state"], post["post_author"], post["retry"]) == ("publish", "passed", "1", "")
    assert post["post_content"].endswith(frame)
    assert post["post_name"]
    assert wp.is_public(post_id)


def test_a_bad_article_stays_held_when_the_scorer_is_back(wp, scorer):
    """It is held with reasons now."""
    scorer.mode = "error"
    post_id = PATHS["wp_cron"](wp, title(), BAD)
    back(wp, scorer)
    post = wp.post(post_id)
    assert (post["post_status"], post["state"], post["retry"]) == ("pending", "held", "")
    assert post["record"]["report"]["evidence"]


def test_a_scheduled_article_is_scheduled_when_the_scorer_is_back(wp, scorer):
    """Its date lies ahead: it waits for it."""
    scorer.mode = "error"
    post_id = PATHS["scheduled"](wp, title(), GOOD)
    date = wp.post(post_id)["intent"]["date_gmt"]
    back(wp, scorer)
    post = wp.post(post_id)
    assert (post["post_status"], post["post_date_gmt"], post["state"]) == ("future", date, "passed")


def test_a_text_that_was_edited_meanwhile_is_scored_and_stays(wp, scorer):
    """Its author saved it as pending, so it is not published behind the author's back."""
    scorer.mode = "error"
    post_id = PATHS["block_editor"](wp, title(), BAD)
    wp.person("admin").rest("POST", f"/wp/v2/posts/{post_id}", {"content": GOOD})
    back(wp, scorer)
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["state"]) == ("pending", "passed")


def test_an_article_in_the_trash_is_left_there(wp, scorer):
    """What somebody threw away meanwhile is neither scored nor published."""
    scorer.mode = "error"
    post_id = PATHS["block_editor"](wp, title(), GOOD)
    wp.person("admin").rest("DELETE", f"/wp/v2/posts/{post_id}")
    back(wp, scorer)
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["retry"]) == ("trash", "")


@pytest.mark.parametrize(
    ("live", "who", "status", "state"),
    [
        ("authors", "author", "pending", "held"),
        ("authors", "editor", "publish", "flagged"),
        ("keep", "author", "publish", "flagged"),
        ("unpublish", "editor", "pending", "held"),
    ],
)
def test_a_bad_article_that_went_out_unscored(wp, scorer, live, who, status, state):
    """Once it is scored, the setting for published articles decides, by who had saved it."""
    wp.configure(url=scorer.url, credential=SECRET, down="publish", live=live)
    scorer.mode = "error"
    data = {"title": title(), "content": BAD, "status": "publish"}
    post_id = wp.person(who).rest("POST", "/wp/v2/posts", data).json["id"]
    assert wp.post(post_id)["post_status"] == "publish"
    back(wp, scorer)
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["state"]) == (status, state)


def test_an_outage_takes_no_published_article_away(wp, scorer):
    """A mended typo in a live article stays live while the scorer is down, and is scored afterwards."""
    post_id = PATHS["block_editor"](wp, title(), GOOD)
    scorer.mode = "error"
    wp.run(
        "wp_update_post(wp_slash(['ID' => $id, 'post_content' => $c]));", id=post_id, c=GOOD + "\n<p>One typo less.</p>"
    )
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["state"]) == ("publish", "unscored_live")
    back(wp, scorer)
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["state"]) == ("publish", "passed")


def test_the_pause_grows_while_the_scorer_stays_down(wp, scorer):
    """Each failure doubles it, and one failure ends the batch; an answer to anybody ends the waiting."""
    scorer.mode = "error"
    for _ in range(3):
        PATHS["wp_insert_post"](wp, title(), GOOD)
    pauses = []
    for _ in range(3):
        scorer.seen.clear()
        scorer.mode = "error"
        wp.run("wp_clear_scheduled_hook('copydesk_rescore'); delete_transient('copydesk_down');")
        wp.run("wp_schedule_single_event(time() - 1, 'copydesk_rescore');")
        wp.cron()
        assert len(scorer.calls()) == 1
        pauses.append(wp.run("return wp_next_scheduled('copydesk_rescore');") - time.time())
    assert [round(pause / 60) for pause in pauses] == [2, 4, 8]
    scorer.mode = "ok"
    wp.run("delete_transient('copydesk_down');")
    PATHS["wp_insert_post"](wp, title(), GOOD)
    assert wp.run("return wp_next_scheduled('copydesk_rescore');") - time.time() < 61


def test_a_batch_is_bounded_and_goes_on(wp, scorer):
    """Ten at a time; the others have their turn a minute later."""
    scorer.mode = "error"
    posts = [PATHS["wp_insert_post"](wp, title(), GOOD) for _ in range(12)]
    scorer.seen.clear()
    back(wp, scorer)
    states = [wp.post(post_id)["state"] for post_id in posts]
    assert states == ["passed"] * 10 + ["unscored_held"] * 2
    back(wp, scorer)
    assert {wp.post(post_id)["state"] for post_id in posts} == {"passed"}


def test_a_request_is_signed_and_says_nothing_of_the_site(wp, scorer):
    """Standard Webhooks headers, each id once; no cookie, no user agent with the site's address, no bearer token."""
    from copydesk.plugin import signing

    for _ in range(2):
        PATHS["wp_insert_post"](wp, title(), GOOD)
    ids = []
    for path, headers, body in scorer.seen:
        ids.append(signing.verify(SECRET, {k.lower(): v for k, v in headers.items()}, body, now=time.time()))
        assert path == "/score"
        assert "Authorization" not in headers
        assert "Cookie" not in headers
        assert headers["User-Agent"].startswith("Copydesk-WordPress/")
    assert len(set(ids)) == 2


def test_rescore_by_hand_does_not_wait_for_the_breaker(wp, scorer):
    """A moderator who presses *Score now* is told what the service says now."""
    scorer.mode = "error"
    post_id = draft(wp, title(), GOOD)
    PATHS["wp_insert_post"](wp, title(), GOOD)
    scorer.mode = "ok"
    answer = wp.person("editor").rest("POST", f"/copydesk/v1/posts/{post_id}/rescore", {})
    assert answer.json["result"] == "passed"
