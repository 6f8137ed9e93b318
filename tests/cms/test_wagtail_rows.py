"""Rows that are written as live without Wagtail's publish action, copies, aliases, streams and snippets."""

from __future__ import annotations

import pytest
from wagtail_support import PROMOS, TITLE, bad, good, html, site, wagtail_database  # noqa: F401

pytestmark = pytest.mark.cms("wagtail")


@pytest.mark.parametrize(("text", "live"), [(bad, False), (good, True)])
def test_a_page_that_a_program_adds_live_is_judged(site, text, live):
    """Page.live is True by default: `add_child` writes a bad page as a draft, with its verdict."""
    page = site.news.ArticlePage(title=TITLE, body=html(text()))
    site.home.add_child(instance=page)
    assert site.is_live(page) is live
    assert site.verdict(page).state == ("passed" if live else "held")


@pytest.mark.parametrize(("text", "live"), [(bad, False), (good, True)])
def test_setting_live_and_saving_is_judged(site, text, live):
    """`page.live = True; page.save()` makes no bad page live."""
    page = site.page(text())
    page.live = True
    page.save()
    assert site.is_live(page) is live


def test_setting_live_on_the_bare_page_is_judged(site):
    """The same through `Page`, which has none of the article's fields."""
    page = site.page(bad())
    bare = site.Page.objects.get(pk=page.pk)
    bare.live = True
    bare.save()
    assert not site.is_live(page)


def test_saving_bad_words_over_a_live_page_keeps_the_page(site):
    """A program's `save()` of a live page: readers keep the old words, the new ones are a draft."""
    page = site.page(good())
    page.save_revision().publish()
    page = site.newest()
    page.body = html(bad())
    page.save()
    page = site.newest()
    assert (page.live, page.has_unpublished_changes) == (True, True)
    assert PROMOS[0] not in page.body
    assert PROMOS[0] in page.get_latest_revision_as_object().body
    assert site.verdict(page).revision == page.get_latest_revision()


def test_a_page_from_before_copydesk_may_be_saved(site):
    """What is live already with these words is not withdrawn by an unrelated change."""
    page = site.page(bad())
    site.news.ArticlePage.objects.filter(pk=page.pk).update(live=True)
    page = site.newest()
    page.show_in_menus = True
    page.save()
    assert site.is_live(page)
    assert site.verdict(page) is None


def test_update_goes_round_the_gate_and_the_audit_finds_it(site):
    """QuerySet.update() sends no signal; the audit names the page, judges it, and unpublishes it when asked."""
    page = site.page(bad())
    site.news.ArticlePage.objects.filter(pk=page.pk).update(live=True)
    found = site.manage("copydesk_audit_pages")
    assert f"news.ArticlePage {page.pk} {TITLE}: never judged" in found.stdout
    found = site.manage("copydesk_audit_pages", "--unpublish")
    assert "held 2 injected lines" in found.stdout
    assert not site.is_live(page)


@pytest.mark.parametrize(("text", "live"), [(bad, False), (good, True)])
def test_a_live_copy_is_judged(site, text, live):
    """Copying a page that is live but was never judged makes a bad copy a draft."""
    page = site.page(text())
    site.news.ArticlePage.objects.filter(pk=page.pk).update(live=True)
    copy = site.newest().copy(update_attrs={"slug": "copy", "title": "A copy"}, keep_live=True)
    copy = site.news.ArticlePage.objects.get(pk=copy.pk)
    assert (copy.live, copy.live_revision_id is not None) == (live, live)


def test_an_alias_follows_its_page(site):
    """An alias shows what its page shows: no verdict of its own, and no bad text before the page has it."""
    site.create(good())
    page = site.newest()
    alias = page.create_alias(update_slug="alias")
    assert site.is_live(alias)
    site.edit(page, bad())
    assert PROMOS[0] not in site.news.ArticlePage.objects.get(pk=alias.pk).body
    site.edit(page, [*good(), "The pool closes on 30 April."])
    assert "30 April" in site.news.ArticlePage.objects.get(pk=alias.pk).body
    assert site.verdict(alias) is None


def test_an_alias_of_a_held_page_is_not_live(site):
    """A draft's alias is a draft."""
    site.create(bad())
    assert not site.is_live(site.newest().create_alias(update_slug="alias"))


def test_a_translation_is_judged_when_it_is_published(site):
    """`copy_for_translation` makes a draft; publishing it is judged like any other page."""
    from wagtail.models import Locale

    german = Locale.objects.create(language_code="de")
    page = site.page(bad())
    translation = page.copy_for_translation(german, copy_parents=True)
    translation.save_revision().publish()
    assert not site.is_live(translation)
    assert site.verdict(translation).state == "held"


def test_an_import_of_fixtures_is_left_alone(site):
    """`loaddata` writes rows as they are."""
    from django.core import serializers

    page = site.page(bad())
    bare = site.Page.objects.get(pk=page.pk)
    bare.live = True
    data = serializers.serialize("json", [bare])
    for loaded in serializers.deserialize("json", data):
        loaded.save()
    assert site.is_live(page)


