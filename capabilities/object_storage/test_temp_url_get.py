"""A signed address lets anybody read one object for a while (api-ref: "Temporary URLs")."""

import hmac
import re
import time
from urllib.parse import urlsplit

from refcheck.testing import Absent, expect, idempotent_id, refused

CONTENT = b"for whoever has the address"
KEY = "refcheck-temporary-key"
VALID = 600


@idempotent_id("f91c96d4-1230-4bba-8eb9-84476d18d991")
def test_an_object_is_read_with_a_signed_address_and_no_other(object_store, given):
    digest = _digest(object_store)
    # The key of a container, not of the account: that one may be in use.
    container = given.container(**{"X-Container-Meta-Temp-URL-Key": KEY})
    path, other = f"/{container}/thing", f"/{container}/other"
    for one in (path, other):
        expect(object_store.put(one, data=CONTENT), 201)
    expires = int(time.time()) + VALID

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
    past = _signed(object_store, digest, "GET", path, int(time.time()) - 1)
    refused(ask("GET", path, **past), 401)
    forged = _signed(object_store, digest, "GET", path, expires, key="another key")
    refused(ask("GET", path, **forged), 401)
    assert expect(object_store.get(path), 200).content == CONTENT


def _signed(object_store, digest, method, path, expires, key=KEY):
    """The query of a signed address; `expires` in seconds since 1970."""
    signed = f"{method}\n{expires}\n{urlsplit(object_store.url).path}{path}"
    signature = hmac.new(key.encode(), signed.encode(), digest).hexdigest()
    return {"temp_url_sig": signature, "temp_url_expires": expires}


def _digest(object_store):
    """The strongest digest that the service takes; older ones only knew SHA-1."""
    address = re.split(r"/v1(?:/|$)", object_store.url)[0] + "/info"
    told = expect(object_store.get(address, authenticated=False), 200).json
    if "tempurl" not in told:
        raise Absent("the object store does not tell of tempurl in /info")
    allowed = told["tempurl"].get("allowed_digests", ["sha1"])
    return next(digest for digest in ("sha512", "sha256", "sha1") if digest in allowed)
