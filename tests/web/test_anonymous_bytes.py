"""Who has not signed in leaves no large files on the disk of a committee's server."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.multipartparser import MultiPartParser
from django.test import Client

from replique.store import Home
from replique.web.committee_door import LARGEST_FORM


@pytest.mark.parametrize(
    "where", ["/account/login/", "/invitation/x/", "/language/", "/scans/send/"]
)
def test_a_large_form_is_refused_before_it_is_read(
    empty: Home, settings: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    del empty
    settings.COMMITTEE = True
    read: list[str] = []

    def parse(_self: object) -> None:
        read.append(where)

    monkeypatch.setattr(MultiPartParser, "parse", parse)
    client = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    client.get("/account/login/")
    file = SimpleUploadedFile("a.wav", bytes(LARGEST_FORM))
    assert client.post(where, {"files": file}).status_code == 403
    assert read == []
