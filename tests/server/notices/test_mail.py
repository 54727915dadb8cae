"""Mail: only to an address that was confirmed, only what was chosen, and never lost."""

from __future__ import annotations

import re
import ssl

import pytest
import trustme
from aiosmtpd.smtp import AuthResult
from refcheck_server.accounts import services
from refcheck_server.audit.models import AuditEvent
from refcheck_server.notices.models import Subscription
from sqlalchemy import select

from tests.server.notices.conftest import ADDRESS, left_over, work_off
from tests.server.vendors.test_vendors import accept, invite, register
from tests.server.visitor import visiting_as, with_password

MAIL = "someone@example.org"


@pytest.fixture
def box(smtp):
    return smtp()


@pytest.fixture
def registry(telling, box):
    return telling(**of(box))


def of(box, **more):
    server = {"MAIL_SERVER": f"127.0.0.1:{box.port}", "MAIL_FROM": "registry@example.org"}
    return {**server, "MAIL_TLS": "none", **more}


def link_in(mail):
    link = re.search(r"http://\S+/confirm\?secret=\S+", mail.get_content())[0]
    return link.removeprefix(ADDRESS)


def ask(visitor, address=MAIL):
    assert visitor.post("/account/notices/address", address=address).status_code == 303
    work_off(visitor.registry)


def confirm(visitor, link):
    assert f"Get mail at {MAIL}?" in visitor.get(link).text
    return visitor.post("/account/notices/confirm", secret=link.split("=")[1])


def subscribed(registry, box, name="owner"):
    """Somebody who administers the vendor `example` and gets mail; their mails are forgotten."""
    owner = visiting_as(registry, with_password(registry, name))
    register(owner, "Example")
    ask(owner)
    assert confirm(owner, link_in(box.mails[-1])).status_code == 303
    work_off(registry)
    box.mails.clear()
    return owner


def told(registry):
    with registry.session() as session:
        return [(one.action, one.detail) for one in session.scalars(select(AuditEvent))]


def test_an_address_counts_once_its_link_was_followed(registry, box):
    owner = visiting_as(registry, with_password(registry, "owner"))
    register(owner, "Example")
    ask(owner)
    [mail] = box.mails
    assert (mail["To"], mail["Subject"]) == (MAIL, "Is this your address?")
    invite(owner, "example")
    work_off(registry)
    assert len(box.mails) == 1
    link = link_in(mail)
    assert confirm(owner, link).status_code == 303
    assert confirm_again(owner, link) == 404
    invite(owner, "example")
    work_off(registry)
    assert [one["Subject"] for one in box.mails[1:]] == ["owner invites someone to Example"]
    assert left_over(registry) == []


def confirm_again(visitor, link):
    return visitor.post("/account/notices/confirm", secret=link.split("=")[1]).status_code


def test_what_is_changed_about_mail_is_told_without_the_address(registry, box):
    owner = subscribed(registry, box)
    owner.post("/account/notices/topics", topics=["marks"])
    owner.post("/account/notices/forget")
    found = [(action, detail) for action, detail in told(registry) if action.startswith("mail.")]
    assert found == [
        ("mail.address_given", "{}"),
        ("mail.address_confirmed", "{}"),
        ("mail.topics_chosen", '{"topics":["marks"]}'),
        ("mail.address_forgotten", "{}"),
    ]
    with registry.session() as session:
        assert session.scalar(select(Subscription)) is None


def test_a_mail_says_what_happened_where_to_look_and_why_it_came(registry, box):
    owner = subscribed(registry, box)
    invite(owner, "example")
    work_off(registry)
    [mail] = box.mails
    text = mail.get_content()
    assert f"{ADDRESS}/vendors/example" in text
    assert f"{ADDRESS}/account/notices" in text
    assert 'you chose "vendor" for your account owner' in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == f"<{ADDRESS}/account/notices>"


def test_only_what_was_chosen_is_sent(registry, box):
    owner = subscribed(registry, box)
    owner.post("/account/notices/topics", topics=["security"])
    invite(owner, "example")
    owner.post("/account/tokens", scopes=["keys"], days="30")
    work_off(registry)
    assert [one["Subject"] for one in box.mails] == ["owner has a new token"]


def test_a_link_counts_for_its_account_alone_and_for_a_day(registry, box):
    owner = visiting_as(registry, with_password(registry, "owner"))
    ask(owner)
    link = link_in(box.mails[0])
    other = visiting_as(registry, with_password(registry, "other"))
    assert other.get(link).status_code == 404
    assert confirm_again(other, link) == 404
    registry.clock.forward(hours=25)
    assert confirm_again(visiting_as(registry, "owner"), link) == 404


def test_nobody_is_flooded_with_links(registry, box):
    owner = visiting_as(registry, with_password(registry, "owner"))
    ask(owner)
    page = owner.post("/account/notices/address", address="victim@example.org")
    assert page.status_code == 409
    work_off(registry)
    assert [one["To"] for one in box.mails] == [MAIL]


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@b@c", "a b@example.org", "a@example.org\nBcc: b@example.org", "a@exa mple.org",
     "a,b@example.org", "<a@example.org>", "é@example.org", "x" * 300 + "@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(registry, address):
    owner = visiting_as(registry, with_password(registry, "owner"))
    assert owner.post("/account/notices/address", address=address).status_code == 400
    assert left_over(registry) == []


def test_no_name_of_a_stranger_s_makes_a_header(registry, box):
    owner = subscribed(registry, box)
    with registry.session() as session, session.begin():
        from refcheck_server.vendors.models import Vendor

        session.scalar(select(Vendor)).name = "Evil\u2028One\r\nBcc: victim@example.org\r\n\r\n<x>"
    invite(owner, "example")
    work_off(registry)
    [mail] = box.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "owner invites someone to Evil One"


