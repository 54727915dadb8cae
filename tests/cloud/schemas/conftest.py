"""Answers of a service, made up."""

import json

import pytest

from refcheck.cloud.exchange import Answer


@pytest.fixture
def answer():
    """Make an answer: its body as JSON or as bytes."""

    def make(body=None, status=200, **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return Answer("GET x", status, {"content-type": "application/json", **named}, content)

    return make
