"""A registry where something has happened, and the key that signs for it."""

from __future__ import annotations

import pytest
from refcheck_server.accounts import services
from refcheck_server.audit.log import acting_as
from securesystemslib.signer import CryptoSigner

from tests.server import samples


@pytest.fixture(scope="session")
def signer():
    return CryptoSigner.generate_ed25519()


@pytest.fixture
def told(registry):
    """Seven events: three of `example`, two uploads, and a token and a key that were revoked."""
    for outcomes in (samples.mixed, samples.passed):
        assert registry.submit(samples.result(outcomes)).status_code == 201
    with registry.session() as session, session.begin():
        acting_as(session, "operator:anna")
        services.revoke_token(session, registry.example.prefix, now=registry.clock())
        keyid = registry.example.signer.public_key.keyid
        services.revoke_key(session, keyid, now=registry.clock())
    return registry
