"""A vendor, a reviewer and a visitor, each with a browser of their own, from nothing to the mark."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

from refcheck_server.accounts import services
from refcheck_server.accounts.rights import Role
from securesystemslib.signer import CryptoSigner

from tests.server.conftest import Member, registry  # noqa: F401 - on both databases
from tests.server.products.test_products import cloud_of
from tests.server.review.stage import code
from tests.server.vendors.test_vendors import administer, token
from tests.server.visitor import Visitor, signed_in, visiting_as, with_password


def fields_of(page, action):
    """Hidden fields of the form that is sent to an address ending so."""
    for address, form in re.findall(r'<form[^>]* action="([^"]+)">(.*?)</form>', page, re.DOTALL):
        if address.endswith(action):
            found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
            return address, {name: value for name, value in found if name != "form_token"}
    message = f"no form to {action} in {unescape(page)[:3000]}"
    raise AssertionError(message)


def send(visitor, page, action, **fields):
    """Press the button of a form of this page; the page that comes then."""
    address, hidden = fields_of(page, action)
    answer = visitor.post(address, **hidden, **fields)
    assert answer.status_code == 303, answer.text
    return visitor.get(answer.location).text


def test_a_vendor_comes_to_a_mark_by_way_of_a_reviewer_and_a_visitor_sees_it(registry):  # noqa: F811
    vendor = signed_in(registry, "acme")
    with_password(registry, "rita", Role.REVIEWER)
    reviewer, visitor = visiting_as(registry, "rita", strong=True), Visitor(registry)

    made = vendor.post("/vendors", name="Acme", contact="x@example.org").location
    administer(registry, "approve", "acme")
    product = vendor.post(f"{made}/products", name="Skies", kind="public cloud").location
    vendor.post(f"{product}/versions", name="7")
    digest = cloud_held_by(registry, "acme")
    page = send(vendor, vendor.get(product).text, "/clouds", digest=digest[:8])
    assert "Apply for a mark" in page
    new = re.search(rf"{product}/versions/\d+/applications/new", page)[0]
    form = vendor.get(new).text
    result = re.search(r'<option value="([0-9a-f]{32})"', form)[1]
    page = send(vendor, form, "/applications", result=result, target="platform", note="Hi")
    assert "designated code not shown" in page
    number = re.search(r"/applications/(\d+)/moves/withdraw", page)[1]

    page = send(vendor, page, "/agreement")
    page = send(vendor, page, "/moves/submit")
    assert "submitted" in page

    listed = reviewer.get("/applications?state=submitted").text
    assert f'/applications/{number}"' in listed
    page = send(reviewer, reviewer.get(f"/applications/{number}").text, "/moves/take-up")
    assert re.search(r"disabled[^>]*>Approve it", page)
    page = send(reviewer, page, "/moves/ask-for-changes", reason="Show the code, please.")

    page = vendor.get(f"/applications/{number}").text
    assert "Show the code, please." in page
    edit = {"result": result, "target": "platform", "note": "Here it is."}
    page = send(vendor, vendor.get(f"/applications/{number}/edit").text, "/edit", **edit)
    page = send(vendor, page, "/evidence", file=(BytesIO(code().encode()), "code.json"))
    assert "Nothing stands in the way." in page
    assert "code.json" in page
    page = send(vendor, page, "/agreement")
    page = send(vendor, page, "/moves/submit")

    page = send(reviewer, reviewer.get(f"/applications/{number}").text, "/moves/approve")
    assert "approved" in page
    badge = f"/clouds/{digest}/badge.svg"
    assert "Powered Platform" not in visitor.get(badge).text
    send(vendor, vendor.get(f"/applications/{number}").text, "/moves/publish")
    assert "Powered Platform" in visitor.get(badge).text
    assert "OpenStack Powered Platform, 7" in visitor.get(product).text
    assert visitor.get(f"/applications/{number}").status_code == 303
    assert "1 decided in 26 weeks" in reviewer.get("/flow").text


def cloud_held_by(registry, name):  # noqa: F811
    """The digest of a cloud that a result of this account was the first of."""
    signer, secret = CryptoSigner.generate_ed25519(), token(registry, name)
    with registry.session() as session, session.begin():
        account = services.find_account(session, name)
        services.add_key(session, account, signer.public_key, now=registry.clock())
    registry.members[name] = Member(name, signer, secret, secret[:12])
    return cloud_of(registry, name)
