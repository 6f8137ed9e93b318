"""What moderators do with held articles: release, clean, rescore, report; and who may not."""

import time

import pytest
from wordpress_articles import BAD, BAD_PARAGRAPHS, DEBRIS, GOOD, PROMO, WORST, blocks, classic, title
from wordpress_front import TOKEN
from wordpress_paths import PATHS, draft

pytestmark = pytest.mark.cms("wordpress")


def held(wp, content=BAD, name="block_editor"):
    """The id of an article that is held."""
    post_id = PATHS[name](wp, title(), content)
    assert wp.post(post_id)["state"] == "held"
    return post_id


def act(wp, post_id, action, who="editor", **data):
    """A moderator's REST request."""
    return wp.person(who).rest("POST", f"/copydesk/v1/posts/{post_id}/{action}", data)


def test_release_publishes_exactly_this_text(wp, scorer):
    """A released article goes out as it is, with the date of now, and nobody asks the scorer again."""
    post_id = held(wp)
    answer = act(wp, post_id, "release")
    assert (answer.json["result"], answer.json["post_status"]) == ("released", "publish")
    post = wp.post(post_id)
    assert (post["post_content"], post["state"], len(scorer.calls())) == (BAD, "released", 1)
    assert post["release"]["hash"] == post["record"]["hash"]
    assert abs(time.time() - _utc(post["post_date_gmt"])) < 60
    assert wp.is_public(post_id)


def test_an_edited_text_is_judged_anew_after_a_release(wp, scorer):
    """The release of one text does not cover another."""
    post_id = held(wp)
    act(wp, post_id, "release")
    more = BAD + blocks(["Must Read: Ten diets that the stars swear by this winter"])
    answer = wp.person("author").rest("POST", f"/wp/v2/posts/{post_id}", {"content": more})
    assert answer.status == 403  # not the author's own
    wp.run("wp_update_post(wp_slash(['ID' => $id, 'post_content' => $c]));", id=post_id, c=more)
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["state"]) == ("pending", "held")


def test_a_release_survives_unpublishing_and_publishing_again(wp, scorer):
    """Exactly the released text may go out again."""
    post_id = held(wp)
    act(wp, post_id, "release")
    for status in ("draft", "publish"):
        wp.person("editor").rest("POST", f"/wp/v2/posts/{post_id}", {"status": status})
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["state"]) == ("publish", "released")
    assert len(scorer.calls()) == 1


def test_a_text_that_changed_meanwhile_is_not_released(wp):
    """A moderator releases what was looked at, not what somebody has made of it since."""
    post_id = held(wp)
    answer = act(wp, post_id, "release", hash="0" * 64)
    assert (answer.status, answer.json["code"]) == (409, "copydesk_changed")
    assert wp.post(post_id)["post_status"] == "pending"


@pytest.mark.parametrize(("content", "left"), [(BAD, GOOD), (classic(BAD_PARAGRAPHS), None)], ids=["blocks", "classic"])
def test_clean_and_release_takes_the_lines_out_and_keeps_a_revision(wp, content, left):
    """The injected lines go with their blocks, every other byte stays, the old text is the revision before."""
    post_id = held(wp, content, "wp_insert_post")
    answer = act(wp, post_id, "clean")
    assert (answer.status, answer.json["post_status"]) == (200, "publish"), answer.text
    post = wp.post(post_id)
    assert PROMO not in post["post_content"]
    assert "Also Read | Onion Growers" in post["post_content"]  # on the topic: it stays
    assert post["post_content"].count("<!-- wp:paragraph -->") == post["post_content"].count("<!-- /wp:paragraph -->")
    revisions = wp.run("return array_column(wp_get_post_revisions($id), 'post_content');", id=post_id)
    assert content in revisions
    assert post["state"] == "released"
    assert post["record"]["report"]["action"] == "publish"


def test_clean_leaves_what_an_editor_may_not_write(wp):
    """An iframe that an administrator put in survives an editor without that right, and so do shortcodes."""
    frame = '<!-- wp:html -->\n<iframe src="https://maps.example/1"></iframe>\n<!-- /wp:html -->\n\n[gallery ids="1,2"]'
    wp.run("get_role('editor')->remove_cap('unfiltered_html');")
    post_id = held(wp, BAD + "\n\n" + frame)
    assert act(wp, post_id, "clean").status == 200
    assert frame in wp.post(post_id)["post_content"]
    post_id = held(wp, BAD + "\n\n" + frame)
    assert act(wp, post_id, "release").status == 200
    assert wp.post(post_id)["post_content"].endswith(frame)


