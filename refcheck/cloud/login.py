"""Why a cloud does not let us in: each reason as the error a person can act on."""

from __future__ import annotations

from collections.abc import Iterator

from keystoneauth1 import exceptions as ks

from refcheck.cloud.signals import HarnessFault
from refcheck.cloud.throttling import Throttled
from refcheck.errors import (
    CertificateRefused,
    CloudConfigFault,
    CredentialsRefused,
    RefcheckError,
    TargetUnreachable,
)


def incomplete(name: str, error: Exception) -> RefcheckError:
    """The error to raise for an entry that lacks something."""
    return CloudConfigFault(
        f"its entry in clouds.yaml does not suffice ({error})",
        where=name,
        next_step="Give auth_url and credentials; see the openstacksdk documentation.",
    )


def refusal(name: str, where: str, error: ks.ClientException) -> RefcheckError:
    """The error to raise for what the SDK raised at the first login.

    Args:
        name: the cloud's.
        where: the same with its address, for messages.
    """
    # The SDK looks for the version first, and wraps what is in the way of that.
    causes = list(_causes(error))
    tls = next((cause for cause in causes if isinstance(cause, ks.SSLError)), None)
    if tls:
        return _tls_refusal(where, tls)
    if isinstance(error, ks.Unauthorized | ks.Forbidden) or _of_a_token(error):
        return CredentialsRefused(
            f"the cloud refuses the credentials ({error.message})",
            where=where,
            next_step="Check user, password, project and domains in clouds.yaml.",
        )
    if isinstance(error, ks.MissingRequiredOptions | ks.MissingAuthPlugin):
        return incomplete(name, error)
    limit = next((cause for cause in causes if isinstance(cause, Throttled)), None)
    if limit:
        return TargetUnreachable(
            f"the cloud limits how often one may log in ({limit})",
            where=where,
            next_step="Wait and try again, or ask the operator for a higher limit.",
        )
    if isinstance(error, ks.HttpError):
        return TargetUnreachable(
            f"the identity service answers {error.http_status} to a login",
            where=where,
            next_step="Look into the identity service's log.",
        )
    return TargetUnreachable(
        f"the identity service does not answer ({_innermost(error)})",
        where=where,
        next_step="Check auth_url and the network, then try again.",
    )


def shut_out(error: RefcheckError) -> HarnessFault:
    """The fault to raise when a login fails in the middle of a run."""
    match error:
        case CloudConfigFault():
            return HarnessFault(f"configuration: {error}")
        case CredentialsRefused():
            return HarnessFault(f"credentials: {error}")
        case _:
            return HarnessFault(f"network: {error}")


def _of_a_token(error: ks.ClientException) -> bool:
    """Whether it is Keystone's way to say that the token to log in with is not valid (any more)."""
    return isinstance(error, ks.NotFound) and "token" in str(error.message).lower()


def _tls_refusal(where: str, error: ks.SSLError) -> RefcheckError:
    if "WRONG_VERSION_NUMBER" in str(error):
        return TargetUnreachable(
            "it does not speak TLS there",
            where=where,
            next_step="Write http:// in auth_url, or give the port that speaks TLS.",
        )
    return CertificateRefused(
        f"its TLS certificate is not accepted ({_innermost(error)})",
        where=where,
        next_step="Renew the certificate, or name its authority as `cacert` in clouds.yaml;"
        " `verify: false` there goes without, and the result says so.",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and, one after the other, what led to it."""
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _innermost(error: BaseException) -> str:
    """The first cause: the outer layers of HTTP libraries only repeat the address."""
    *_, first = _causes(error)
    return str(first) or type(first).__name__
