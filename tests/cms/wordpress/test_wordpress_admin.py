"""What people see in the administration: settings, the list, the notices; and what is left after the plugin is deleted."""

import html
import re

import pytest
from wordpress_articles import BAD, GOOD, PROMO, WORST, classic, title
from wordpress_front import SECRET, TOKEN
from wordpress_paths import PATHS, draft
from wordpress_site import nonce

pytestmark = pytest.mark.cms("wordpress")
SETTINGS = "/wp-admin/options-general.php?page=copydesk"


def save(wp, **fields):
    """The settings form, sent as an administrator's browser sends it."""
    admin = wp.person("admin")
    form = {"option_page": "copydesk", "action": "update", "_wpnonce": nonce(admin.get(SETTINGS).text)}
    form["copydesk_settings[from_form]"] = "1"
    pairs = [*form.items(), ("_wp_http_referer", SETTINGS)]
    for name, value in fields.items():
        pairs += [(f"copydesk_settings[{name}][]", one) for one in value] if isinstance(value, list) else []
        pairs += [] if isinstance(value, list) else [(f"copydesk_settings[{name}]", value)]
    return admin.post("/wp-admin/options.php", pairs).text


def stored(wp):
    """The settings as they are stored."""
    return wp.run("return get_option('copydesk_settings');")


def test_the_settings_are_saved_and_the_secret_is_never_shown(wp):
    """What stands in the form is what is stored, but for the secret, which no page ever holds."""
    wp.configure()
    page = save(
        wp, url="http://127.0.0.1:18599/", credential=SECRET, timeout="2.5", down="publish", hold_at="hold", live="keep",
        observe="1", types=["post", "page", "nonsense"],
    )  # fmt: skip
    assert stored(wp) == {
        "url": "http://127.0.0.1:18599", "credential": SECRET, "timeout": 2.5, "down": "publish", "hold_at": "hold",
        "live": "keep", "observe": True, "types": ["post", "page"],
    }  # fmt: skip
    assert SECRET[6:] not in page
    assert "stored; leave empty to keep it" in page
    save(wp, url="http://127.0.0.1:18599", credential="", types=["post"])
    assert stored(wp)["credential"] == SECRET
    save(wp, url="http://127.0.0.1:18599", credential="", forget="1", types=["post"])
    assert stored(wp)["credential"] == ""


def test_wrong_settings_are_refused_and_said(wp, scorer):
    """A wrong address or half a secret leaves the old one in force."""
    page = save(wp, url="javascript:alert(1)", credential="whsec_abc", types=["post"])
    assert "The old one is kept" in page
    assert "The secret is not complete" in page
    assert (stored(wp)["url"], stored(wp)["credential"]) == (scorer.url, SECRET)


def test_only_administrators_see_the_settings(wp):
    """An editor has neither the page nor the test."""
    assert wp.person("editor").get(SETTINGS).status == 403
    form = {"action": "copydesk_test", "_ajax_nonce": "0123456789", "url": "http://127.0.0.1:1"}
    assert wp.person("editor").post("/wp-admin/admin-ajax.php", form).status == 403


def ask(wp, **fields):
    """What *Test connection* says."""
    page = wp.person("admin").get(SETTINGS).text
    key = re.search(r'copydeskSettings = .*?"nonce":"([0-9a-f]+)"', page)[1]
    form = {"action": "copydesk_test", "_ajax_nonce": key, "url": "", "credential": "", "timeout": "1", **fields}
    answer = wp.person("admin").post("/wp-admin/admin-ajax.php", form).json
    return answer["data"]["ok"], answer["data"]["text"]


def test_the_connection_test_names_the_model_or_the_fault(wp, scorer):
    """Right, wrong address, wrong secret, no secret, a service without this secret, nobody there, no answer in time."""
    for credential in (SECRET, TOKEN, ""):  # an empty field is the stored one, for the stored address
        ok, text = ask(wp, url=scorer.url, credential=credential)
        assert ok, text
        assert re.fullmatch(r"Connected: model copydesk-\S+, Copydesk \S+, answered in \d+ ms\.", text), text
    upstream = f"http://127.0.0.1:{scorer.upstream}"
    faults = [
        ({"url": scorer.url, "credential": "whsec_" + "A" * 44}, "Wrong secret"),
        ({"url": scorer.url, "credential": "another-token"}, "Wrong secret"),
        ({"url": upstream, "credential": ""}, "wants a secret"),
        ({"url": wp.url, "credential": SECRET}, "Wrong address"),
        ({"url": "http://127.0.0.1:9", "credential": SECRET}, "cannot be reached"),
        ({"url": "http://elsewhere.example", "credential": SECRET}, "WP_ACCESSIBLE_HOSTS"),
        ({"url": "nonsense", "credential": SECRET}, "no web address"),
        ({"url": scorer.url, "credential": "whsec_x"}, "not complete"),
    ]
    for fields, text in faults:
        found = ask(wp, **fields)
        assert not found[0]
        assert text in found[1], found
    scorer.mode = "hang"
    assert "did not answer in time" in ask(wp, url=scorer.url, credential=SECRET)[1]