def test_clean_says_when_there_is_nothing_to_take_out(wp):
    """Then nothing is released either."""
    post_id = draft(wp, title(), GOOD)
    answer = act(wp, post_id, "clean")
    assert (answer.status, answer.json["code"]) == (422, "copydesk_nothing")


def test_clean_refuses_a_text_that_is_no_part_of_the_old_one(wp, scorer):
    """A service that lies cannot put a word into an article."""
    post_id = held(wp)
    scorer.forged = {"content": BAD.replace("onions", "onions<script>alert(1)</script>"), "removed": [{}]}
    scorer.mode = "forge"
    assert act(wp, post_id, "clean").status == 503
    assert (wp.post(post_id)["post_content"], wp.post(post_id)["post_status"]) == (BAD, "pending")


def test_clean_while_the_scorer_is_down_changes_nothing(wp, scorer):
    """The moderator is told, and the article stays as it is."""
    post_id = held(wp)
    scorer.mode = "error"
    assert act(wp, post_id, "clean").status == 503
    assert (wp.post(post_id)["post_content"], wp.post(post_id)["post_status"]) == (BAD, "pending")


def test_a_scheduled_article_keeps_its_date(wp):
    """Released before its hour it is scheduled again; released after, it goes out now."""
    post_id = held(wp, BAD, "scheduled")
    date = wp.post(post_id)["intent"]["date_gmt"]
    assert act(wp, post_id, "release").json["result"] == "scheduled"
    post = wp.post(post_id)
    assert (post["post_status"], post["post_date_gmt"]) == ("future", date)
    assert wp.run("return (bool) wp_next_scheduled('publish_future_post', [$id]);", id=post_id)
    late = held(wp, BAD, "wp_cron")
    assert act(wp, late, "release").json["post_status"] == "publish"
    assert abs(time.time() - _utc(wp.post(late)["post_date_gmt"])) < 60


def test_a_backdated_article_keeps_its_date(wp):
    """An article that its author gave a date in the past goes out with it."""
    data = {"title": title(), "content": BAD, "status": "publish", "date": "2020-02-03T04:05:06"}
    post_id = wp.person("admin").rest("POST", "/wp/v2/posts", data).json["id"]
    act(wp, post_id, "release")
    post = wp.post(post_id)
    assert (post["post_status"], post["post_date"]) == ("publish", "2020-02-03 04:05:06")


@pytest.mark.parametrize("action", ["release", "clean", "rescore", "feedback"])
@pytest.mark.parametrize("who", ["author", "contributor", ""])
def test_only_who_may_publish_the_work_of_others_may_decide(wp, who, action):
    """Authors, contributors and strangers get a refusal, and nothing changes."""
    data = {"title": title(), "content": BAD, "status": "publish"}
    post_id = wp.person("author").rest("POST", "/wp/v2/posts", data).json["id"]
    assert act(wp, post_id, action, who).status in (401, 403)
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["state"]) == ("pending", "held")


def test_a_cookie_without_a_nonce_decides_nothing(wp):
    """A page of another site cannot make a moderator's browser release something."""
    post_id = held(wp)
    answer = wp.person("editor").rest("POST", f"/copydesk/v1/posts/{post_id}/release", {}, headers={})
    assert answer.status == 401
    link = f"/wp-admin/admin-post.php?action=copydesk&do=release&post={post_id}"
    assert wp.person("editor").get(link).status == 403
    assert wp.person("editor").get(link + "&_wpnonce=0123456789").status == 403
    assert wp.post(post_id)["post_status"] == "pending"


def test_feedback_tells_the_service_without_the_text(wp, scorer):
    """The verdict's hash and the judgement go, nothing of the article; the log says who."""
    post_id = held(wp)
    answer = act(wp, post_id, "feedback", judgement="wrong", comment="Our own house style.")
    assert answer.json["result"] == "feedback"
    (sent,) = scorer.calls("/feedback")
    assert (sent["judgement"], sent["action"], sent["cms"]) == ("wrong", "review", "wordpress")
    assert sent["signals"] == ["injected_links"]
    assert sent["content_hash"].startswith("sha256:")
    assert "Sarpur" not in str(sent)
    assert wp.post(post_id)["log"][-1]["what"] == "feedback-wrong"
    assert wp.post(post_id)["log"][-1]["by"] == 2


