"""What an operator can set, read from the environment and checked before anything starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from limits import parse_many
from platformdirs import user_data_path
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from refcheck.errors import WrongUse
from refcheck.result.signing import SIZE_LIMIT

PREFIX = "REFCHECK_REGISTRY_"
REQUEST_RATE = "600 per minute"
UPLOAD_RATE = "60 per minute"
SIGN_IN_RATE = "10 per minute; 60 per hour"
EVIDENCE_LIMIT = 64 * 1024 * 1024
_SHORTEST_SECRET = 20
_OF_PROVIDER = "Give what the OpenID provider made for this registry."
_LONGEST_ADDRESS = 200
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_S3_PLACE = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?")
Choice = TypeVar("Choice", bound=StrEnum)


class BadSetting(WrongUse):
    """A setting has a value that the registry cannot work with; `where` names the setting."""


class Log(StrEnum):
    """What the registry's log is like."""

    PLAIN = "plain"
    """Faults, as text."""
    JSON = "json"
    """Requests and faults, one JSON object a line."""


class Tls(StrEnum):
    """How a connection to the mail server is kept from being listened to."""

    STARTTLS = "starttls"
    """It begins in the open, and nothing is said before it is closed."""
    IMPLICIT = "implicit"
    """It is closed from the start."""
    NONE = "none"
    """It is not; for a server on this machine."""


class Webhooks(StrEnum):
    """Where webhooks may lead."""

    PUBLIC = "public"
    """By https to public addresses."""
    ANYWHERE = "anywhere"
    """Also by http, and to addresses of private networks: for a registry within one."""
    NOWHERE = "nowhere"
    """There are none."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail is sent.

    Attributes:
        host, port: of the server that takes it.
        sender: the address that it comes from.
        tls: how the connection is protected.
        user, password: to sign in there; empty for a server that asks for neither.
    """

    host: str
    port: int
    sender: str
    tls: Tls
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class OpenIdSettings:
    """An OpenID provider that people may sign in at.

    Attributes:
        issuer: its address, below which it publishes its metadata.
        client_id, client_secret: of this registry, as the provider knows it.
        title: what people call it.
        second_factor: it asks everyone for a second factor.
    """

    issuer: str
    client_id: str
    client_secret: str
    title: str
    second_factor: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """How this registry runs.

    Attributes:
        database_url: SQLAlchemy address of a SQLite file or a PostgreSQL database.
        public_url: what the outside world calls this registry, when a proxy stands in front.
        upload_limit: bytes of one upload; more is refused with 413.
        request_rate: requests to pages and reads, per client address and worker.
        upload_rate: uploads, per client address and worker.
        sign_in_rate: attempts to sign in, per client address and worker; and those that fail, per
            account.
        proxies: how many proxies in front add to X-Forwarded-For; 0 ignores that header.
        log: what the log is like.
        openid: where people may sign in; None for nowhere else.
        metrics_token: with which `/metrics` is read; None for no such page.
        signing_key: file of the private key that signs what this registry publishes.
        mail: how mail is sent; None for not at all.
        webhooks: where webhooks may lead.
        evidence: where evidence is kept: a folder, or `s3://BUCKET/PREFIX`.
        evidence_limit: bytes of one piece of evidence.
        anonymous: whether refstack-client may send results that nobody signed.
        reviewers: how many stand behind an approval: 1 or 2.
        agreement: file of the text that vendors agree to; None for the one that comes along.
    """

    database_url: str
    public_url: str | None = None
    upload_limit: int = SIZE_LIMIT
    request_rate: str = REQUEST_RATE
    upload_rate: str = UPLOAD_RATE
    sign_in_rate: str = SIGN_IN_RATE
    proxies: int = 0
    log: Log = Log.PLAIN
    metrics_token: str | None = None
    openid: OpenIdSettings | None = None
    signing_key: Path = Path("signing-key.pem")
    mail: MailSettings | None = None
    webhooks: Webhooks = Webhooks.PUBLIC
    evidence: str = "evidence"
    evidence_limit: int = EVIDENCE_LIMIT
    anonymous: bool = True
    reviewers: int = 1
    agreement: Path | None = None


