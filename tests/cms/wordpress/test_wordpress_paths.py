"""Every way out of WordPress, for an article that is good, one that is bad, and a scorer that is down."""

import pytest
from wordpress_articles import BAD, BAD_PARAGRAPHS, GOOD, PROMO, classic, title
from wordpress_paths import PATHS, draft
from wordpress_site import Person

pytestmark = pytest.mark.cms("wordpress")
each_path = pytest.mark.parametrize("path", PATHS.values(), ids=list(PATHS))


@each_path
def test_a_bad_article_is_held_on_every_path(wp, scorer, path):
    """It is pending, no stranger can read it, the reason stands beside it, and the scorer was asked once."""
    name = title()
    post = wp.post(path(wp, name, BAD))
    assert (post["post_status"], post["post_date_gmt"]) == ("pending", "0000-00-00 00:00:00")
    assert post["state"] == "held"
    assert PROMO in [found["quote"] for found in post["record"]["report"]["evidence"]]
    assert not wp.is_public(int(post["ID"]))
    assert [call["title"] for call in scorer.calls()] == [name]


@each_path
def test_a_good_article_goes_out_on_every_path(wp, scorer, path):
    """It is published, or scheduled, as if nobody had looked; the scorer was asked once, with what is stored."""
    post = wp.post(path(wp, title(), GOOD))
    assert post["post_status"] == ("future" if path.__name__ == "scheduled" else "publish")
    assert post["state"] == "passed"
    assert wp.is_public(int(post["ID"])) == (path.__name__ != "scheduled")
    assert [call["html"] for call in scorer.calls()] == [post["post_content"]]


@each_path
def test_nothing_goes_out_unscored_while_the_scorer_is_down(wp, scorer, path):
    """By default an article that cannot be scored is held, marked as not scored, and remembered for later."""
    scorer.mode = "error"
    post = wp.post(path(wp, title(), GOOD))
    assert (post["post_status"], post["state"]) == ("pending", "unscored_held")
    assert post["record"]["error"] == "status"
    assert post["retry"]
    assert post["intent"]["status"] == ("future" if path.__name__ in ("scheduled", "wp_cron") else "publish")


@pytest.mark.parametrize("name", ["block_editor", "wp_cron", "wp_publish_post", "xmlrpc_wp"])
def test_a_site_may_publish_while_the_scorer_is_down(wp, scorer, name):
    """With the setting "publish", an article goes out unscored and is marked so."""
    wp.configure(url=scorer.url, down="publish", timeout=2)
    scorer.mode = "garbage"
    post = wp.post(PATHS[name](wp, title(), BAD))
    assert (post["post_status"], post["state"]) == ("publish", "unscored_live")
    assert post["retry"]


@pytest.mark.parametrize("name", ["block_editor", "wp_cron", "wp_publish_post", "bulk_edit"])
def test_an_observing_plugin_holds_nothing(wp, scorer, name):
    """In observe-only mode a bad article goes out, and its verdict is recorded."""
    wp.configure(url=scorer.url, credential="a-token-for-these-tests", observe=True)
    post = wp.post(PATHS[name](wp, title(), BAD))
    assert (post["post_status"], post["state"]) == ("publish", "observed")


@pytest.mark.parametrize("name", list(PATHS))
def test_without_an_address_nothing_is_judged(wp, scorer, name):
    """A plugin that was just activated stops nobody from publishing."""
    wp.configure()
    post = wp.post(PATHS[name](wp, title(), BAD))
    assert post["post_status"] == ("future" if name == "scheduled" else "publish")
    assert (post["state"], scorer.seen) == ("", [])


def test_hold_at_hold_lets_a_review_pass(wp, scorer):
    """With "hold" as the level, what the service says to review goes out."""
    wp.configure(url=scorer.url, credential="a-token-for-these-tests", hold_at="hold")
    assert wp.post(PATHS["block_editor"](wp, title(), BAD))["state"] == "passed"


def test_classic_text_is_judged_by_its_paragraphs(wp):
    """The classic editor stores no <p>; its lines are lines all the same."""
    post = wp.post(PATHS["classic_editor"](wp, title(), classic(BAD_PARAGRAPHS)))
    assert post["post_status"] == "pending"
    assert PROMO in [found["quote"] for found in post["record"]["report"]["evidence"]]


def test_slashes_and_quotes_are_sent_as_stored(wp, scorer):
    """What is scored is what is stored, backslashes and quotes included."""
    name = title() + r' "C:\temp\new" it\'s'
    post = wp.post(PATHS["wp_insert_post"](wp, name, GOOD.replace("hasty", r"ha\\sty \'x\' \" 日本")))
    assert post["state"] == "passed"
    (call,) = scorer.calls()
    assert (call["title"], call["html"]) == (name, post["post_content"])


