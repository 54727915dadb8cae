"""A project sees the zones that its volumes can be placed in.

API reference: Block Storage API, "Availability zones (os-availability-zone)".
"""

from __future__ import annotations

from refcheck.testing import expect, idempotent_id


@idempotent_id("01f1ae88-eba9-4c6b-a011-6f7ace06b725")
def test_the_zones_are_listed_and_a_volume_is_in_one_that_is_up(volume, shared):
    zones = expect(volume.get("/os-availability-zone"), 200)["availabilityZoneInfo"]
    names = [zone["zoneName"] for zone in zones]
    assert names, "no availability zone is listed"
    assert all(isinstance(name, str) and name for name in names)
    assert len(set(names)) == len(names)
    assert all(isinstance(zone["zoneState"]["available"], bool) for zone in zones)
    up = [zone["zoneName"] for zone in zones if zone["zoneState"]["available"]]
    assert shared.volume["availability_zone"] in up