def from_environment(
    environ: Mapping[str, str], *, database: str | None = None, data: Path | None = None
) -> Settings:
    """Settings from `REFCHECK_REGISTRY_*` variables; the arguments win over them.

    Args:
        environ: the environment.
        database: a database address from the command line.
        data: the folder for the SQLite file when no address is given.

    Raises:
        BadSetting: naming the setting, with what would be right.
    """
    folder = data or Path(environ.get(f"{PREFIX}DATA") or user_data_path("refcheck") / "registry")
    folder = folder.absolute()
    if database is not None:
        database_url = _database_url(database, "--database")
    else:
        default = f"sqlite:///{folder / 'registry.db'}"
        database_url = _database_url(
            environ.get(f"{PREFIX}DATABASE") or default, f"{PREFIX}DATABASE"
        )
    return Settings(
        database_url=database_url,
        public_url=_public_url(environ.get(f"{PREFIX}PUBLIC_URL")),
        upload_limit=_whole_number(environ, "UPLOAD_LIMIT", SIZE_LIMIT, smallest=1024),
        request_rate=_rate(environ, "REQUEST_RATE", REQUEST_RATE),
        upload_rate=_rate(environ, "UPLOAD_RATE", UPLOAD_RATE),
        sign_in_rate=_rate(environ, "SIGN_IN_RATE", SIGN_IN_RATE),
        proxies=_whole_number(environ, "PROXIES", 0, smallest=0),
        log=_choice(environ, "LOG", Log.PLAIN),
        metrics_token=_secret(environ, "METRICS_TOKEN"),
        openid=_openid(environ),
        mail=_mail(environ),
        webhooks=_choice(environ, "WEBHOOKS", Webhooks.PUBLIC),
        evidence=_evidence(environ, folder),
        evidence_limit=_whole_number(environ, "EVIDENCE_LIMIT", EVIDENCE_LIMIT, smallest=1024),
        signing_key=Path(environ.get(f"{PREFIX}SIGNING_KEY") or folder / "signing-key.pem"),
        anonymous=_yes_or_no(environ, "ANONYMOUS", default=True),
        reviewers=_reviewers(environ),
        agreement=_agreement(environ.get(f"{PREFIX}AGREEMENT")),
    )


def _database_url(address: str, setting: str) -> str:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise BadSetting(
            "is not a database address",
            where=setting,
            next_step="Give sqlite:////folder/registry.db or postgresql://user@host/name.",
        ) from error
    if url.get_backend_name() == "sqlite":
        return address
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    raise BadSetting(
        f"names the database {url.drivername!r}",
        where=setting,
        next_step="Use SQLite (sqlite:///) or PostgreSQL (postgresql://).",
    )


def _public_url(value: str | None) -> str | None:
    return public_address(value, f"{PREFIX}PUBLIC_URL") if value else None


def public_address(value: str, setting: str) -> str:
    """An address that the outside world uses, without a slash at its end.

    Raises:
        BadSetting: it is none.
    """
    try:
        parts = urlsplit(value)
    except ValueError:  # half of an IPv6 address
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting(
            f"is {value!r}, not an address",
            where=setting,
            next_step="Give it like https://registry.example.org.",
        )
    return value.rstrip("/")


def _whole_number(environ: Mapping[str, str], name: str, default: int, *, smallest: int) -> int:
    value = environ.get(f"{PREFIX}{name}")
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or len(value) > 12 or int(value) < smallest:
        raise BadSetting(
            f"is {value!r}",
            where=f"{PREFIX}{name}",
            next_step=f"Give a whole number of at least {smallest}.",
        )
    return int(value)


def _choice(environ: Mapping[str, str], name: str, default: Choice) -> Choice:
    value = environ.get(f"{PREFIX}{name}") or default
    try:
        return type(default)(value)
    except ValueError as error:
        raise BadSetting(
            f"is {value!r}",
            where=f"{PREFIX}{name}",
            next_step=f"Give {' or '.join(type(default))}.",
        ) from error