def test_rescore_judges_a_draft_without_moving_it(wp):
    """A moderator may ask about any article; a draft stays a draft."""
    post_id = draft(wp, title(), BAD)
    assert act(wp, post_id, "rescore").json["result"] == "observed"
    assert wp.post(post_id)["post_status"] == "draft"


def test_every_decision_is_logged_and_the_log_is_bounded(wp):
    """Time, hash, action, scores and person of each; of more than fifty the oldest go."""
    post_id = held(wp)
    act(wp, post_id, "release")
    first, last = wp.post(post_id)["log"]
    assert (first["what"], first["action"], first["by"], last["what"], last["by"]) == (
        "held",
        "review",
        1,
        "release",
        2,
    )
    assert first["scores"]["injected_links"] > 0.5
    assert first["hash"] == last["hash"]
    wp.run(
        "$s = new Copydesk\\Store(); for ($i = 0; $i < 60; $i++) { $s->note($id, 'held', (string) $i); }", id=post_id
    )
    assert [entry["hash"] for entry in wp.post(post_id)["log"]] == [str(n) for n in range(10, 60)]


@pytest.mark.parametrize(
    ("setting", "who", "status", "state"),
    [
        ("authors", "author", "pending", "held"),
        ("authors", "editor", "publish", "flagged"),
        ("keep", "author", "publish", "flagged"),
        ("unpublish", "editor", "pending", "held"),
    ],
)
def test_a_published_article_that_turns_bad(wp, scorer, setting, who, status, state):
    """By default it stays where an editor made the change, who could release it anyway, and is unpublished otherwise."""
    wp.configure(url=scorer.url, credential=TOKEN, live=setting)
    data = {"title": title(), "content": GOOD, "status": "publish", "date": "2021-01-02T03:04:05"}
    post_id = wp.person("author").rest("POST", "/wp/v2/posts", data).json["id"]
    assert wp.person(who).rest("POST", f"/wp/v2/posts/{post_id}", {"content": BAD}).json["status"] == status
    assert wp.post(post_id)["state"] == state
    act(wp, post_id, "release")
    post = wp.post(post_id)
    assert (post["post_status"], post["post_date"], post["state"]) == ("publish", "2021-01-02 03:04:05", "released")


def test_clean_mends_a_flagged_article_in_place(wp, scorer):
    """A published and flagged article stays published while it is cleaned."""
    wp.configure(url=scorer.url, credential=TOKEN, live="keep")
    post_id = PATHS["block_editor"](wp, title(), GOOD)
    wp.person("author").rest("POST", f"/wp/v2/posts/{post_id}", {"content": BAD})
    wp.person("editor").rest("POST", f"/wp/v2/posts/{post_id}", {"content": WORST})
    assert wp.post(post_id)["state"] == "flagged"
    assert act(wp, post_id, "clean").status == 200
    post = wp.post(post_id)
    assert (post["post_status"], post["state"]) == ("publish", "released")
    assert DEBRIS[1] not in post["post_content"]


def test_a_published_text_that_did_not_change_is_not_judged(wp, scorer):
    """New tags, or a plugin that saves an old article again, take nothing off the web."""
    wp.configure()
    post_id = PATHS["block_editor"](wp, title(), BAD)
    wp.configure(url=scorer.url, credential=TOKEN)
    wp.person("author")
    wp.run("wp_update_post(['ID' => $id, 'tags_input' => ['onions']]);", id=post_id)
    assert (wp.post(post_id)["post_status"], scorer.calls()) == ("publish", [])


def test_restoring_a_bad_revision_is_an_edit(wp, scorer):
    """An old text that is brought back is judged as any other."""
    post_id = held(wp)
    wp.person("editor").rest("POST", f"/wp/v2/posts/{post_id}", {"content": GOOD, "status": "publish"})
    assert wp.post(post_id)["post_status"] == "publish"
    done = "foreach (wp_get_post_revisions($id) as $r) { if (strpos($r->post_content, 'Beach Wedding')) {"
    assert wp.run(done + " return (bool) wp_restore_post_revision($r->ID); } } return null;", id=post_id) is not None
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["state"]) == ("pending", "held")


def _utc(date):
    return time.mktime(time.strptime(date + " UTC", "%Y-%m-%d %H:%M:%S %Z")) - time.timezone
