"""A server knows itself by its name.

API reference: Compute API, "Servers", "Show Server Details" (`OS-EXT-SRV-ATTR:hostname`).
What counts is what the guest system says.
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id


@idempotent_id("ac1ad47f-984b-4441-9274-c9079b7a0666")
def test_the_host_name_of_a_server_is_its_name(compute, shared):
    server = shared.guest_server
    # Since version 2.90 everybody is told the host name that the guest is given.
    answer = compute.get(f"/servers/{server['id']}", microversion="2.90")
    if expect(answer, 200, 406).status == 200:
        assert answer["server"]["OS-EXT-SRV-ATTR:hostname"] == server["name"]
    assert shared.guest.host_name == server["name"]
