"""Two kinds of article, one with rich text and one with a stream, a snippet, and a plain model."""

from django.db import models
from wagtail import VERSION, blocks
from wagtail.admin.panels import FieldPanel, PublishingPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import DraftStateMixin, Page, RevisionMixin
from wagtail.snippets.models import register_snippet

from copydesk.plugin.django.gate import GatedModel

WRITABLE = {"writable": True} if VERSION >= (8,) else {}  # API version 3 takes such fields


class Fact(blocks.StructBlock):
    """A box beside the text."""

    heading = blocks.CharBlock(required=False)
    text = blocks.RichTextBlock(required=False)
    points = blocks.ListBlock(blocks.CharBlock(), required=False)


class IndexPage(Page):
    """A section: it has no text of its own."""


class ArticlePage(Page):
    """An article in one field of rich text."""

    body = RichTextField(blank=True)
    api_fields = (APIField("body", **WRITABLE),)
    content_panels = (*Page.content_panels, FieldPanel("body"))


class StoryPage(Page):
    """An article put together from blocks."""

    intro = models.TextField(blank=True)
    body = StreamField(
        [
            ("heading", blocks.CharBlock()),
            ("paragraph", blocks.RichTextBlock()),
            ("quote", blocks.BlockQuoteBlock()),
            ("plain", blocks.TextBlock()),
            ("html", blocks.RawHTMLBlock()),
            ("fact", Fact()),
        ],
        blank=True,
        use_json_field=True,
    )
    content_panels = (*Page.content_panels, FieldPanel("intro"), FieldPanel("body"))


class Notice(DraftStateMixin, RevisionMixin, models.Model):
    """A snippet with drafts."""

    title = models.CharField(max_length=100)
    body = RichTextField(blank=True)
    panels = (FieldPanel("title"), FieldPanel("body"), PublishingPanel())

    def __str__(self):
        return self.title


register_snippet(Notice)


class Item(GatedModel):
    """An article of a project without Wagtail's pages."""

    copydesk_fields = ("headline", "text")
    copydesk_live = ("published",)
    copydesk_held = "pending"

    headline = models.CharField(max_length=200)
    text = models.TextField()
    status = models.CharField(max_length=12, default="draft")
