"""A server's tags are put on, found, replaced and taken off.

API reference: Compute API, "Server tags" (since version 2.26).
"""

from __future__ import annotations

import uuid

from refcheck.testing import Absent, expect, idempotent_id, refused

_V2_26 = "2.26"


class _Tags:
    """The tags of one server."""

    def __init__(self, compute, server):
        self._compute = compute
        self.path = f"/servers/{server['id']}/tags"

    def ask(self, method, below="", **options):
        return self._compute.request(method, self.path + below, microversion=_V2_26, **options)

    def set(self, *tags):
        """Whatever there was, these are there now."""
        answer = self.ask("PUT", json={"tags": list(tags)})
        if answer.status == 406:
            raise Absent("the compute service does not speak version 2.26, which brought tags")
        assert sorted(expect(answer, 200)["tags"]) == sorted(tags)

    def read(self):
        tags = expect(self.ask("GET"), 200)["tags"]
        assert isinstance(tags, list)
        return sorted(map(str, tags))


@idempotent_id("81279a66-61c3-4759-b830-a2dbe64cbe08")
def test_a_tag_is_there_or_is_not(compute, given, create):
    tags, tag = _Tags(compute, given.used_server()), create.name("tag")
    tags.set(tag)
    assert not expect(tags.ask("GET", f"/{tag}"), 204).content
    # Part of a tag is not a tag.
    refused(tags.ask("GET", f"/{tag[:-1]}"), 404)
    nowhere = f"/servers/{uuid.uuid4()}/tags/{tag}"
    refused(compute.get(nowhere, microversion=_V2_26), 404)


@idempotent_id("8d95abe2-c658-4c42-9a44-c0258500306b")
def test_a_tag_is_put_on_and_taken_off(compute, given, create):
    tags, tag = _Tags(compute, given.used_server()), create.name("tag")
    tags.set("stays")
    made = expect(tags.ask("PUT", f"/{tag}"), 201)
    assert made.header("Location").endswith(f"{tags.path}/{tag}")
    # 204, not 201: it was there.
    expect(tags.ask("PUT", f"/{tag}"), 204)
    assert tags.read() == sorted([tag, "stays"])

    expect(tags.ask("DELETE", f"/{tag}"), 204)
    assert tags.read() == ["stays"]
    refused(tags.ask("DELETE", f"/{tag}"), 404)
    refused(tags.ask("PUT", "/one,two"), 400)


@idempotent_id("a2c1af8c-127d-417d-974b-8115f7e3d831")
def test_new_tags_replace_all_there_were(compute, given, create):
    tags, tag = _Tags(compute, given.used_server()), create.name("tag")
    tags.set("goes", "stays")
    tags.set("stays", tag)
    assert tags.read() == sorted(["stays", tag])
    refused(tags.ask("PUT", json={"tags": ["one/two"]}), 400)
    refused(tags.ask("PUT", json={"tags": [5]}), 400)
    assert tags.read() == sorted(["stays", tag])


@idempotent_id("a63b2a74-e918-4b7c-bcab-10c855f3a57e")
def test_all_tags_are_taken_off_at_once(compute, given, create):
    tags = _Tags(compute, given.used_server())
    tags.set(create.name("tag"), create.name("tag"))
    assert len(tags.read()) == 2
    assert not expect(tags.ask("DELETE"), 204).content
    assert tags.read() == []
