"""Admin, the API where this Wagtail has it, and pages."""

import wagtail
from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [path("admin/", include(wagtailadmin_urls)), *staticfiles_urlpatterns()]
if wagtail.VERSION >= (8,):
    from wagtail.api.v3.api import api

    urlpatterns.append(path("api/v3/", api.urls))
urlpatterns.append(path("", include(wagtail_urls)))
