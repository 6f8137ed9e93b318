"""What moderators see and do: the list, the panel, releasing, cleaning, feedback, the workflow task, and who may."""

from __future__ import annotations

import json

import pytest
from wagtail_support import PROMOS, TITLE, bad, draftail, good, html, site, wagtail_database  # noqa: F401

pytestmark = pytest.mark.cms("wagtail")
SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


def _held(site, text=None):
    site.create(text or bad())
    page = site.newest()
    return page, site.verdict(page)


def test_a_release_publishes_the_text(site):
    """Release makes the page live, and says in the verdict and in the history who did it."""
    page, verdict = _held(site)
    moderator = site.user("mod", "release_held", group="Moderators")
    response = site.client(moderator).post(f"/admin/copydesk/{verdict.pk}/release/", follow=True)
    verdict.refresh_from_db()
    assert site.seen(page) == 200
    assert (verdict.state, verdict.released_by, verdict.kept_back) == ("released", moderator, False)
    assert "was released" in site.messages(response)
    history = site.client().get(f"/admin/pages/{page.pk}/history/").content.decode()
    assert "Held for review: 2 injected lines" in history
    assert "Released: 2 injected lines" in history


def test_a_release_is_for_these_words_only(site):
    """Edited text is judged anew; going back to the released words needs no new release."""
    page, verdict = _held(site)
    site.client().post(f"/admin/copydesk/{verdict.pk}/release/")
    third = "Also Read | Pop duo Mira and Jan announce a surprise tour of the islands"
    site.edit(site.newest(), [*bad(), third])
    assert third not in site.newest().body
    site.edit(site.newest(), bad())
    assert site.newest().has_unpublished_changes is False
    assert site.verdict(page).state == "held"


def test_an_edited_text_cannot_be_released_by_its_old_verdict(site):
    """A release that was asked for on an old page of the admin publishes nothing that nobody saw."""
    page, verdict = _held(site)
    site.edit(page, [*bad(), "And more."], action="action-save")
    response = site.client().post(f"/admin/copydesk/{verdict.pk}/release/", follow=True)
    assert "was edited since" in site.messages(response)
    assert site.seen(page) == 404


def test_the_same_words_are_not_held_twice_after_a_release(site):
    """A copy of a released page goes out: the release is for the words."""
    _, verdict = _held(site)
    site.client().post(f"/admin/copydesk/{verdict.pk}/release/")
    copy = site.news.ArticlePage(title=TITLE, slug="again", body=site.newest().body)
    site.home.add_child(instance=copy)
    assert site.is_live(copy)


def test_clean_and_release_publishes_what_is_left(site):
    """The injected lines go, every other word stays, in a new revision."""
    page, verdict = _held(site)
    before = page.revisions.count()
    response = site.client().post(f"/admin/copydesk/{verdict.pk}/clean/", follow=True)
    page = site.newest()
    assert (page.live, page.has_unpublished_changes, page.revisions.count()) == (True, False, before + 1)
    assert [p in page.body for p in PROMOS] == [False, False]
    assert all(paragraph in page.body for paragraph in good())
    assert "was cleaned (2 lines)" in site.messages(response)
    assert (site.verdict(page).state, site.verdict(page).cleaned) == ("released", True)


def test_cleaning_keeps_embeds_and_internal_links(site):
    """Rich text as Wagtail stores it comes back byte for byte, but for the lines that went."""
    kept = (
        f'<p>{good()[0]} <a id="{site.home.pk}" linktype="page">The news of the town</a></p>'
        '<embed alt="The pool &amp; its roof" embedtype="image" format="left" id="7"/>' + html(good()[1:])
    )
    promo = f'<p>Also Read | <a id="{site.home.pk}" linktype="page">Film star Dela Marsh spotted on yacht</a></p>'
    page = site.page(good())
    page.body = kept.replace("<embed", promo + "<embed", 1)
    page.save_revision().publish()
    site.client().post(f"/admin/copydesk/{site.verdict(page).pk}/clean/")
    assert site.newest().body == kept


