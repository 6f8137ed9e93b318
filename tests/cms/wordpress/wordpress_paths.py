"""The ways on which an article gets in front of readers, each driven as its users drive it; each returns the article's id."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from wordpress_site import Site, nonce

Path = Callable[[Site, str, str], int]
PATHS: dict[str, Path] = {}


def _path(function: Path) -> Path:
    PATHS[function.__name__] = function
    return function


def draft(site: Site, title: str, content: str, **fields: object) -> int:
    """A draft, which nobody judges."""
    data = {"title": title, "content": content, "status": "draft", **fields}
    return site.person("admin").rest("POST", "/wp/v2/posts", data).json["id"]


@_path
def block_editor(site: Site, title: str, content: str) -> int:
    """What the block editor sends: an empty auto-draft, then the whole with a cookie and a nonce."""
    person = site.person("admin")
    page = person.get("/wp-admin/post-new.php").text
    post_id = int(re.search(r'name=[\'"]post_ID[\'"] value=[\'"](\d+)', page)[1])
    answer = person.rest("POST", f"/wp/v2/posts/{post_id}", {"title": title, "content": content, "status": "publish"})
    assert answer.status == 200, answer.text
    return post_id


@_path
def block_editor_from_draft(site: Site, title: str, content: str) -> int:
    """A saved draft, then nothing but the status."""
    post_id = draft(site, title, content)
    answer = site.person("admin").rest("POST", f"/wp/v2/posts/{post_id}", {"status": "publish"})
    assert answer.status == 200, answer.text
    return post_id


@_path
def rest_application_password(site: Site, title: str, content: str) -> int:
    """A program with an application password."""
    data = {"title": title, "content": content, "status": "publish"}
    answer = site.person("").rest("POST", "/wp/v2/posts", data, site.basic)
    assert answer.status == 201, answer.text
    return answer.json["id"]


@_path
def rest_batch(site: Site, title: str, content: str) -> int:
    """The REST interface's batch route."""
    body = {"title": title, "content": content, "status": "publish"}
    data = {"requests": [{"method": "POST", "path": "/wp/v2/posts", "body": body}]}
    answer = site.person("").rest("POST", "/batch/v1", data, site.basic)
    assert answer.status == 207, answer.text
    return answer.json["responses"][0]["body"]["id"]


@_path
def classic_editor(site: Site, title: str, content: str) -> int:
    """The form of the classic editor, slashes and all."""
    person = site.person("admin")
    page = person.get("/wp-admin/post-new.php?classic-editor").text
    post_id = re.search(r'name=[\'"]post_ID[\'"] value=[\'"](\d+)', page)[1]
    form = {
        "_wpnonce": nonce(page),
        "action": "editpost",
        "post_ID": post_id,
        "post_type": "post",
        "post_title": title,
        "content": content,
        "publish": "Publish",
        "original_post_status": "auto-draft",
        "post_status": "publish",
    }
    assert person.post("/wp-admin/post.php", form).status == 200
    return int(post_id)


@_path
def xmlrpc_metaweblog(site: Site, title: str, content: str) -> int:
    """metaWeblog.newPost, as desktop blog editors call it."""
    fields = {"title": title, "description": content}
    return int(site.xmlrpc().metaWeblog.newPost("1", "admin", "adminpass", fields, True))


@_path
def xmlrpc_wp(site: Site, title: str, content: str) -> int:
    """wp.newPost, as the mobile application called it."""
    fields = {"post_title": title, "post_content": content, "post_status": "publish"}
    return int(site.xmlrpc().wp.newPost(1, "admin", "adminpass", fields))


@_path
def quick_edit(site: Site, title: str, content: str) -> int:
    """Quick edit of a draft in the list."""
    person, post_id = site.person("admin"), draft(site, title, content)
    page = person.get("/wp-admin/edit.php").text
    form = {
        "action": "inline-save",
        "_inline_edit": nonce(page, "_inline_edit"),
        "post_ID": str(post_id),
        "post_type": "post",
        "screen": "edit-post",
        "post_view": "list",
        "_status": "publish",
        "post_title": title,
        "post_name": f"quick-{post_id}",
        "post_author": "1",
    }
    answer = person.post("/wp-admin/admin-ajax.php", form)
    assert f'id="post-{post_id}"' in answer.text, answer.text[:300]
    return post_id


@_path
def bulk_edit(site: Site, title: str, content: str) -> int:
    """Bulk edit of drafts in the list."""
    person, post_id = site.person("admin"), draft(site, title, content)
    page = person.get("/wp-admin/edit.php").text
    query = f"action=edit&bulk_edit=Update&_status=publish&post[]={post_id}&post_type=post&_wpnonce={nonce(page)}"
    assert person.get(f"/wp-admin/edit.php?{query}&post_author=-1&comment_status=&ping_status=&sticky=-1").status == 200
    return post_id


@_path
def scheduled(site: Site, title: str, content: str) -> int:
    """Scheduled for next year in the block editor."""
    date = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 365 * 86400))
    data = {"title": title, "content": content, "status": "future", "date": date}
    answer = site.person("admin").rest("POST", "/wp/v2/posts", data)
    assert answer.status == 201, answer.text
    return answer.json["id"]


@_path
def wp_cron(site: Site, title: str, content: str) -> int:
    """Scheduled when nobody looked, and due now: wp-cron writes the row without wp_insert_post()."""
    post_id = schedule_unseen(site, title, content)
    site.cron()
    return post_id


@_path
def wp_insert_post(site: Site, title: str, content: str) -> int:
    """A program inside of WordPress: what `wp post create` and importers call."""
    return site.run(
        "return wp_insert_post(wp_slash(['post_title' => $title, 'post_content' => $content, 'post_status' => 'publish']));",
        title=title,
        content=content,
    )


@_path
def wp_insert_post_importing(site: Site, title: str, content: str) -> int:
    """An importer of feeds, which declares that it imports."""
    return site.run(
        "define('WP_IMPORTING', true);"
        "return wp_insert_post(wp_slash(['post_title' => $title, 'post_content' => $content, 'post_status' => 'publish']));",
        title=title,
        content=content,
    )


@_path
def wp_update_post(site: Site, title: str, content: str) -> int:
    """A program that publishes a draft."""
    return site.run(
        "return wp_update_post(['ID' => $id, 'post_status' => 'publish']);",
        id=draft(site, title, content),
    )


@_path
def wp_publish_post(site: Site, title: str, content: str) -> int:
    """A program that calls wp_publish_post(), which no filter sees before the row is written."""
    post_id = draft(site, title, content)
    site.run("wp_publish_post($id);", id=post_id)
    return post_id


@_path
def contributor_then_editor(site: Site, title: str, content: str) -> int:
    """A contributor's article, which an editor publishes."""
    data = {"title": title, "content": content, "status": "pending"}
    post_id = site.person("contributor").rest("POST", "/wp/v2/posts", data).json["id"]
    assert site.person("editor").rest("POST", f"/wp/v2/posts/{post_id}", {"status": "publish"}).status == 200
    return post_id


def schedule_unseen(site: Site, title: str, content: str) -> int:
    """An article whose hour has come, written while the plugin was not there."""
    post_id = draft(site, title, content)
    site.run(
        "global $wpdb; $t = gmdate('Y-m-d H:i:s', time() - 90);"
        "$wpdb->update($wpdb->posts, ['post_status' => 'future', 'post_date' => $t, 'post_date_gmt' => $t], ['ID' => $id]);"
        "clean_post_cache($id); wp_schedule_single_event(time() - 60, 'publish_future_post', [$id]);",
        id=post_id,
    )
    return post_id