def test_who_left_gets_no_mail_of_the_vendor_s_not_even_what_waited(registry, box):
    owner = visiting_as(registry, with_password(registry, "boss"))
    register(owner, "Other")
    member = subscribed(registry, box)
    accept(member, invite(owner, "other"))
    work_off(registry)
    box.mails.clear()
    box.refusal = "451 later"
    invite(owner, "other")
    work_off(registry)
    owner.post("/vendors/other/members/owner/remove")
    box.refusal = None
    registry.clock.forward(minutes=1)
    work_off(registry)
    assert [one["Subject"] for one in box.mails] == ["owner was removed from Other"]


@pytest.mark.parametrize("how", ["another address", "other topics", "a disabled account"])
def test_what_waited_is_sent_only_if_it_is_still_wanted_there(registry, box, how):
    owner = subscribed(registry, box)
    box.refusal = "451 later"
    invite(owner, "example")
    work_off(registry)
    registry.clock.forward(minutes=2)
    if how == "another address":
        assert owner.post("/account/notices/address", address="x@example.org").status_code == 303
    elif how == "other topics":
        owner.post("/account/notices/topics", topics=["marks"])
    else:
        with registry.session() as session, session.begin():
            found = services.find_account(session, "owner")
            services.disable(session, found, now=registry.clock())
    box.refusal = None
    work_off(registry)
    assert [one["Subject"] for one in box.mails if "invites" in one["Subject"]] == []


def test_another_address_gets_nothing_but_its_link_until_that_is_followed(registry, box):
    owner = subscribed(registry, box)
    registry.clock.forward(minutes=2)
    ask(owner, "another@example.org")
    invite(owner, "example")
    work_off(registry)
    assert [(one["To"], one["Subject"]) for one in box.mails] == [
        ("another@example.org", "Is this your address?")
    ]
    assert left_over(registry) == []


def test_whom_it_concerns_in_two_ways_gets_one_mail(registry, box):
    owner = subscribed(registry, box)
    mate = visiting_as(registry, with_password(registry, "mate"))
    accept(mate, invite(owner, "example", place="administrator"))
    work_off(registry)
    box.mails.clear()
    mate.post("/vendors/example/members/owner/place", place="member")
    work_off(registry)
    assert len(box.mails) == 1


def test_a_mail_that_is_not_taken_now_is_sent_later_and_one_that_never_will_is_shown(registry, box):
    owner = subscribed(registry, box)
    box.refusal = "451 greylisted"
    invite(owner, "example")
    work_off(registry)
    [job] = left_over(registry)
    assert (job.dead_at, job.fault) == (None, "the mail server refuses the address (451)")
    box.refusal = "550 nobody is called so"
    registry.clock.forward(seconds=15)
    work_off(registry)
    [job] = left_over(registry)
    assert job.dead_at is not None
    assert MAIL not in job.fault
    assert MAIL not in job.arguments


def test_without_its_server_mail_waits(registry, box):
    owner = visiting_as(registry, with_password(registry, "owner"))
    object.__setattr__(registry.settings.mail, "port", 1)
    ask(owner)
    [job] = left_over(registry)
    assert job.fault == "the mail server cannot be used (ConnectionRefusedError)"
    object.__setattr__(registry.settings.mail, "port", box.port)
    registry.clock.forward(seconds=15)
    work_off(registry)
    assert len(box.mails) == 1


def test_nothing_is_said_in_the_open_where_tls_is_asked_for(telling, smtp, monkeypatch, tmp_path):
    authority, signed_in = trustme.CA(), []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def check(_server, _session, _envelope, _mechanism, data):
        signed_in.append((data.login, data.password))
        return AuthResult(success=True)

    box = smtp(tls_context=context, require_starttls=True, auth_required=True, authenticator=check)
    password = {"MAIL_USER": "registry", "MAIL_PASSWORD": "secret"}
    registry = telling(**of(box, MAIL_TLS="starttls", **password))
    owner = visiting_as(registry, with_password(registry, "owner"))
    ask(owner)
    [job] = left_over(registry)
    assert job.fault == "the mail server cannot be used (SSLCertVerificationError)"
    assert signed_in == []
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    registry.clock.forward(seconds=15)
    work_off(registry)
    assert signed_in == [(b"registry", b"secret")]
    assert len(box.mails) == 1


def test_a_server_without_tls_is_not_used_where_tls_is_asked_for(telling, box):
    registry = telling(**of(box, MAIL_TLS="starttls"))
    ask(visiting_as(registry, with_password(registry, "owner")))
    assert left_over(registry)[0].fault == "the mail server cannot be used (SMTPNotSupportedError)"
    assert box.mails == []


def test_a_registry_without_mail_says_so(telling):
    registry = telling()
    owner = visiting_as(registry, with_password(registry, "owner"))
    assert "This registry sends no mail" in owner.get("/account/notices").text
    assert owner.post("/account/notices/address", address=MAIL).status_code == 409


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAIL_SERVER", "host"), ("MAIL_SERVER", "host:0"), ("MAIL_SERVER", "host:x"),
     ("MAIL_FROM", "nobody"), ("MAIL_FROM", ""), ("MAIL_TLS", "perhaps"), ("PUBLIC_URL", ""),
     ("WEBHOOKS", "everywhere")],
)  # fmt: skip
def test_a_setting_that_cannot_work_is_named_before_anything_starts(telling, box, name, value):
    from refcheck_server.settings import BadSetting

    with pytest.raises(BadSetting) as refused:
        telling(**of(box, **{name: value}))
    assert refused.value.where == f"REFCHECK_REGISTRY_{name}"
