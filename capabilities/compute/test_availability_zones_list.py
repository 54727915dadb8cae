"""A project sees the zones that its servers can be placed in.

API reference: Compute API, "Availability zones", "Get Availability Zone Information".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id


@idempotent_id("a8333aa2-205c-449f-a828-d38c2489bf25")
def test_the_zones_are_listed_without_their_hosts_and_a_server_is_in_one(compute, shared):
    zones = expect(compute.get("/os-availability-zone"), 200)["availabilityZoneInfo"]
    names = [zone["zoneName"] for zone in zones]
    assert names, "no availability zone is listed"
    assert all(isinstance(name, str) and name for name in names)
    assert len(set(names)) == len(names)
    for zone in zones:
        assert isinstance(zone["zoneState"]["available"], bool)
        # Hosts are for operators only.
        assert zone["hosts"] is None
    up = [zone["zoneName"] for zone in zones if zone["zoneState"]["available"]]
    assert shared.server["OS-EXT-AZ:availability_zone"] in up