def test_constants_win_and_are_not_printed(wp, scorer):
    """With constants, as wp-config.php defines them, the fields only say so."""
    mu = wp.folder / "site" / "wp-content" / "mu-plugins" / "constants.php"
    mu.write_text(f"<?php define('COPYDESK_URL', '{scorer.url}'); define('COPYDESK_SECRET', '{SECRET}');")
    try:
        wp.configure(url="http://127.0.0.1:9", credential="x")
        page = wp.person("admin").get(SETTINGS).text
        assert "Set by COPYDESK_URL" in page
        assert "Set by COPYDESK_SECRET" in page
        assert SECRET[6:] not in page
        assert "copydesk_settings[credential]" not in page
        assert wp.post(PATHS["wp_insert_post"](wp, title(), BAD))["state"] == "held"
    finally:
        mu.unlink()


def rows(page):
    """The titles in a list of articles."""
    return [html.unescape(found) for found in re.findall(r'class="row-title"[^>]*>([^<]+)<', page)]


def test_the_list_shows_filters_counts_and_sorts(wp, scorer):
    """The column has verdict, score, reasons and a quote; the filter, the view and the order do what they say."""
    wp.run("foreach (get_posts(['numberposts' => -1, 'post_status' => 'any']) as $p) { wp_delete_post($p->ID, true); }")
    names = {state: title() for state in ("bad", "worst", "good", "old")}
    PATHS["wp_insert_post"](wp, names["bad"], BAD)
    PATHS["wp_insert_post"](wp, names["worst"], WORST)
    PATHS["wp_insert_post"](wp, names["good"], GOOD)
    draft(wp, names["old"], GOOD)
    admin = wp.person("admin")
    page = admin.get("/wp-admin/edit.php").text
    assert len(rows(page)) == 4
    assert "2 injected lines" in page
    assert '<q class="copydesk-quote">Also Read | ' in page
    assert 'Copydesk: Held <span class="count">(2)</span>' in page
    assert set(rows(admin.get("/wp-admin/edit.php?copydesk_state=held").text)) == {names["bad"], names["worst"]}
    assert rows(admin.get("/wp-admin/edit.php?copydesk_state=passed").text) == [names["good"]]
    order = [names["worst"], names["bad"], names["good"]]
    assert rows(admin.get("/wp-admin/edit.php?orderby=copydesk&order=desc").text)[:3] == order
    up = rows(admin.get("/wp-admin/edit.php?orderby=copydesk&order=asc").text)
    assert [name for name in up if name in order] == order[::-1]
    assert len(rows(admin.get("/wp-admin/edit.php?copydesk_state[]=x").text)) == 4


def link(page, action, post_id):
    """A row action's link."""
    pattern = rf'href="([^"]*admin-post\.php\?action=copydesk&#038;do={action}&#038;post={post_id}&[^"]*)"'
    found = re.search(pattern, page) or re.search(pattern.replace("&#038;", "&amp;"), page)
    return html.unescape(found[1]) if found else None


@pytest.mark.parametrize("action", ["release", "clean"])
def test_row_actions_release_and_say_so(wp, action):
    """A click publishes the article, and the next page says so; it works once."""
    post_id = PATHS["wp_insert_post"](wp, title(), BAD)
    editor = wp.person("editor")
    url = link(editor.get("/wp-admin/edit.php").text, action, post_id)
    page = editor.get(url).text
    assert "Released and published." in page
    assert wp.post(post_id)["post_status"] == "publish"
    assert (PROMO in wp.post(post_id)["post_content"]) == (action == "release")
    assert link(editor.get("/wp-admin/edit.php").text, action, post_id) is None


def test_row_actions_are_for_moderators_and_for_what_was_seen(wp):
    """Authors have no such links; a link to a text that was edited since does nothing."""
    data = {"title": title(), "content": BAD, "status": "publish"}
    post_id = wp.person("author").rest("POST", "/wp/v2/posts", data).json["id"]
    assert link(wp.person("author").get("/wp-admin/edit.php").text, "release", post_id) is None
    url = link(wp.person("editor").get("/wp-admin/edit.php").text, "release", post_id)
    wp.person("author").rest("POST", f"/wp/v2/posts/{post_id}", {"content": WORST})
    assert "The text has changed since" in wp.person("editor").get(url).text
    assert wp.post(post_id)["post_status"] == "pending"


def test_feedback_by_a_row_action(wp, scorer):
    """*Copydesk is wrong* reaches the service."""
    post_id = PATHS["wp_insert_post"](wp, title(), BAD)
    url = link(wp.person("editor").get("/wp-admin/edit.php").text, "wrong", post_id)
    assert "reported as wrong" in wp.person("editor").get(url).text
    assert scorer.calls("/feedback")[0]["judgement"] == "wrong"


