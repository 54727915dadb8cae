"""A signed address lets anybody write one object for a while (api-ref: "Temporary URLs")."""

import hmac
from urllib.parse import urlsplit

from refcheck.testing import Absent, expect, idempotent_id, refused, sent_at

CONTENT = b"from whoever has the address"
VALID = 600


@idempotent_id("9b08dade-3571-4152-8a4f-a4f2a873a735")
def test_an_object_is_written_with_a_signed_address_and_no_other(object_store, given, shared):
    digest = _digest(shared)
    # The key of the container, not of the account: that one may be in use.
    path, key = given.object_path("thing"), given.temp_url_key()

    def write(target, content, query):
        return object_store.put(target, data=content, params=query, authenticated=False)

    now = int(sent_at(refused(write(path, b"unsigned", {}), 401)).timestamp())
    expires = now + VALID

    def signed(method, until, by=key):
        return _signed(object_store, digest, method, path, until, by)

    valid = signed("PUT", expires)
    refused(write(path, b"forged", signed("PUT", expires, "another key")), 401)
    refused(write(path, b"late", signed("PUT", now - 1)), 401)
    refused(write(path, b"for reading", signed("GET", expires)), 401)
    refused(write(f"{path}/other", b"elsewhere", valid), 401)
    expect(object_store.head(path), 404)

    expect(write(path, CONTENT, valid), 201)
    # Who may write may check what was written, not read it.
    refused(object_store.get(path, params=valid, authenticated=False), 401)
    shown = expect(object_store.head(path, params=valid, authenticated=False), 200)
    assert shown.header("Content-Length") == str(len(CONTENT))
    assert expect(object_store.get(path), 200).content == CONTENT


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
