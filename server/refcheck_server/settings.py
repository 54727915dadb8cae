"""What an operator can set, read from the environment and checked before anything starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

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
_S3_PLACE = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/(?!\.\.?(/|$))[A-Za-z0-9._-]+)*/?")
_S3_ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(:\d+)?(/[A-Za-z0-9._/-]*)?")
S3_ADDRESSES = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT")
"""Variables that say where S3 is, if it is not Amazon's own."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/|[sS]3:")
_YES_NO = {"yes": True, "no": False}
Value = TypeVar("Value")


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
        request_rate: requests to pages and reads, per client address.
        upload_rate: uploads, per client address.
        sign_in_rate: attempts to sign in, per client address; and those that fail, per account.
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
    given = _Given(environ)
    folder = (
        data or Path(given.text("DATA") or user_data_path("refcheck") / "registry")
    ).absolute()
    public_url = given.text("PUBLIC_URL")
    return Settings(
        database_url=_database_url(database, given, folder),
        public_url=public_address(public_url, f"{PREFIX}PUBLIC_URL") if public_url else None,
        upload_limit=given.number("UPLOAD_LIMIT", SIZE_LIMIT, smallest=1024),
        request_rate=given.rate("REQUEST_RATE", REQUEST_RATE),
        upload_rate=given.rate("UPLOAD_RATE", UPLOAD_RATE),
        sign_in_rate=given.rate("SIGN_IN_RATE", SIGN_IN_RATE),
        proxies=given.number("PROXIES", 0, smallest=0),
        log=given.one_of("LOG", {one: one for one in Log}, Log.PLAIN),
        metrics_token=given.secret("METRICS_TOKEN"),
        openid=_openid(given),
        mail=_mail(given),
        webhooks=given.one_of("WEBHOOKS", {one: one for one in Webhooks}, Webhooks.PUBLIC),
        evidence=_evidence(given, folder),
        evidence_limit=given.number("EVIDENCE_LIMIT", EVIDENCE_LIMIT, smallest=1024),
        signing_key=Path(given.text("SIGNING_KEY") or folder / "signing-key.pem"),
        anonymous=given.one_of("ANONYMOUS", _YES_NO, default=True),
        reviewers=given.one_of("REVIEWERS", {"1": 1, "2": 2}, 1),
        agreement=_agreement(given),
    )


class _Given:
    """The variables of a registry, by their names without the prefix; an empty one is not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str) -> str:
        return self._environ.get(f"{PREFIX}{name}", "")

    def of_all(self, name: str) -> str:
        """A variable that is not this registry's alone."""
        return self._environ.get(name, "")

    def not_one_line(self, beginning: str) -> list[str]:
        """Variables of that beginning which no header of HTTP can hold."""
        every = sorted(name for name in self._environ if name.startswith(beginning))
        return [name for name in every if not self._environ[name].isprintable()]

    def needed(self, name: str, next_step: str) -> str:
        value = self.text(name)
        if not value:
            raise _bad(name, "is not given", next_step)
        return value

    def number(self, name: str, default: int, *, smallest: int) -> int:
        value = self.text(name) or str(default)
        if not value.isascii() or not value.isdigit() or len(value) > 12 or int(value) < smallest:
            raise _bad(name, f"is {value!r}", f"Give a whole number of at least {smallest}.")
        return int(value)

    def one_of(self, name: str, choices: Mapping[str, Value], default: Value) -> Value:
        value = self.text(name)
        if value and value not in choices:
            raise _bad(name, f"is {value!r}", f"Give {' or '.join(choices)}.")
        return choices[value] if value else default

    def rate(self, name: str, default: str) -> str:
        value = self.text(name) or default
        try:
            parse_many(value)
        except ValueError as error:
            raise _bad(
                name, f"is {value!r}, not a rate", "Give it like `60 per minute`."
            ) from error
        return value

    def secret(self, name: str) -> str | None:
        value = self.text(name)
        if value and not (
            len(value) >= _SHORTEST_SECRET and value.isascii() and value.isprintable()
        ):
            raise _bad(
                name,
                "is too easy to guess, or no header can hold it",
                f"Give at least {_SHORTEST_SECRET} ASCII characters, from a generator.",
            )
        return value or None


