"""The gate for plain Django models: what `save()` writes is judged; what goes round it is found."""

from __future__ import annotations

import pytest
from wagtail_support import PROMOS, TITLE, bad, free_port, good, site, wagtail_database  # noqa: F401

pytestmark = pytest.mark.cms("wagtail")


def _text(paragraphs):
    return "\n\n".join(paragraphs)


def _status(site, item):
    return site.news.Item.objects.get(pk=item.pk).status


@pytest.mark.parametrize(("text", "status", "state"), [(bad, "pending", "held"), (good, "published", "passed")])
def test_create_is_judged(site, text, status, state):
    """A row that is created as published is pending where its text is held."""
    item = site.news.Item.objects.create(headline=TITLE, text=_text(text()), status="published")
    item.refresh_from_db()
    assert (item.status, item.copydesk_state, item.copydesk_is_held) == (status, state, state == "held")
    assert (item.copydesk_summary == "2 injected lines") is item.copydesk_is_held


def test_a_draft_is_not_judged(site):
    """Only rows that readers see are."""
    item = site.news.Item.objects.create(headline=TITLE, text=_text(bad()))
    assert (item.status, item.copydesk_state) == ("draft", "")


@pytest.mark.parametrize(("text", "status"), [(bad, "pending"), (good, "published")])
def test_saving_only_the_status_is_judged(site, text, status):
    """`save(update_fields=["status"])` stores the verdict as well."""
    item = site.news.Item.objects.create(headline=TITLE, text=_text(text()))
    item.status = "published"
    item.save(update_fields=["status"])
    item.refresh_from_db()
    assert item.status == status
    assert item.copydesk_hash == item.copydesk_text_hash()


def test_an_edit_of_a_published_row_is_judged(site):
    """A plain model has one version of a row: with bad words it is withdrawn."""
    item = site.news.Item.objects.create(headline=TITLE, text=_text(good()), status="published")
    item.text = _text(bad())
    item.save()
    assert _status(site, item) == "pending"


def test_a_release_is_for_these_words(site):
    """`copydesk_release` publishes; other words are judged anew."""
    item = site.news.Item.objects.create(headline=TITLE, text=_text(bad()), status="published")
    item.copydesk_release()
    assert _status(site, item) == "published"
    item.headline = "Another headline"
    item.save()
    assert _status(site, item) == "pending"


def test_publishing_a_held_row_again_changes_nothing(site):
    """The same words are held without being scored again."""
    item = site.news.Item.objects.create(headline=TITLE, text=_text(bad()), status="published")
    site.configure(BACKEND="http", URL=f"http://127.0.0.1:{free_port()}")
    item.status = "published"
    item.save()
    assert (_status(site, item), item.copydesk_state) == ("pending", "held")


def test_update_and_bulk_create_go_round_it_and_are_found(site):
    """They send no signal: that is a limit. The audit lists what they left, and withdraws it when asked."""
    items = site.news.Item.objects
    one = items.create(headline=TITLE, text=_text(bad()))
    items.filter(pk=one.pk).update(status="published")
    items.bulk_create([site.news.Item(headline=TITLE, text=_text(bad()), status="published")])
    two = items.last()
    assert [_status(site, item) for item in (one, two)] == ["published", "published"]
    found = site.manage("copydesk_audit")
    assert found.returncode == 1
    assert found.stdout.splitlines() == [f"news.Item {item.pk}: never judged" for item in (one, two)]
    site.manage("copydesk_audit", "--judge")
    assert [_status(site, item) for item in (one, two)] == ["pending", "pending"]
    assert site.manage("copydesk_audit").returncode == 0


def test_a_changed_text_behind_the_gate_is_found(site):
    """An `update()` of the text of a published row leaves a verdict on other words."""
    item = site.news.Item.objects.create(headline=TITLE, text=_text(good()), status="published")
    site.news.Item.objects.filter(pk=item.pk).update(text=PROMOS[0])
    assert [row.pk for row in site.news.Item.objects.all().unjudged()] == [item.pk]


def test_publish_stands_in_for_update(site):
    """`objects.publish()` goes through the gate, and counts."""
    for text in (bad(), good(), good()):
        site.news.Item.objects.create(headline=TITLE, text=_text(text))
    assert site.news.Item.objects.filter(status="draft").publish() == (2, 1)
    assert site.news.Item.objects.held().count() == 1


@pytest.mark.parametrize(("down", "status"), [("hold", "pending"), ("publish", "published")])
def test_a_dead_scorer(site, down, status):
    """As SCORER_DOWN says; the audit scores it when the scorer is back."""
    site.configure(BACKEND="http", URL=f"http://127.0.0.1:{free_port()}", SCORER_DOWN=down)
    item = site.news.Item.objects.create(headline=TITLE, text=_text(good()), status="published")
    assert (_status(site, item), item.copydesk_state) == (status, "not-scored")
    done = site.manage("copydesk_audit", "--rescore")
    assert "news.Item: 1 published, 0 waiting" in done.stdout
    assert _status(site, item) == "published"


def test_observe_only(site):
    """Nothing is withheld, and the verdict is noted."""
    site.configure(OBSERVE_ONLY=True)
    item = site.news.Item.objects.create(headline=TITLE, text=_text(bad()), status="published")
    assert (item.status, item.copydesk_state, item.copydesk_summary) == ("published", "observed", "2 injected lines")


def test_the_plain_gate_needs_no_wagtail():
    """A project without Wagtail can use it: importing it imports none."""
    import subprocess
    import sys

    script = (
        "import sys\n"
        "sys.modules['wagtail'] = None\n"
        "from django.conf import settings\n"
        "settings.configure(INSTALLED_APPS=['copydesk.plugin.django'])\n"
        "import django; django.setup()\n"
        "import copydesk.plugin.django.gate\n"
        "from django.core.checks import run_checks\n"
        "print([each.id for each in run_checks()])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
