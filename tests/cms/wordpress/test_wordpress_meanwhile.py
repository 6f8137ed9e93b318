"""What others do while the scorer is at work, and one article that it cannot digest."""

import pytest
from wordpress_articles import DEBRIS, GOOD, WORST, title
from wordpress_front import SECRET, TOKEN
from wordpress_paths import PATHS

pytestmark = pytest.mark.cms("wordpress")
BLOCK = '<!-- wp:acme/box {"text":"[gallery ids=1]","n":1} /-->'


def act(wp, post_id, action):
    """A moderator's action."""
    return wp.person("editor").rest("POST", f"/copydesk/v1/posts/{post_id}/{action}", {})


def back(wp):
    """The service is well, and wp-cron comes by."""
    wp.run(
        "delete_transient('copydesk_down'); wp_clear_scheduled_hook('copydesk_rescore');"
        "wp_schedule_single_event(time() - 1, 'copydesk_rescore');"
    )
    wp.cron()


def test_cleaning_does_not_write_over_what_another_editor_saves(wp, scorer):
    """An hour's work that is saved while the service cleans the old text stays, and the moderator is told."""
    post_id = PATHS["block_editor"](wp, title(), WORST)
    admin, text = wp.person("admin"), GOOD + "\n\n<p>An hour of work.</p>"
    wp.person("editor")
    scorer.meanwhile = lambda: admin.rest("POST", f"/wp/v2/posts/{post_id}", {"content": text, "status": "pending"})
    answer = act(wp, post_id, "clean")
    assert (answer.status, answer.json["code"]) == (409, "copydesk_changed")
    post = wp.post(post_id)
    assert (post["post_status"], post["post_content"], post["release"]) == ("pending", text, None)


@pytest.mark.parametrize("content", [WORST, GOOD + "\n\n<p>Not finished.</p>"])
def test_a_text_that_is_saved_while_the_old_one_is_scored_does_not_go_out(wp, scorer, content):
    """The verdict that comes late is not one on the new text, and whoever saved that as pending did not publish it."""
    scorer.mode = "error"
    post_id = PATHS["block_editor"](wp, title(), GOOD)
    scorer.mode, admin, states = "ok", wp.person("admin"), []
    scorer.meanwhile = lambda: states.append(
        admin.rest("POST", f"/wp/v2/posts/{post_id}", {"content": content, "status": "pending"}).status
    )
    back(wp)
    assert states == [200]
    post = wp.post(post_id)
    assert (post["post_status"], post["state"]) == ("pending", "unscored_held")
    assert "publish" not in [entry["what"] for entry in post["log"]]
    back(wp)
    assert wp.post(post_id)["state"] == ("held" if content == WORST else "passed")
    assert wp.post(post_id)["post_status"] == "pending"


def test_one_article_that_the_service_fails_at_delays_no_other(wp, scorer):
    """It goes to the end of the queue, and its failure is no outage to the people who publish."""
    scorer.poison = b"indigestible"
    bad = PATHS["wp_insert_post"](wp, title(), GOOD + "<p>indigestible</p>")
    others = [
        PATHS["wp_insert_post"](wp, title(), GOOD) for _ in range(2)
    ]  # the service is not asked just after a failure
    back(wp)
    back(wp)
    assert [wp.post(post_id)["state"] for post_id in (bad, *others)] == ["unscored_held", "passed", "passed"]
    assert not wp.run("return (bool) get_transient('copydesk_down');")
    assert wp.post(PATHS["wp_insert_post"](wp, title(), GOOD))["state"] == "passed"


def test_a_large_article_in_another_script_is_not_too_large(wp, scorer):
    """A megabyte of Cyrillic is a megabyte on the way: its letters are not sent as escapes of six bytes."""
    wp.configure(url=scorer.url, credential=SECRET, timeout=10)
    text = ("<p>" + "Мост через гавань открыли в понедельник. " * 12 + "</p>\n") * 1000
    assert 900_000 < len(text.encode()) < 1_100_000
    post = wp.post(PATHS["wp_insert_post"](wp, title(), text))
    assert post["record"]["error"] != "too-large"


@pytest.mark.parametrize("content", ["<script>ape</script>", "<p>The Government</p><script>", ""])
def test_a_lying_cleaner_can_neither_write_a_script_nor_empty_the_article(wp, scorer, content):
    """What it sends back must be whole words and tags of the article, in their order, and something of it must be left."""
    post_id = PATHS["block_editor"](wp, title(), WORST)
    wp.configure(url=scorer.url, credential=TOKEN)
    before = wp.post(post_id)["post_content"]
    scorer.mode, scorer.forged = "forge", {"content": content, "removed": [{"quote": "x"}]}
    assert act(wp, post_id, "clean").status in (422, 503)
    assert (wp.post(post_id)["post_status"], wp.post(post_id)["post_content"]) == ("pending", before)


def test_cleaning_keeps_the_attributes_of_a_block_that_holds_a_shortcode(wp, scorer):
    """A shortcode in a block's own comment is neither debris nor a place to cut."""
    post_id = PATHS["block_editor"](wp, title(), f'{WORST}\n\n{BLOCK}\n\n[gallery ids="1"]')
    quotes = [line["quote"] for line in wp.post(post_id)["record"]["report"]["evidence"]]
    assert not [quote for quote in quotes if '"n":1' in quote]
    assert act(wp, post_id, "clean").status == 200
    content = wp.post(post_id)["post_content"]
    assert content.endswith(f'{BLOCK}\n\n[gallery ids="1"]')
    assert DEBRIS[1] not in content


def test_a_clock_that_is_wrong_is_named(wp, scorer):
    """Ten minutes off, nothing can be signed: the editor and the settings page say so, and not that the secret is wrong."""
    late = "eval('namespace Copydesk; function time() { return \\time() - 600; }');"
    code = late + "return Copydesk\\SettingsPage::verdict($url, $secret, '2')['text'];"
    assert "clocks" in wp.run(code, url=scorer.url, secret=SECRET)
    code = (
        late
        + "return wp_insert_post(wp_slash(['post_title' => $t, 'post_content' => $c, 'post_status' => 'publish']));"
    )
    post = wp.post(wp.run(code, t=title(), c=GOOD))
    assert (post["post_status"], post["state"], post["record"]["error"]) == ("pending", "unscored_held", "clock")
