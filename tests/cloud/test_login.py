"""Why a cloud does not let us in is told by its first cause, however the SDK wraps it."""

import pytest
from keystoneauth1 import exceptions as ks

from refcheck.cloud.login import refusal, shut_out
from refcheck.cloud.throttling import Throttled
from refcheck.errors import (
    CertificateRefused,
    CloudConfigFault,
    CredentialsRefused,
    TargetUnreachable,
)


def wrapped(*errors):
    """The last of the errors, each raised while the one before was handled."""
    try:
        *before, last = errors
        if before:
            try:
                raise wrapped(*before)
            except type(before[-1]):
                raise last  # noqa: B904 - as the SDK does
        raise last
    except type(last) as error:
        return error


LIMIT = Throttled("it answered 429 and asks to wait 90 s more")


@pytest.mark.parametrize(
    ("errors", "kind", "fault"),
    [
        ([ks.SSLError("certificate has expired")], CertificateRefused, "has expired"),
        (
            [ks.SSLError("self-signed certificate"), ks.DiscoveryFailure("no versions")],
            CertificateRefused,
            "self-signed certificate",
        ),
        ([ks.SSLError("[SSL: WRONG_VERSION_NUMBER]")], TargetUnreachable, "does not speak TLS"),
        (
            [LIMIT, ks.UnknownConnectionError("odd", LIMIT), ks.DiscoveryFailure("no versions")],
            TargetUnreachable,
            "limits how often one may log in .*asks to wait 90 s",
        ),
        ([ks.Unauthorized("wrong password")], CredentialsRefused, "wrong password"),
        ([ks.NotFound("Could not recognize Fernet token")], CredentialsRefused, "Fernet token"),
        ([ks.NotFound("Not Found")], TargetUnreachable, "answers 404"),
        ([ks.MissingRequiredOptions([])], CloudConfigFault, "does not suffice"),
        ([ks.BadGateway("x", http_status=502)], TargetUnreachable, "answers 502"),
        (
            [OSError("no route"), ks.ConnectFailure("Unable to establish connection")],
            TargetUnreachable,
            "does not answer .no route.",
        ),
    ],
)
def test_each_reason_is_told_as_itself(errors, kind, fault):
    error = refusal("mine", "mine at https://cloud.example/v3", wrapped(*errors))
    assert type(error) is kind
    with pytest.raises(kind, match=fault):
        raise error
    assert error.next_step


@pytest.mark.parametrize(
    ("kind", "whose"),
    [
        (CloudConfigFault, "configuration"),
        (CredentialsRefused, "credentials"),
        (TargetUnreachable, "network"),
        (CertificateRefused, "network"),
    ],
)
def test_in_the_middle_of_a_run_the_reason_says_whose_fault_it_is(kind, whose):
    assert str(shut_out(kind("it is so", next_step="wait"))) == f"{whose}: it is so"