def test_a_page_is_judged_only_where_its_type_is_chosen(wp, scorer):
    """Pages are not articles, unless the settings say so."""
    data = {"title": title(), "content": BAD, "status": "publish"}
    assert wp.person("admin").rest("POST", "/wp/v2/pages", data).json["status"] == "publish"
    assert scorer.calls() == []
    wp.configure(url=scorer.url, credential="a-token-for-these-tests", types=["post", "page"])
    assert wp.person("admin").rest("POST", "/wp/v2/pages", data).json["status"] == "pending"


def test_what_does_not_go_out_is_not_judged(wp, scorer):
    """Drafts, pending and private articles, autosaves, revisions, the trash and back: nobody asks the scorer."""
    admin, post_id = wp.person("admin"), draft(wp, title(), BAD)
    for change in (
        {"status": "pending"},
        {"status": "private"},
        {"status": "draft", "content": BAD + "\n<p>More.</p>"},
    ):
        assert admin.rest("POST", f"/wp/v2/posts/{post_id}", change).status == 200
    assert admin.rest("POST", f"/wp/v2/posts/{post_id}/autosaves", {"content": BAD, "title": "A"}).status == 200
    assert admin.rest("DELETE", f"/wp/v2/posts/{post_id}").status == 200
    assert wp.run("return (bool) wp_untrash_post($id);", id=post_id)
    assert wp.post(post_id)["post_status"] == "draft"
    assert (wp.post(post_id)["state"], scorer.calls()) == ("", [])


def test_a_photo_without_a_word_goes_out_unasked(wp, scorer):
    """There is nothing to judge, and no reason to hold."""
    post = wp.post(
        PATHS["wp_insert_post"](wp, title(), '<!-- wp:image --><figure><img src="/a.jpg"/></figure><!-- /wp:image -->')
    )
    assert (post["post_status"], post["state"], scorer.calls()) == ("publish", "passed", [])


def test_known_shortcodes_are_not_sent_as_text(wp, scorer):
    """A gallery is pictures to readers, so its shortcode is no template's leftover; one that nobody knows is."""
    content = GOOD + '\n\n[gallery ids="1,2,3"]\n\n[no_such_code id="4"]'
    wp.post(PATHS["wp_insert_post"](wp, title(), content))
    (call,) = scorer.calls()
    assert '<!--copydesk:[gallery ids="1,2,3"]-->' in call["html"]
    assert '\n[no_such_code id="4"]' in call["html"]


def test_the_same_text_is_scored_once(wp, scorer):
    """Publishing a held text again asks nobody, and holds it again."""
    post_id = PATHS["block_editor"](wp, title(), BAD)
    answer = wp.person("admin").rest("POST", f"/wp/v2/posts/{post_id}", {"status": "publish"})
    assert (answer.json["status"], len(scorer.calls())) == ("pending", 1)


def test_a_mended_text_is_judged_anew(wp, scorer):
    """After the bad lines are edited out, publishing works."""
    post_id = PATHS["block_editor"](wp, title(), BAD)
    data = {"status": "publish", "content": GOOD}
    answer = wp.person("admin").rest("POST", f"/wp/v2/posts/{post_id}", data)
    assert (answer.json["status"], wp.post(post_id)["state"], len(scorer.calls())) == ("publish", "passed", 2)


def test_strangers_are_told_nothing(wp):
    """No public answer holds a verdict: not REST, not the page, not the feed, nor XML-RPC's custom fields."""
    wp.configure(url="http://127.0.0.1:9", observe=True)
    post_id = PATHS["block_editor"](wp, title(), GOOD)
    stranger = Person(wp.url)
    public = stranger.rest("GET", f"/wp/v2/posts/{post_id}", headers={}).text
    pages = [public, stranger.get(f"/?p={post_id}").text, stranger.get("/?feed=rss2").text]
    assert not [page for page in pages if "unscored" in page or "copydesk" in page.lower()]
    fields = wp.xmlrpc().wp.getPost(1, "admin", "adminpass", post_id, ["custom_fields"])
    assert "copydesk" not in str(fields)


def test_a_plugin_that_changes_the_text_last_leaves_no_article_without_a_reason(wp):
    """What was judged is held and explained; a text that goes out changed is judged as it is stored."""
    change = "add_filter('wp_insert_post_data', function ($d) use ($from, $to) {"
    change += " $d['post_content'] = str_replace($from, $to, $d['post_content']); return $d; }, PHP_INT_MAX);"
    insert = "return wp_insert_post(wp_slash(['post_title' => $title, 'post_content' => $content, 'post_status' => 'publish']));"
    held = wp.post(wp.run(change + insert, title=title(), content=BAD, **{"from": "hasty", "to": "rash"}))
    assert (held["post_status"], held["state"]) == ("pending", "held")
    values = {
        "from": "<!-- wp:paragraph -->",
        "to": f"<!-- wp:paragraph -->\n<p>{PROMO}</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->",
    }
    sneaked = wp.post(wp.run(change + insert, title=title(), content=GOOD, **values))
    assert (sneaked["post_status"], sneaked["state"]) == ("pending", "held")