def _mail(environ: Mapping[str, str]) -> MailSettings | None:
    server = environ.get(f"{PREFIX}MAIL_SERVER")
    if not server:
        return None
    host, _, port = server.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadSetting(
            f"is {server!r}", where=f"{PREFIX}MAIL_SERVER", next_step="Give HOST:PORT."
        )
    _given(environ, "PUBLIC_URL", "Give it: mail has links to this registry.")
    sender = _given(environ, "MAIL_FROM", "Give the address that mail comes from.")
    if not is_mail_address(sender):
        raise BadSetting(
            f"is {sender!r}, not a mail address",
            where=f"{PREFIX}MAIL_FROM",
            next_step="Give it like registry@example.org.",
        )
    return MailSettings(
        host=host.strip("[]"),
        port=int(port),
        sender=sender,
        tls=_choice(environ, "MAIL_TLS", Tls.STARTTLS),
        user=environ.get(f"{PREFIX}MAIL_USER", ""),
        password=environ.get(f"{PREFIX}MAIL_PASSWORD", ""),
    )


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent there, as far as one can see: the rest is found out by sending."""
    return len(text) <= _LONGEST_ADDRESS and _MAIL_ADDRESS.fullmatch(text) is not None


def _evidence(environ: Mapping[str, str], folder: Path) -> str:
    value = environ.get(f"{PREFIX}EVIDENCE") or str(folder / "evidence")
    if value.startswith("s3://"):
        if not _S3_PLACE.fullmatch(value):
            raise BadSetting(
                f"is {value!r}",
                where=f"{PREFIX}EVIDENCE",
                next_step="Give s3://BUCKET or s3://BUCKET/PREFIX.",
            )
        return value
    return str(Path(value).absolute())


def _yes_or_no(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(f"{PREFIX}{name}")
    if not value:
        return default
    if value not in {"yes", "no"}:
        raise BadSetting(f"is {value!r}", where=f"{PREFIX}{name}", next_step="Give yes or no.")
    return value == "yes"


def _reviewers(environ: Mapping[str, str]) -> int:
    value = environ.get(f"{PREFIX}REVIEWERS") or "1"
    if value not in {"1", "2"}:
        raise BadSetting(f"is {value!r}", where=f"{PREFIX}REVIEWERS", next_step="Give 1 or 2.")
    return int(value)


def _agreement(value: str | None) -> Path | None:
    if not value:
        return None
    file = Path(value)
    try:
        empty = not file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise BadSetting(
            f"cannot be read ({error})",
            where=f"{PREFIX}AGREEMENT",
            next_step="Name a file of plain text.",
        ) from error
    if empty:
        raise BadSetting("is empty", where=f"{PREFIX}AGREEMENT", next_step="Write the agreement.")
    return file.absolute()


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(f"{PREFIX}{name}")
    if not value:
        return None
    if len(value) < _SHORTEST_SECRET or not value.isascii() or not value.isprintable():
        raise BadSetting(
            "is too easy to guess, or no header can hold it",
            where=f"{PREFIX}{name}",
            next_step=f"Give at least {_SHORTEST_SECRET} ASCII characters, from a generator.",
        )
    return value


def _openid(environ: Mapping[str, str]) -> OpenIdSettings | None:
    """Where people may sign in; an issuer is taken as it is spelled, for tokens name it so."""
    issuer = environ.get(f"{PREFIX}OIDC_ISSUER")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or (here and parts.scheme == "http")):
        raise BadSetting(
            f"is {issuer!r}, not an address that begins with https://",
            where=f"{PREFIX}OIDC_ISSUER",
            next_step="Give it as the provider's own metadata have it.",
        )
    return OpenIdSettings(
        issuer=issuer,
        client_id=_given(environ, "OIDC_CLIENT_ID", _OF_PROVIDER),
        client_secret=_given(environ, "OIDC_CLIENT_SECRET", _OF_PROVIDER),
        title=environ.get(f"{PREFIX}OIDC_TITLE") or parts.hostname,
        second_factor=_yes_or_no(environ, "OIDC_SECOND_FACTOR", default=False),
    )


def _given(environ: Mapping[str, str], name: str, next_step: str) -> str:
    value = environ.get(f"{PREFIX}{name}")
    if not value:
        raise BadSetting("is not given", where=f"{PREFIX}{name}", next_step=next_step)
    return value


def _rate(environ: Mapping[str, str], name: str, default: str) -> str:
    value = environ.get(f"{PREFIX}{name}", default)
    try:
        parse_many(value)
    except ValueError as error:
        raise BadSetting(
            f"is {value!r}, not a rate",
            where=f"{PREFIX}{name}",
            next_step="Give it like `60 per minute`.",
        ) from error
    return value
