"""Addresses in a catalogue, as clouds write them."""

import pytest

from refcheck.cloud.catalogue import with_version


@pytest.mark.parametrize(
    ("kind", "address", "versioned"),
    [
        ("image", "https://h/image", "https://h/image/v2"),
        ("image", "https://h:9292/", "https://h:9292/v2"),
        ("image", "https://v2.example/v2", "https://v2.example/v2"),
        ("image", "https://v2.example", "https://v2.example/v2"),
        ("network", "https://h/network/", "https://h/network/v2.0"),
        ("network", "https://h/network/v2.0/", "https://h/network/v2.0/"),
        ("compute", "https://h/compute/v2.1/P", "https://h/compute/v2.1/P"),
        ("compute", "https://h/compute", "https://h/compute/v2.1"),
        ("block-storage", "https://h/volume/v3/P", "https://h/volume/v3/P"),
        ("block-storage", "https://h/volume", "https://h/volume/v3/P"),
        ("identity", "https://h/identity", "https://h/identity/v3"),
        ("object-store", "https://h/swift", "https://h/swift"),
    ],
)
def test_an_address_gets_the_version_that_it_lacks(kind, address, versioned):
    assert with_version(kind, address, "P") == versioned
