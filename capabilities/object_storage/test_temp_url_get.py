"""A signed address lets anybody read one object for a while (api-ref: "Temporary URLs")."""

import hmac
from urllib.parse import urlsplit

from refcheck.testing import Absent, expect, idempotent_id, refused, sent_at

CONTENT = b"for whoever has the address"
KEY = "refcheck-temporary-key"
VALID = 600


@idempotent_id("f91c96d4-1230-4bba-8eb9-84476d18d991")
def test_an_object_is_read_with_a_signed_address_and_no_other(object_store, given, shared):
    digest = _digest(shared)
    # The key of a container, not of the account: that one may be in use.
    container = given.container(**{"X-Container-Meta-Temp-URL-Key": KEY})
    path, other = f"/{container}/thing", f"/{container}/other"
    stored = expect(object_store.put(path, data=CONTENT), 201)
    now = int(sent_at(stored).timestamp())
    expires = now + VALID

    def ask(method, target, **query):
        return object_store.request(method, target, params=query, authenticated=False)

    signed = _signed(object_store, digest, "GET", path, expires)
    read = expect(ask("GET", path, **signed), 200)
    assert read.content == CONTENT
    assert "thing" in read.header("Content-Disposition")
    expect(ask("HEAD", path, **signed), 200)

    refused(ask("GET", path), 401)
    refused(ask("GET", other, **signed), 401)
    refused(ask("DELETE", path, **signed), 401)
    refused(ask("GET", path, **{**signed, "temp_url_expires": expires + 1}), 401)
    past = _signed(object_store, digest, "GET", path, now - 1)
    refused(ask("GET", path, **past), 401)
    forged = _signed(object_store, digest, "GET", path, expires, key="another key")
    refused(ask("GET", path, **forged), 401)
    assert expect(object_store.get(path), 200).content == CONTENT


def _signed(object_store, digest, method, path, expires, key=KEY):
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