def test_cleaning_a_stream_removes_the_emptied_blocks(site):
    """A block that held nothing but an injected line goes; plain text fields keep their paragraphs."""
    from wagtail.rich_text import RichText

    page = site.news.StoryPage(title=TITLE, live=False)
    page.intro = f"Eleven to eight.\r\n\r\n{PROMOS[0]}\r\n\r\nIt took three hours & more."
    blocks = [("paragraph", RichText(f"<p>{paragraph}</p>")) for paragraph in good()]
    page.body = [*blocks[:3], ("plain", PROMOS[1]), ("html", "<hr>"), *blocks[3:]]
    site.home.add_child(instance=page)
    page.save_revision().publish()
    verdict = site.verdict(page)
    assert verdict.state == "held"
    site.client().post(f"/admin/copydesk/{verdict.pk}/clean/")
    page = site.news.StoryPage.objects.get()
    assert page.live
    assert page.intro == "Eleven to eight.\r\n\r\nIt took three hours & more."
    assert [block.block_type for block in page.body] == [*["paragraph"] * 3, "html", *["paragraph"] * 5]


def test_cleaning_what_has_nothing_to_remove_publishes_nothing(site):
    """Then a moderator has to edit or to release."""
    from copydesk.plugin.wagtail.content import content_of
    from copydesk.plugin.wagtail.models import Verdict

    page, verdict = _held(site)
    site.edit(page, good(), action="action-save")
    draft = site.newest().get_latest_revision_as_object()
    Verdict.objects.filter(pk=verdict.pk).update(content_hash=content_of(draft).hash)
    response = site.client().post(f"/admin/copydesk/{verdict.pk}/clean/", follow=True)
    assert "nothing that can be removed" in site.messages(response)
    assert site.seen(page) == 404


@pytest.mark.parametrize("what", ["release", "clean"])
def test_releasing_needs_the_permission(site, what):
    """An editor without it, or without the right to publish this page, is refused; nothing is published."""
    page, verdict = _held(site)
    for user in (site.user("pub", group="Moderators"), site.user("rel", "release_held", group="Editors")):
        response = site.client(user).post(f"/admin/copydesk/{verdict.pk}/{what}/", follow=True)
        assert "do not have permission" in site.messages(response)
    assert site.seen(page) == 404


@pytest.mark.parametrize("what", ["release", "clean", "feedback"])
def test_actions_need_a_post_with_its_token(site, what):
    """A link or another site's form releases nothing."""
    page, verdict = _held(site)
    address = f"/admin/copydesk/{verdict.pk}/{what}/"
    assert site.client().get(address).status_code == 405
    assert site.client(enforce_csrf_checks=True).post(address, {"judgement": "wrong"}).status_code == 403
    assert site.seen(page) == 404


def test_the_verdict_is_for_those_who_may_edit_the_page(site):
    """Its quotes are part of a draft."""
    from django.contrib.auth.models import Group
    from django.test import Client

    _, verdict = _held(site)
    address = f"/admin/copydesk/{verdict.pk}/"
    other = site.user("other", "access_admin")
    other.groups.set([Group.objects.create(name="Editors of another section")])
    for reader in (Client(), site.client(other)):
        assert reader.get(address).status_code == 302
        assert PROMOS[0] not in reader.get(address, follow=True).content.decode()
    assert site.client(site.user("mod", group="Moderators")).get(address).status_code == 200


def test_the_list_shows_what_waits(site):
    """Held articles stand in the moderation list with their reasons; a filter shows the others."""
    _held(site)
    site.create(good(), "A good one")
    moderator = site.user("mod", "release_held", group="Moderators")
    waiting = site.client(moderator).get("/admin/copydesk/").content.decode()
    assert TITLE in waiting
    assert "2 injected lines" in waiting
    assert "A good one" not in waiting
    assert "A good one" in site.client(moderator).get("/admin/copydesk/?state=passed").content.decode()
    assert site.client(moderator).get("/admin/copydesk/results/?state=held").status_code == 200
    assert TITLE in site.client(moderator).get("/admin/copydesk/?export=csv").getvalue().decode()


def test_the_list_needs_the_permission(site):
    """Titles of other people's drafts stand in it."""
    assert site.client(site.user("mod", group="Moderators")).get("/admin/copydesk/").status_code in (302, 403)
    assert "/admin/copydesk/" in site.client().get("/admin/").content.decode()
    assert "/admin/copydesk/" not in site.client(site.user("ed")).get("/admin/").content.decode()


def test_the_edit_view_shows_the_evidence(site):
    """The side panel quotes the lines, counts them and leads to the release."""
    page, verdict = _held(site)
    content = site.client().get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert 'data-side-panel="copydesk"' in content
    assert f"<mark>{PROMOS[0]}</mark>" in content
    assert f'href="/admin/copydesk/{verdict.pk}/">Review and release</a>' in content


