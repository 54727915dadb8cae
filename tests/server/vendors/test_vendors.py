"""Vendors: registered by anyone, public once approved, never without an administrator."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from refcheck_server.accounts import services
from refcheck_server.accounts.models import Account
from refcheck_server.accounts.rights import Role, Scope
from refcheck_server.command import registry as command
from refcheck_server.vendors.models import Invitation
from sqlalchemy import func, select

from tests.server.visitor import Visitor, signed_in, visiting_as


def fields(name, **more):
    return {"name": name, "contact": "someone@example.org", **more}


def register(visitor, name, **more):
    """The slug of a new vendor."""
    answer = visitor.post("/vendors", **fields(name, **more))
    assert answer.status_code == 303, answer.text
    return answer.location.removeprefix("/vendors/")


def administer(registry, *arguments):
    ended = CliRunner().invoke(
        command, ["vendor", *arguments, "--database", registry.settings.database_url]
    )
    assert ended.exit_code == 0, ended.output
    return ended.output


def invite(visitor, slug, place="member"):
    """The address of a new invitation."""
    page = visitor.post(f"/vendors/{slug}/invitations", place=place).text
    link = urlsplit(re.search(r"http://localhost(/invitation\?secret=[\w-]+)", page)[1])
    return f"{link.path}?{link.query}"


def accept(visitor, link):
    return visitor.post("/invitation", secret=link.split("=")[1])


def token(registry, name):
    with registry.session() as session, session.begin():
        account = session.scalar(select(Account).where(Account.name == name))
        return services.new_token(
            session, account, now=registry.clock(), scopes=frozenset(Scope)
        ).secret


def send(registry, method, path, document, secret):
    headers = {"Authorization": f"Bearer {secret}"}
    return registry.client.open(path, method=method, json=document, headers=headers)


def members(visitor, slug):
    told = visitor.get(f"/api/v1/vendors/{slug}").get_json()
    return {one["account"]: one["place"] for one in told["members"]}


def test_a_vendor_is_seen_by_its_members_only_until_it_is_approved(registry):
    founder, stranger = signed_in(registry, "founder"), signed_in(registry, "passer-by")
    slug = register(founder, "Example Clouds Ltd.")
    assert slug == "example-clouds-ltd"
    assert "Waits for approval" in founder.get(f"/vendors/{slug}").text
    assert stranger.get(f"/vendors/{slug}").status_code == 403
    assert registry.client.get(f"/vendors/{slug}").status_code == 401
    assert "Example Clouds" not in registry.client.get("/vendors").text
    assert "Example Clouds" in founder.get("/vendors").text
    assert f"approved  {'Example Clouds Ltd.'}" in administer(registry, "approve", slug)
    page = registry.client.get(f"/vendors/{slug}")
    assert page.status_code == 200
    assert "someone@example.org" not in page.text
    assert "members" not in registry.client.get(f"/api/v1/vendors/{slug}").get_json()
    assert "Example Clouds" in registry.client.get("/vendors").text


def test_a_declined_vendor_hears_why_and_asks_again_by_a_change(registry):
    founder = signed_in(registry, "declined")
    slug = register(founder, "Declined")
    administer(registry, "decline", slug, "--reason", "no such company")
    page = founder.get(f"/vendors/{slug}").text
    assert "no such company" in page
    answer = founder.post(f"/vendors/{slug}/edit", **fields("Declined Inc.", revision="2"))
    assert answer.status_code == 303, answer.text
    assert "Waits for approval" in founder.get(f"/vendors/{slug}").text
    assert "pending" in administer(registry, "list")


def test_an_administrator_decides_on_the_page_with_a_second_factor(registry):
    slug = register(signed_in(registry, "applicant"), "Applicant")
    weak = signed_in(registry, "decider", Role.ADMINISTRATOR)
    refused = weak.post(f"/vendors/{slug}/decision", state="approved", revision="1")
    assert refused.status_code == 403
    assert "Set up the second factor" in refused.text
    administrator = visiting_as(registry, "decider", strong=True)
    for bad in ({"state": "declined"}, {"state": "pending"}, {"state": "x"}, {}):
        answer = administrator.post(f"/vendors/{slug}/decision", **{**bad, "revision": "1"})
        assert answer.status_code == 400
    sent = {"state": "declined", "reason": "Not <one>.", "revision": "7"}
    stale = administrator.post(f"/vendors/{slug}/decision", **sent)
    assert 'value="declined" required checked' in stale.text
    assert 'value="Not &lt;one&gt;."' in stale.text
    stale = administrator.post(f"/vendors/{slug}/decision", state="approved", revision="7")
    assert stale.status_code == 409
    done = administrator.post(f"/vendors/{slug}/decision", state="approved", revision="1")
    assert done.status_code == 303
    again = administrator.post(f"/vendors/{slug}/decision", state="approved", revision="2")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "..."}, "slug"),
        ({"slug": "../admin"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"contact": ""}, "contact"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "http://[::1"}, "website"),
        ({"description": "x" * 2001}, "description"),
    ],
)
def test_a_field_that_cannot_be_is_named_on_the_page_and_to_programs(registry, changes, field):
    name = f"bad-{abs(hash(str(changes)))}"
    visitor = signed_in(registry, name)
    sent = {**fields("Bad"), **changes}
    answer = visitor.post("/vendors", **sent)
    assert answer.status_code == 400
    assert sent["contact"] in answer.text
    told = send(registry, "POST", "/api/v1/vendors", sent, token(registry, name))
    assert told.status_code == 400
    assert told.get_json()["error"]["path"] == f"$.{field}"


def test_a_name_in_addresses_is_made_of_the_letters_of_a_name_without_their_marks(registry):
    visitor = signed_in(registry, "founder-abroad")
    slug = register(visitor, "Sörensen & Fjällbo Łódź Straße A/S")
    assert slug == "sorensen-fjallbo-lodz-strasse-a-s"
    refused = visitor.post("/vendors", **fields("Other", slug="Not one"))
    assert "<strong>Name in addresses cannot be part of an address.</strong>" in refused.text


def test_what_is_no_text_is_told_to_programs(registry):
    signed_in(registry, "typist")
    for value in (7, None, ["a"], {"a": 1}, True):
        told = send(registry, "POST", "/api/v1/vendors", fields(value), token(registry, "typist"))
        assert told.status_code == 400, told.text
    for document in ([], [fields("List")], "text", 7):
        told = send(registry, "POST", "/api/v1/vendors", document, token(registry, "typist"))
        assert (told.status_code, told.get_json()["error"]["path"]) == (400, "$")


def test_two_vendors_never_have_one_name(registry):
    register(signed_in(registry, "one"), "Twin")
    second = signed_in(registry, "two")
    for sent in (fields("Twin"), fields("Other", slug="twin")):
        answer = second.post("/vendors", **sent)
        assert answer.status_code == 409
        assert "the name is taken" in answer.text.lower()


def test_html_in_a_name_is_text(registry):
    visitor = signed_in(registry, "scripter")
    slug = register(visitor, "<script>alert(1)</script>", description="<b>\n<i>")
    page = visitor.get(f"/vendors/{slug}").text
    assert "<script>" not in page
    assert "&lt;b&gt;" in page


def test_a_change_made_meanwhile_is_not_undone(registry):
    visitor = signed_in(registry, "editor")
    slug = register(visitor, "Edited", description="old")
    first = visitor.post(
        f"/vendors/{slug}/edit", **fields("Edited", description="first", revision="1")
    )
    assert first.status_code == 303
    late = fields("Edited", description="second", revision="1")
    second = visitor.post(f"/vendors/{slug}/edit", **late)
    assert second.status_code == 409
    assert "description is 'first' now, you sent 'second'" in unescape(second.text)
    assert ">second</textarea>" in second.text
    assert 'name="revision" value="2"' in second.text
    told = send(registry, "PUT", f"/api/v1/vendors/{slug}", late, token(registry, "editor"))
    assert told.status_code == 409
    assert told.get_json()["changed"] == {"description": {"now": "first", "sent": "second"}}
    assert told.get_json()["revision"] == 2
    again = {**late, "revision": 2}
    told = send(registry, "PUT", f"/api/v1/vendors/{slug}", again, token(registry, "editor"))
    assert (told.status_code, told.get_json()["revision"]) == (200, 3)
    for bad in ("", "x", "-1", "9" * 50):
        answer = visitor.post(f"/vendors/{slug}/edit", **{**late, "revision": bad})
        assert answer.status_code == 400


def test_an_invitation_lets_one_account_in_once(registry):
    founder = signed_in(registry, "host")
    slug = register(founder, "Hosts")
    link = invite(founder, slug)
    anyone = Visitor(registry).get(link)
    assert (anyone.status_code, urlsplit(anyone.location).path) == (303, "/sign-in")
    guest = signed_in(registry, "guest")
    assert "Join Hosts" in guest.get(link).text
    assert accept(guest, link).location == f"/vendors/{slug}"
    assert members(guest, slug) == {"host": "administrator", "guest": "member"}
    late = signed_in(registry, "late-guest")
    assert late.get(link).status_code == 404
    assert accept(late, link).status_code == 404
    assert late.get(f"/vendors/{slug}").status_code == 403


def test_an_invitation_takes_nothing_from_who_is_more_already(registry):
    founder = signed_in(registry, "kept-high")
    slug = register(founder, "Keeping places")
    assert accept(founder, invite(founder, slug, "member")).status_code == 303
    assert members(founder, slug) == {"kept-high": "administrator"}


def test_an_invitation_ends_by_itself_and_when_it_is_revoked(registry):
    founder = signed_in(registry, "inviter")
    slug = register(founder, "Inviters")
    link = invite(founder, slug)
    number = re.search(r"/invitations/(\d+)/revoke", founder.get(f"/vendors/{slug}").text)[1]
    assert founder.post(f"/vendors/{slug}/invitations/{number}/revoke").status_code == 303
    guest = signed_in(registry, "invited")
    assert accept(guest, link).status_code == 404
    old = invite(founder, slug)
    registry.clock.forward(days=8)
    assert accept(visiting_as(registry, "invited"), old).status_code == 404


def test_who_administers_one_vendor_revokes_no_invitation_of_another(registry):
    """Also not as a plain member of that one."""
    owner, member = signed_in(registry, "inviting"), signed_in(registry, "elsewhere")
    slug = register(owner, "Inviting")
    register(member, "Elsewhere")
    assert accept(member, invite(owner, slug)).status_code == 303
    link = invite(owner, slug)
    with registry.session() as session:
        number = session.scalar(select(func.max(Invitation.id)))
    refused = member.post(f"/vendors/{slug}/invitations/{number}/revoke")
    assert refused.status_code == 403
    assert accept(signed_in(registry, "invited-then"), link).status_code == 303


def test_the_secret_of_an_invitation_is_not_kept(registry):
    founder = signed_in(registry, "keeper")
    slug = register(founder, "Keepers")
    secret = invite(founder, slug).split("=")[1]
    with registry.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM invitations").fetchall()
    assert secret not in repr(rows)


def test_a_vendor_keeps_an_administrator(registry):
    founder, other = signed_in(registry, "last"), signed_in(registry, "next")
    slug = register(founder, "Lasting")
    accept(other, invite(founder, slug))
    path = f"/vendors/{slug}/members"
    for refused in (
        founder.post(f"/vendors/{slug}/leave"),
        founder.post(f"{path}/last/remove"),
        founder.post(f"{path}/last/place", place="member"),
    ):
        assert refused.status_code == 409
        assert "administer the vendor any more" in refused.text
    assert members(founder, slug)["last"] == "administrator"
    assert other.post(f"{path}/last/remove").status_code == 403
    founder.post(f"{path}/next/place", place="administrator")
    assert founder.post(f"/vendors/{slug}/leave").status_code == 303
    assert members(other, slug) == {"next": "administrator"}
    assert founder.get(f"/vendors/{slug}").status_code == 403
    assert other.post(f"{path}/nobody/remove").status_code == 404


def test_a_removed_member_loses_access_at_the_next_request(registry):
    founder, member = signed_in(registry, "remover"), signed_in(registry, "removed")
    slug = register(founder, "Removing")
    accept(member, invite(founder, slug, "administrator"))
    assert member.get(f"/vendors/{slug}/edit").status_code == 200
    founder.post(f"/vendors/{slug}/members/removed/remove")
    assert member.get(f"/vendors/{slug}/edit").status_code == 403


def test_the_list_is_searched_paged_and_taken_away(registry):
    visitor = signed_in(registry, "lister")
    for number in range(27):
        register(visitor, f"Listed {number:02}", description="100% open_source")
    register(visitor, "=HYPERLINK(evil)", slug="formula")
    page = visitor.get("/vendors?q=LISTED").text
    assert "27 vendors" in page
    assert "Listed 00</a></th>" in page
    assert "Listed 26</a></th>" not in page
    after = visitor.get("/api/v1/vendors?q=listed").get_json()["next"]
    assert "Listed 26</a></th>" in visitor.get(f"/vendors?q=listed&after={after}").text
    assert "27 vendors" in visitor.get("/vendors?q=100%25 open_source").text
    assert "No vendor matches" in visitor.get("/vendors?q=100_ open").text
    told = visitor.get(f"/api/v1/vendors?q=listed&after={after}").get_json()
    assert (told["total"], told["next"], len(told["vendors"])) == (27, None, 2)
    rows = list(csv.reader(io.StringIO(visitor.get("/vendors.csv?q=listed").text)))
    assert len(rows) == 28
    assert "'=HYPERLINK(evil)" in visitor.get("/vendors.csv?q=hyperlink").text
    assert visitor.get("/vendors?state=odd").status_code == 400
    assert visitor.get("/vendors?q=" + "x" * 101).status_code == 400
    assert (
        len(list(csv.reader(io.StringIO(registry.client.get("/vendors.csv?q=listed").text)))) == 1
    )