@pytest.mark.parametrize("action", ["copydesk_release", "copydesk_clean"])
def test_bulk_actions(wp, action):
    """Held articles go out, others are left alone, and the number is said."""
    held = [PATHS["wp_insert_post"](wp, title(), BAD) for _ in range(2)]
    other = draft(wp, title(), GOOD)
    editor = wp.person("editor")
    page = editor.get("/wp-admin/edit.php").text
    assert f'<option value="{action}">' in page
    chosen = "".join(f"&post[]={post_id}" for post_id in [*held, other])
    page = editor.get(f"/wp-admin/edit.php?action={action}&_wpnonce={nonce(page)}{chosen}").text
    assert "2 articles released." in page
    assert [wp.post(post_id)["post_status"] for post_id in [*held, other]] == ["publish", "publish", "draft"]


def test_bulk_edit_says_what_was_held(wp):
    """WordPress says "1 post updated"; the notice says that it was held, and why."""
    name = title()
    PATHS["bulk_edit"](wp, name, BAD)
    page = wp.person("admin").get("/wp-admin/edit.php").text
    # The redirect after bulk edit is followed, so the notice stood on that page; it is said once.
    assert "Held for review: 2 injected lines" not in re.sub(r'data-summary="[^"]*"', "", page)
    post_id = draft(wp, name + " again", BAD)
    listed = wp.person("admin").get("/wp-admin/edit.php").text
    query = f"action=edit&bulk_edit=Update&_status=publish&post[]={post_id}&post_type=post&_wpnonce={nonce(listed)}"
    page = wp.person("admin").get(f"/wp-admin/edit.php?{query}&post_author=-1").text
    notice = re.search(r"notice-warning[^>]*><p><strong>Copydesk</strong> ([^<]+)<", page)
    assert html.unescape(notice[1]) == f"“{name} again”: Held for review: 2 injected lines"


def test_the_classic_editor_says_what_was_held(wp):
    """A notice on top, and the quoted lines in the box."""
    post_id = PATHS["classic_editor"](wp, title(), classic(BAD.split("\n\n")))
    page = wp.person("admin").get(f"/wp-admin/post.php?post={post_id}&action=edit&classic-editor").text
    assert (
        '<div class="notice notice-warning"><p><strong>Copydesk</strong> Held for review: 2 injected lines</p></div>'
        in page
    )
    assert '<div id="copydesk-box-body">' in page
    assert html.escape(PROMO, quote=False).replace("'", "&#039;") in page


def test_an_author_sees_the_reasons_and_no_buttons(wp):
    """Whoever wrote it may know why it is held."""
    data = {"title": title(), "content": BAD, "status": "publish"}
    answer = wp.person("author").rest("POST", "/wp/v2/posts", data)
    assert answer.json["copydesk"]["summary"] == "Held for review: 2 injected lines"
    shown = wp.person("author").rest("GET", f"/copydesk/v1/posts/{answer.json['id']}").json
    assert "Beach Wedding" in shown["html"]
    assert "admin-post.php" not in shown["html"]
    assert wp.person("contributor").rest("GET", f"/copydesk/v1/posts/{answer.json['id']}").status == 403


def test_until_it_is_set_up_an_administrator_is_told(wp):
    """A fresh plugin does nothing, and says so."""
    wp.configure()
    assert "does not know the address of its service yet" in wp.person("admin").get("/wp-admin/edit.php").text
    assert "does not know the address" not in wp.person("editor").get("/wp-admin/edit.php").text


def test_a_filter_can_let_others_release(wp):
    """copydesk_may_release has the last word."""
    mu = wp.folder / "site" / "wp-content" / "mu-plugins" / "open.php"
    data = {"title": title(), "content": BAD, "status": "publish"}
    post_id = wp.person("author").rest("POST", "/wp/v2/posts", data).json["id"]
    mu.write_text(
        "<?php add_filter('copydesk_may_release', function ($may, $id, $user) { return $may || $user === 3; }, 10, 3);"
    )
    try:
        assert wp.person("author").rest("POST", f"/copydesk/v1/posts/{post_id}/release", {}).status == 200
    finally:
        mu.unlink()


def test_deleting_the_plugin_leaves_nothing(wp, scorer):
    """Options, meta, transients and events are gone; what was held stays pending."""
    post_id = PATHS["wp_insert_post"](wp, title(), BAD)
    scorer.mode = "error"
    PATHS["wp_insert_post"](wp, title(), GOOD)
    wp.run(
        "wp_set_current_user(1); Copydesk\\Notices::say('success', 'x');"
        "define('WP_UNINSTALL_PLUGIN', 'copydesk/copydesk.php'); include WP_PLUGIN_DIR . '/copydesk/uninstall.php';"
    )
    assert wp.post(post_id)["post_status"] == "pending"
    left = wp.run(
        "global $wpdb; return [$wpdb->get_col(\"SELECT meta_key FROM $wpdb->postmeta WHERE meta_key LIKE '%copydesk%'\"),"
        "$wpdb->get_col(\"SELECT option_name FROM $wpdb->options WHERE option_name LIKE '%copydesk%'\"),"
        "wp_next_scheduled('copydesk_rescore')];"
    )
    assert left == [[], [], False]
