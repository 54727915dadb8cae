"""A signed address lets anybody read one object for a while (api-ref: "Temporary URLs")."""

import hmac
from urllib.parse import urlsplit

from refcheck.testing import Absent, expect, idempotent_id, refused, sent_at

CONTENT = b"for whoever has the address"
VALID = 600


@idempotent_id("f91c96d4-1230-4bba-8eb9-84476d18d991")
def test_an_object_is_read_with_a_signed_address_and_no_other(object_store, given, shared):
    digest = _digest(shared)
    # The key of the container, not of the account: that one may be in use.
    path, key = given.object_path("thing"), given.temp_url_key()
    stored = expect(object_store.put(path, data=CONTENT), 201)
    now = int(sent_at(stored).timestamp())
    expires = now + VALID

    def ask(method, target, **query):
        return object_store.request(method, target, params=query, authenticated=False)

    def signed(until, by=key):
        return _signed(object_store, digest, "GET", path, until, by)

    valid = signed(expires)
    refused(ask("GET", path), 401)
    refused(ask("GET", f"{path}/other", **valid), 401)
    refused(ask("DELETE", path, **valid), 401)
    refused(ask("GET", path, **{**valid, "temp_url_expires": expires + 1}), 401)
    refused(ask("GET", path, **signed(now - 1)), 401)
    refused(ask("GET", path, **signed(expires, "another key")), 401)

    read = expect(ask("GET", path, **valid), 200)
    assert read.content == CONTENT
    assert path.rpartition("/")[2] in read.header("Content-Disposition")
    expect(ask("HEAD", path, **valid), 200)


def _signed(object_store, digest, method, path, expires, key):
    """The query of a signed address; `expires` in seconds since 1970."""
    # The service sees no prefix that a proxy in front of it has: its own paths begin with /v1.
    account = "/v1" + urlsplit(object_store.url).path.partition("/v1")[2]
    signed = f"{method}\n{expires}\n{account}{path}"
    signature = hmac.new(key.encode(), signed.encode(), digest).hexdigest()
    return {"temp_url_sig": signature, "temp_url_expires": expires}


def _digest(shared):
    """The strongest digest that the service takes; older ones only knew SHA-1."""
    if "tempurl" not in shared.object_store_info:
        raise Absent("the object store does not tell of tempurl in /info")
    allowed = shared.object_store_info["tempurl"].get("allowed_digests", ["sha1"])
    return next(digest for digest in ("sha512", "sha256", "sha1") if digest in allowed)
