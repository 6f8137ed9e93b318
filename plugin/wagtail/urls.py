"""Addresses below the admin's `copydesk/`."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "copydesk"
urlpatterns = [
    path("", views.VerdictsView.as_view(), name="verdicts"),
    path("results/", views.VerdictsView.as_view(results_only=True), name="verdicts_results"),
    path("<int:pk>/", views.verdict, name="verdict"),
    path("<int:pk>/release/", views.release, name="release"),
    path("<int:pk>/clean/", views.clean, name="clean"),
    path("<int:pk>/feedback/", views.feedback, name="feedback"),
]
