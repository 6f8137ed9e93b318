"""A small Wagtail site. COPYDESK_SITE_DB names its database, COPYDESK_SITE_SETTINGS the COPYDESK dict as JSON."""

import json
import os
from pathlib import Path

import wagtail

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # nothing is fetched from anywhere
WAGTAIL_SITE_NAME = "Larkmoor Gazette"
WAGTAILADMIN_BASE_URL = "http://localhost"
WAGTAIL_I18N_ENABLED = True
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("de", "German")]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("COPYDESK_SITE_DB", ":memory:")}
}
COPYDESK = json.loads(os.environ.get("COPYDESK_SITE_SETTINGS", "{}"))
WITHOUT = os.environ.get("COPYDESK_SITE_WITHOUT") == "1"  # the same site without Copydesk, to measure what it costs

INSTALLED_APPS = [
    "news",
    *([] if WITHOUT else ["copydesk.plugin.wagtail", "copydesk.plugin.django"]),
    "wagtail.contrib.simple_translation",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    *(["wagtail.api.v3", "ninja", "django_tasks"] if wagtail.VERSION >= (8,) else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    *([] if WITHOUT else ["copydesk.plugin.wagtail.middleware.HeldMessages"]),
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