def _bad(name: str, fault: str, next_step: str) -> BadSetting:
    return BadSetting(fault, where=f"{PREFIX}{name}", next_step=next_step)


def _database_url(option: str | None, given: _Given, folder: Path) -> str:
    setting = f"{PREFIX}DATABASE" if option is None else "--database"
    address = option
    if address is None:
        address = given.text("DATABASE") or f"sqlite:///{folder / 'registry.db'}"
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


def public_address(value: str, setting: str) -> str:
    """An address that the outside world uses, without a slash at its end.

    Raises:
        BadSetting: it is none.
    """
    parts = _split(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting(
            f"is {value!r}, not an address",
            where=setting,
            next_step="Give it like https://registry.example.org.",
        )
    return value.rstrip("/")


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:  # half of an IPv6 address, or a port that is none
        return urlsplit("")
    return parts


def _mail(given: _Given) -> MailSettings | None:
    server = given.text("MAIL_SERVER")
    if not server:
        return None
    host, _, port = server.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise _bad("MAIL_SERVER", f"is {server!r}", "Give HOST:PORT.")
    given.needed("PUBLIC_URL", "Give it: mail has links to this registry.")
    sender = given.needed("MAIL_FROM", "Give the address that mail comes from.")
    if not is_mail_address(sender):
        raise _bad(
            "MAIL_FROM", f"is {sender!r}, not a mail address", "Give it like registry@example.org."
        )
    return MailSettings(
        host=host.strip("[]"),
        port=int(port),
        sender=sender,
        tls=given.one_of("MAIL_TLS", {one: one for one in Tls}, Tls.STARTTLS),
        user=given.text("MAIL_USER"),
        password=given.text("MAIL_PASSWORD"),
    )


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent there, as far as one can see: the rest is found out by sending."""
    return len(text) <= _LONGEST_ADDRESS and _MAIL_ADDRESS.fullmatch(text) is not None


def _evidence(given: _Given, folder: Path) -> str:
    value = given.text("EVIDENCE") or str(folder / "evidence")
    if not _SCHEME.match(value):
        return str(Path(value).absolute())
    if not _S3_PLACE.fullmatch(value):
        raise _bad("EVIDENCE", f"is {value!r}", "Give s3://BUCKET/PREFIX, or a folder.")
    for name in S3_ADDRESSES:
        address = given.of_all(name)
        if address and not (_S3_ADDRESS.fullmatch(address) and _split(address).netloc):
            raise BadSetting(
                f"is {address!r}, not an address",
                where=name,
                next_step="Give it like https://s3.example.org, or none for Amazon's own.",
            )
    if spoilt := given.not_one_line("AWS_"):
        raise BadSetting(
            "is not one line of text",
            where=spoilt[0],
            next_step="See that no end of a line came along with it.",
        )
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    missing = [one for one in keys if not given.of_all(one)]
    if len(missing) == 1:
        raise BadSetting("is not given", where=missing[0], next_step="Give both keys, or none.")
    return value


def _agreement(given: _Given) -> Path | None:
    value = given.text("AGREEMENT")
    if not value:
        return None
    file = Path(value)
    try:
        empty = not file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise _bad(
            "AGREEMENT", f"cannot be read ({error})", "Name a file of plain text."
        ) from error
    if empty:
        raise _bad("AGREEMENT", "is empty", "Write the agreement.")
    return file.absolute()


def _openid(given: _Given) -> OpenIdSettings | None:
    """Where people may sign in; an issuer is taken as it is spelled, for tokens name it so."""
    issuer = given.text("OIDC_ISSUER")
    if not issuer:
        return None
    parts = _split(issuer)
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or not (parts.scheme == "https" or (here and parts.scheme == "http")):
        raise _bad(
            "OIDC_ISSUER",
            f"is {issuer!r}, not an address that begins with https://",
            "Give it as the provider's own metadata have it.",
        )
    return OpenIdSettings(
        issuer=issuer,
        client_id=given.needed("OIDC_CLIENT_ID", _OF_PROVIDER),
        client_secret=given.needed("OIDC_CLIENT_SECRET", _OF_PROVIDER),
        title=given.text("OIDC_TITLE") or parts.hostname,
        second_factor=given.one_of("OIDC_SECOND_FACTOR", _YES_NO, default=False),
    )
