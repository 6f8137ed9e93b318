"""Every way to publish a page in a real Wagtail: a good text goes out, a bad one stays a draft, and the editor is told.

The table of ways in docs/cms/wagtail.md names these tests.
"""

from __future__ import annotations

import datetime
import json

import pytest
from wagtail_support import PROMOS, TITLE, bad, good, html, site, wagtail_database  # noqa: F401

pytestmark = pytest.mark.cms("wagtail")
HELD = "Held for review: 2 injected lines"


def test_create_and_publish_holds_a_bad_text(site):
    """A new page with injected lines becomes a draft, and the editor reads why."""
    response = site.create(bad())
    page = site.newest()
    assert (page.live, page.has_unpublished_changes, site.seen(page)) == (False, True, 404)
    assert HELD in site.messages(response)
    assert "published" not in site.messages(response)
    assert response.redirect_chain[-1][0] == f"/admin/pages/{page.pk}/edit/"
    assert PROMOS[0] in page.get_latest_revision_as_object().body


def test_create_and_publish_lets_a_good_text_out(site):
    """A clean page is published at once, and nobody notices Copydesk."""
    response = site.create(good())
    page = site.newest()
    assert (page.live, page.has_unpublished_changes, site.seen(page)) == (True, False, 200)
    assert "created and published" in site.messages(response)
    assert site.verdict(page).state == "passed"


def test_a_new_bad_page_is_never_a_live_row(site):
    """Wagtail inserts a page live before it publishes it; not with a text that is held."""
    from django.db.models.signals import post_save

    written = []

    def look(sender, instance, **_):
        written.append(sender.objects.get(pk=instance.pk).live)

    post_save.connect(look, sender=site.news.ArticlePage)
    try:
        site.create(bad())
    finally:
        post_save.disconnect(look, sender=site.news.ArticlePage)
    assert written
    assert not any(written)


def test_edit_and_publish_keeps_the_live_revision(site):
    """A bad edit of a live page is held as a draft; readers keep the page as it was."""
    site.create(good())
    page = site.newest()
    response = site.edit(page, bad())
    page.refresh_from_db()
    assert (page.live, page.has_unpublished_changes) == (True, True)
    assert PROMOS[0] not in page.body
    assert PROMOS[0] in page.get_latest_revision_as_object().body
    assert HELD in site.messages(response)
    assert "has been published" not in site.messages(response)


def test_edit_of_a_live_page_can_take_it_down(site):
    """LIVE_PAGES "unpublish" withdraws the page whose edit is held."""
    site.create(good())
    site.configure(LIVE_PAGES="unpublish")
    site.edit(site.newest(), bad())
    assert site.seen(site.newest()) == 404


def test_edit_of_a_live_page_can_be_let_through(site):
    """LIVE_PAGES "pass" publishes edits of live pages, and notes the verdict."""
    site.create(good())
    site.configure(LIVE_PAGES="pass")
    site.edit(site.newest(), bad())
    page = site.newest()
    assert PROMOS[0] in page.body
    assert (site.verdict(page).observed, site.verdict(page).action) == (True, "review")


def test_saving_a_draft_scores_nothing(site):
    """Only publication is judged."""
    site.create(bad(), action="action-save")
    assert site.verdict(site.newest()) is None


def test_bulk_publish_goes_on_past_a_held_page(site):
    """Of three pages the two good ones are published, and the count that the editor reads is right."""
    pages = [site.page(good(), "First"), site.page(bad(), "Second"), site.page(good(), "Third")]
    query = "&".join(f"id={page.pk}" for page in pages)
    response = site.client().post(
        f"/admin/bulk/wagtailcore/page/publish/?{query}&next=/admin/", {"include_descendants": ""}, follow=True
    )
    assert [site.is_live(page) for page in pages] == [True, False, True]
    assert "2 pages have been published" in site.messages(response)
    assert HELD in site.messages(response)


def test_bulk_publish_holds_bad_descendants(site):
    """The pages below a chosen one are judged as well."""
    section = site.news.IndexPage(title="Section", slug="section", live=False)
    site.home.add_child(instance=section)
    inner = site.news.ArticlePage(title="Inner", slug="inner", body=html(bad()), live=False)
    section.add_child(instance=inner)
    site.client().post(
        f"/admin/bulk/wagtailcore/page/publish/?id={section.pk}&next=/admin/", {"include_descendants": "on"}
    )
    assert (site.is_live(section), site.is_live(inner)) == (True, False)


def _workflow(site, *tasks):
    from wagtail.models import Workflow, WorkflowPage, WorkflowTask

    workflow = Workflow.objects.create(name="Desk")
    for order, task in enumerate(tasks):
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    WorkflowPage.objects.update_or_create(page=site.home, defaults={"workflow": workflow})


def _moderation(site):
    from django.contrib.auth.models import Group
    from wagtail.models import GroupApprovalTask

    task = GroupApprovalTask.objects.create(name="A colleague looks")
    task.groups.add(Group.objects.get(name="Moderators"))
    return task


@pytest.mark.parametrize(("text", "live"), [(bad, False), (good, True)])
def test_the_end_of_a_workflow_is_judged(site, text, live):
    """A colleague's approval publishes a good text; a bad one is held, and the approver is told."""
    _workflow(site, _moderation(site))
    site.create(text(), action="action-submit")
    page = site.newest()
    state = page.current_workflow_state.current_task_state
    address = f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/"
    response = site.client().post(address, {"comment": ""}, follow=True)
    assert site.is_live(page) is live
    assert (HELD in site.messages(response)) is not live