def _story(site, blocks, **fields):
    page = site.news.StoryPage(title=TITLE, live=False, **fields)
    page.body = [*blocks]
    site.home.add_child(instance=page)
    return page


def _blocks(text):
    from wagtail.rich_text import RichText

    return [("paragraph", RichText(f"<p>{paragraph}</p>")) for paragraph in text]


@pytest.mark.parametrize(("text", "live"), [(bad, False), (good, True)])
def test_a_stream_is_judged_as_one_article(site, text, live):
    """A line in a block of its own is known by the blocks round it."""
    page = _story(site, _blocks(text()))
    page.save_revision().publish()
    assert site.is_live(page) is live
    if not live:
        assert site.verdict(page).summary == "2 injected lines"


def test_nested_blocks_are_judged(site):
    """Text inside of struct and list blocks is part of the article."""
    from wagtail.rich_text import RichText

    fact = {"heading": "In short", "text": RichText(f"<p>{PROMOS[0]}</p>"), "points": ["One", PROMOS[1]]}
    page = _story(site, [*_blocks(good()), ("fact", fact)])
    page.save_revision().publish()
    assert not site.is_live(page)


def test_the_plain_field_before_a_stream_is_part_of_the_article(site):
    """TextField, RichTextField and StreamField are all read, in the order of the model."""
    page = _story(site, _blocks(good()), intro=PROMOS[0])
    page.save_revision().publish()
    assert not site.is_live(page)


def test_the_hash_does_not_depend_on_the_ids_of_blocks(site):
    """The same words saved again are the same text, though Wagtail gives their blocks ids in between."""
    from copydesk.plugin.wagtail.content import content_of

    page = _story(site, _blocks(good()), intro="A line.")
    again = site.news.StoryPage.objects.get(pk=page.pk)
    assert content_of(page).hash == content_of(again).hash == content_of(again.save_revision().as_object()).hash


def test_a_page_without_text_is_not_judged(site):
    """A section, or an empty article, goes out without a verdict."""
    page = _story(site, [])
    page.save_revision().publish()
    section = site.news.IndexPage(title="Section", slug="section")
    site.home.add_child(instance=section)
    assert (site.is_live(page), site.is_live(section)) == (True, True)
    assert (site.verdict(page), site.verdict(section)) == (None, None)


@pytest.mark.parametrize(("text", "live"), [(bad, False), (good, True)])
def test_named_snippets_are_judged(site, text, live):
    """A type of SNIPPET_TYPES is gated in the admin like a page."""
    site.configure(SNIPPET_TYPES=["news.Notice"])
    from wagtail_support import draftail

    data = {"title": TITLE, "body": draftail(text()), "action-publish": "1"}
    response = site.client().post("/admin/snippets/news/notice/add/", data, follow=True)
    notice = site.news.Notice.objects.get()
    assert notice.live is live
    assert ("Held for review" in site.messages(response)) is not live
    assert ("published" in site.messages(response)) is live


def test_other_snippets_are_not_judged(site):
    """Without SNIPPET_TYPES no snippet is gated."""
    notice = site.news.Notice.objects.create(title=TITLE, body=html(bad()), live=False)
    notice.save_revision().publish()
    assert site.is_live(notice)


def test_only_the_named_page_types_are_judged(site):
    """PAGE_TYPES narrows the gate."""
    site.configure(PAGE_TYPES=["news.StoryPage"])
    site.create(bad())
    assert site.is_live(site.newest())


def test_only_the_named_fields_are_read(site):
    """FIELDS says which fields are the headline and the text."""
    site.configure(FIELDS={"news.StoryPage": ["title", "intro"]})
    page = _story(site, _blocks(bad()), intro="\n\n".join(good()))
    page.save_revision().publish()
    assert site.is_live(page)


def test_a_page_may_say_itself_what_its_text_is(site, monkeypatch):
    """A method `copydesk_html` of the page comes before the fields."""
    monkeypatch.setattr(site.news.ArticlePage, "copydesk_html", lambda page: html(bad()), raising=False)
    site.create(good())
    assert not site.is_live(site.newest())


def test_verdicts_go_with_their_page(site):
    """They quote the article, so deleting the page deletes them."""
    from copydesk.plugin.wagtail.models import Verdict

    site.create(bad())
    assert Verdict.objects.count() == 1
    site.newest().delete()
    assert Verdict.objects.count() == 0


def test_a_database_that_is_locked_for_a_moment_stops_nobody(site, monkeypatch):
    """Two who publish the same text at once on SQLite: the verdict is stored at the second try, and no editor sees an error."""
    from django.db import OperationalError

    from copydesk.plugin.wagtail.models import Verdict

    page = site.page(bad())
    save, tries = Verdict.save, []

    def locked_once(self, *args, **kwargs):
        tries.append(self)
        if len(tries) == 1:
            raise OperationalError("database is locked")
        save(self, *args, **kwargs)

    monkeypatch.setattr(Verdict, "save", locked_once)
    assert page.get_latest_revision().publish()
    assert not site.is_live(page)
    assert site.verdict(page).state == "held"