def test_a_hostile_quote_is_text(site):
    """Markup in a quote or a title is escaped in the panel, on the verdict's page, in the list and in the message."""
    page, verdict = _held(site)
    report = verdict.report
    report["evidence"][0].update(quote=SCRIPT, before=SCRIPT, after=SCRIPT, href=SCRIPT, message=SCRIPT)
    report["signals"]["injected_links"]["flagged"] = True
    for found in report["evidence"]:
        found["signal"] = "injected_links"
    type(verdict).objects.filter(pk=verdict.pk).update(report=report, title=SCRIPT, summary=SCRIPT)
    for address in (f"/admin/pages/{page.pk}/edit/", f"/admin/copydesk/{verdict.pk}/", "/admin/copydesk/"):
        content = site.client().get(address).content.decode()
        assert "owned" in content
        assert SCRIPT not in content
        assert "<img src=x" not in content
    answer = site.create(bad(), SCRIPT, slug="hostile").content.decode()
    assert "owned" in answer
    assert SCRIPT not in answer


def test_feedback_is_noted(site, caplog):
    """ "Wrong" is kept with the verdict; in process it goes into the log, without the text."""
    import logging

    _, verdict = _held(site)
    with caplog.at_level(logging.INFO, "copydesk"):
        site.client().post(f"/admin/copydesk/{verdict.pk}/feedback/", {"judgement": "wrong"})
    verdict.refresh_from_db()
    assert verdict.judgement == "wrong"
    assert "'judgement': 'wrong'" in caplog.text
    assert PROMOS[0] not in caplog.text


def _task(site):
    from django.contrib.auth.models import Group
    from wagtail.models import Workflow, WorkflowPage, WorkflowTask

    from copydesk.plugin.wagtail.models import CopydeskTask

    task = CopydeskTask.objects.create(name="Copydesk")
    task.groups.add(Group.objects.get(name="Moderators"))
    workflow = Workflow.objects.create(name="Desk")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=site.home, defaults={"workflow": workflow})


def test_the_workflow_task_passes_a_good_text(site):
    """Submitted, judged, approved and published in one go."""
    _task(site)
    site.create(good(), action="action-submit")
    page = site.newest()
    assert (page.live, page.current_workflow_state) == (True, None)


def test_the_workflow_task_waits_with_a_bad_text(site):
    """It stays in moderation with its reasons; a moderator's approval is the release."""
    _task(site)
    response = site.create(bad(), action="action-submit")
    page = site.newest()
    assert "Held for review: 2 injected lines" in site.messages(response)
    state = page.current_workflow_state.current_task_state
    assert (page.live, state.status) == (False, "in_progress")
    address = f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/"
    site.client(site.user("mod", group="Moderators")).post(address, {"comment": ""})
    assert not site.is_live(page)
    able = site.user("chief", "release_held", group="Moderators")
    site.client(able).post(address, {"comment": "It is ours."})
    assert (site.seen(page), site.verdict(page).state, site.verdict(page).released_by) == (200, "released", able)


def test_a_moderator_may_send_a_held_text_back(site):
    """Requesting changes needs no permission to release."""
    _task(site)
    site.create(bad(), action="action-submit")
    page = site.newest()
    state = page.current_workflow_state.current_task_state
    address = f"/admin/pages/workflow/action/{page.pk}/reject/{state.pk}/"
    site.client(site.user("mod", group="Moderators")).post(address, {"comment": "Take the lines out."})
    assert page.workflow_states.latest("created_at").status == "needs_changes"


def test_the_task_can_be_made_in_the_admin(site):
    """It stands among the types of tasks, with its groups."""
    content = site.client().get("/admin/workflows/tasks/add/copydesk/copydesktask/").content.decode()
    assert 'name="groups"' in content


def test_the_permission_stands_in_the_form_of_a_group(site):
    """An administrator gives it to a group like any other."""
    from django.contrib.auth.models import Group, Permission

    group = Group.objects.get(name="Moderators")
    content = site.client().get(f"/admin/groups/edit/{group.pk}/").content.decode()
    permission = Permission.objects.get(codename="release_held")
    assert f'value="{permission.pk}"' in content


def test_what_is_posted_by_the_editor_is_what_is_stored(site):
    """The texts of these tests are what Wagtail's editor makes of them."""
    assert json.loads(draftail(good()))["blocks"][0]["text"] in html(good())