def _schedule(page, minutes):
    from django.utils import timezone

    revision = page.get_latest_revision()
    revision.approved_go_live_at = timezone.now() + datetime.timedelta(minutes=minutes)
    revision.save()


def test_scheduled_publishing_goes_on_past_a_held_page(site):
    """The real command publishes the good pages, holds the bad one, and does not try it again."""
    pages = [site.page(good(), "First"), site.page(bad(), "Second"), site.page(good(), "Third")]
    for minutes, page in enumerate(pages, -10):
        _schedule(page, minutes)
    done = site.manage("publish_scheduled")
    assert (done.returncode, done.stderr) == (0, "")
    assert [site.is_live(page) for page in pages] == [True, False, True]
    assert not site.Page.objects.get(pk=pages[1].pk).revisions.filter(approved_go_live_at__isnull=False).exists()
    assert site.verdict(pages[1]).state == "held"


@pytest.mark.parametrize(("text", "scheduled"), [(bad, False), (good, True)])
def test_scheduling_is_judged_at_once(site, text, scheduled):
    """Whoever schedules a bad text is told then, not at night."""
    from django.utils import timezone

    when = (timezone.now() + datetime.timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    response = site.create(text(), go_live_at=when)
    page = site.newest()
    assert site.seen(page) == 404
    assert (page.get_latest_revision().approved_go_live_at is not None) is scheduled
    assert (HELD in site.messages(response)) is not scheduled


@pytest.mark.parametrize(("text", "status", "live"), [(bad, 403, False), (good, 200, True)])
def test_the_admin_api_refuses_a_bad_text(site, text, status, live):
    """POST .../action/publish/ answers 403 with the reasons."""
    page = site.page(text())
    response = site.client().post(
        f"/admin/api/main/pages/{page.pk}/action/publish/", {}, content_type="application/json"
    )
    assert (response.status_code, site.is_live(page)) == (status, live)
    assert ("2 injected lines" in response.content.decode()) is not live
    assert (site.verdict(page).state == "held") is not live


def _api(site):
    """A client of Wagtail 8's write API, and its headers."""
    import wagtail

    if wagtail.VERSION < (8,):
        pytest.skip("this Wagtail has no API version 3")
    from wagtail.models import APIToken

    _, token = APIToken.create_token(user=site.admin, name="test")
    return site.client(), {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}


@pytest.mark.parametrize(("text", "status", "live"), [(bad, 403, False), (good, 200, True)])
def test_api_version_3_refuses_a_bad_text(site, text, status, live):
    """Wagtail 8's write API: publishing answers 403 with the reasons."""
    client, extra = _api(site)
    page = site.page(text())
    response = client.post(f"/api/v3/pages/{page.pk}/actions/publish/", {}, **extra)
    assert (response.status_code, site.is_live(page)) == (status, live), response.content
    assert ("2 injected lines" in json.dumps(response.json())) is not live


@pytest.mark.parametrize(("text", "live"), [(bad, False), (good, True)])
def test_api_version_3_creates_a_bad_page_as_a_draft(site, text, live):
    """Creating with "publish" loses no text: the page is there as a draft, and the answer says that it is held."""
    client, extra = _api(site)
    meta = {"type": "news.ArticlePage", "parent_id": site.home.pk, "action": "publish"}
    fields = {"title": TITLE, "slug": "by-api", "body": html(text()), "meta": meta}
    response = client.post("/api/v3/pages/", fields, **extra)
    assert response.status_code == 201, response.content
    assert site.is_live(site.newest()) is live
    assert response.get("Copydesk") == (None if live else "held")


@pytest.mark.parametrize(("text", "live"), [(bad, False), (good, True)])
def test_revision_publish_returns_an_outcome_where_it_held(site, text, live):
    """Programs that publish go on; the return value says what was held."""
    page = site.page(text())
    outcome = page.save_revision().publish()
    assert site.is_live(page) is live
    assert bool(outcome) is not live
    if not live:
        assert outcome.message.startswith(HELD)


@pytest.mark.parametrize(("text", "live"), [(bad, False), (good, True)])
def test_page_publish_is_judged(site, text, live):
    """Page.publish(), which the edit view does not call, ends in the same place."""
    page = site.page(text())
    page.publish(page.get_latest_revision())
    assert site.is_live(page) is live


def test_a_program_may_ask_for_an_exception(site):
    """Under `strict` a hold raises PublishHeld, and the page stays a draft with its verdict."""
    from copydesk.plugin.wagtail import PublishHeld, strict

    page = site.page(bad())
    with strict(), pytest.raises(PublishHeld, match="2 injected lines") as caught:
        page.save_revision().publish()
    assert not site.is_live(page)
    assert caught.value.outcome.verdict == site.verdict(page)


def test_the_action_itself_is_judged(site):
    """Code that runs Wagtail's publish action without permission checks, as the edit view does, is covered."""
    from wagtail.actions.publish_page_revision import PublishPageRevisionAction

    page = site.page(bad())
    PublishPageRevisionAction(page.get_latest_revision()).execute(skip_permission_checks=True)
    assert not site.is_live(page)


def test_no_signal_says_that_a_held_page_was_published(site):
    """`page_published` listeners (caches, feeds, newsletters) hear nothing of a held page."""
    from wagtail.signals import page_published

    heard = []

    def listen(sender, instance, **_):
        heard.append(instance.pk)

    page_published.connect(listen)
    try:
        site.create(bad(), "A bad one")
        site.create(good(), "A good one")
    finally:
        page_published.disconnect(listen)
    assert heard == [site.newest().pk]
