"""An answer is held against its rule: what is missing or wrong, and what nobody declared."""

import pytest

from refcheck.cloud.schemas import checking
from refcheck.cloud.schemas.findings import NOTHING, Findings
from refcheck.cloud.schemas.rule import Rule
from refcheck.cloud.schemas.shape import (
    COUNT,
    IP,
    OCTETS,
    TEXT,
    UUID,
    either,
    list_of,
    mapping,
    nullable,
    obj,
    one_of,
)

_FLAVOR = obj({"name": TEXT})
_SERVER = obj(
    {"id": UUID, "status": one_of("ACTIVE", "ERROR")},
    {
        "ram": COUNT,
        "adminPass": TEXT,
        "flavor": nullable(_FLAVOR),
        "addresses": mapping(list_of(obj({"addr": IP}))),
        "disk": either(obj({"name": TEXT}), obj({"name": TEXT, "size": COUNT})),
        "image": either(one_of(""), obj({"id": TEXT})),
        "ports": list_of(either(obj({"number": COUNT}), obj({"name": TEXT}))),
    },
)
ID = "f7ffdeda-e200-4a7a-bcbe-05716e86bf43"
GOOD = {"id": ID, "status": "ACTIVE"}


@pytest.fixture
def check(monkeypatch):
    """Hold one answer against made-up rules."""
    rules = (
        Rule("GET", "/servers/{server_id}", (200,), obj({"server": _SERVER})),
        Rule("HEAD", "/servers/{server_id}", (200,), None, headers={"x-size": COUNT}),
        Rule("GET", "/file", (200,), OCTETS, headers={"etag": TEXT}),
        Rule("GET", "/file", (204,), None),
        Rule("GET", "/box", (200,), list_of(TEXT), optional_headers={"x-kind": one_of("a")}),
        Rule("GET", "/list", (200,), list_of(TEXT), or_plain=True),
        Rule("GET", "/old", (200,), TEXT, until="2.9"),
    )
    kinds = ("compute", "identity", "network", "block-storage", "image", "object-store")
    monkeypatch.setattr(checking, "_SERVICES", dict.fromkeys(kinds, (rules, "2.1")))
    checking._rules.cache_clear()

    def run(answer, path="/servers/8", method="GET", kind="compute", microversion=None):
        return checking.check(kind, method, path, microversion, answer)

    yield run
    checking._rules.cache_clear()


def server(**more):
    return {"server": {**GOOD, **more}}


CALL = "GET /servers/{server_id} answered"


def test_an_answer_of_the_declared_form_has_no_findings(check, answer):
    full = server(ram=5, flavor={"name": "m"}, addresses={"net": [{"addr": "::1"}]}, image="")
    assert check(answer(full)) == NOTHING


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (server(ram="5"), '`server.ram`: "5" is not of type "integer"'),
        (server(id="x"), '`server.id`: "x" is not a "UUID"'),
        (server(status="BORED"), '`server.status`: "BORED" is not one of "ACTIVE" or "ERROR"'),
        ({"server": {"id": ID}}, "without `server.status`"),
        ({}, "without `server`"),
        ([], 'a list of 0 is not of type "object"'),
        (server(flavor=[1, 2]), '`server.flavor`: a list of 2 is not of types "null", "object"'),
        (server(id={"b": 1, "a": 2}), '`server.id`: an object of a, b is not of type "string"'),
        (
            server(addresses={"net": [{"addr": "::1"}, {"addr": "x"}]}),
            '`server.addresses.net[].addr`: "x" is not a "IP address"',
        ),
        (b"<html>", "no JSON (6 bytes)"),
        (b"", "no JSON (0 bytes)"),
        (b"[" * 100_000, "no JSON (100000 bytes)"),
        (server(id="\x07é"), r'`server.id`: "\u0007é" is not a "UUID"'),
        (server(id="\ud800"), "JSON that nests too deep or holds half of a surrogate pair"),
        (
            b'{"server": ' + b"[" * 900 + b"]" * 900 + b"}",
            "JSON that nests too deep or holds half of a surrogate pair",
        ),
        (server(ram="x" * 9000), f'`server.ram`: "{"x" * 79} ... is not of type "integer"'),
        (server(flavor={"name": 5}), '`server.flavor.name`: 5 is not of type "string"'),
        (server(adminPass=5), '`server.adminPass`: what is hidden here is not of type "string"'),
        (server(image=7), "`server.image`: 7 has none of the declared forms"),
    ],
)
def test_what_is_missing_or_of_another_form_is_a_fault(check, answer, body, fault):
    assert f"{CALL} {fault}" in check(answer(body)).faults


@pytest.mark.parametrize(
    ("body", "extras"),
    [
        ({"server": GOOD, "colour": 1}, ("colour",)),
        (server(colour=1, taste=None), ("server.colour", "server.taste")),
        (server(flavor={"name": "m", "colour": 1}), ("server.flavor.colour",)),
        (
            server(addresses={"net": [{"addr": "::1", "a": 1}, {"addr": "::1", "a": 1}]}),
            ("server.addresses.net[].a",),
        ),
        (server(image={"id": "x", "colour": 1}), ("server.image.colour",)),
        (server(ports=[{"number": 1, "colour": 1}]), ("server.ports[].colour",)),
    ],
)
def test_a_property_that_nobody_declared_is_an_extra_and_no_fault(check, answer, body, extras):
    assert check(answer(body)) == Findings(extras=extras)


def test_faults_and_extras_are_found_together(check, answer):
    found = check(answer(server(ram="5", colour=1)))
    assert found.extras == ("server.colour",)
    assert found.faults == (f'{CALL} `server.ram`: "5" is not of type "integer"',)


def test_among_alternatives_the_one_that_was_meant_is_told(check, answer):
    assert check(answer(server(image={"id": 5}))).faults == (
        f'{CALL} `server.image.id`: 5 is not of type "string"',
    )
    assert check(answer(server(ports=[{"name": 5, "x": 1}]))).extras == ("server.ports[].x",)
    # What has all that one alternative asks for, and more, is of that one.
    found = check(answer(server(disk={"name": "a", "size": "b"})))
    assert found == Findings(extras=("server.disk.size",))
    (fault,) = check(answer(server(image=7))).faults
    assert fault == f"{CALL} `server.image`: 7 has none of the declared forms"


def test_the_same_fault_of_many_entries_is_told_once(check, answer):
    assert len(check(answer(server(ports=[{"number": "x"}] * 9))).faults) == 1


def test_the_name_of_a_property_is_told_in_a_form_that_can_be_shown(check, answer):
    (extra,) = check(answer({"server": GOOD, "a\nb": 1})).extras
    assert extra == r"a\nb"
    (extra,) = check(answer(server(**{"x" * 9000: 1}))).extras
    assert extra == f"server.{'x' * 80} ..."


def test_of_a_million_undeclared_properties_a_hundred_are_told(check, answer):
    found = check(answer({"server": GOOD, **{f"x{number}": 1 for number in range(1000)}}))
    assert len(found.extras) == 100


def test_a_status_that_no_rule_names_is_left_to_the_test(check, answer):
    assert check(answer({}, 202)) == NOTHING
    assert check(answer({}, 302)) == NOTHING


def test_a_success_without_a_rule_is_unknown(check, answer):
    assert check(answer({}), "/nowhere") == Findings(unknown=("compute GET /nowhere",))
    assert check(answer({}), kind="dns") == Findings(unknown=("dns GET /servers/8",))
    assert check(answer("x"), "/old", microversion="2.10").unknown == ("compute GET /old",)
    assert check(answer("x"), "/old", microversion="2.9") == NOTHING


@pytest.mark.parametrize(
    ("told", "unknown"),
    [
        ("compute 2.9", ()),
        ("compute 2.10", ("compute GET /old",)),
        ("compute nonsense", ("compute GET /old",)),
        ("", ("compute GET /old",)),
    ],
)
def test_what_latest_came_to_is_in_the_answer(check, answer, told, unknown):
    spoken = answer("x", openstack_api_version=told)
    assert check(spoken, "/old", microversion="latest").unknown == unknown


def test_refusing_what_the_api_does_not_have_is_known(check, answer):
    assert check(answer(b"<html>", 404), "/nowhere") == NOTHING
    # As when an id is empty.
    assert check(answer(b"<html>", 404), "/file/") == NOTHING


def test_a_body_of_octets_is_not_looked_into(check, answer):
    assert check(answer(b"\x00", etag="x"), "/file") == NOTHING


def test_a_header_that_must_be_there_is_missed(check, answer):
    (fault,) = check(answer(b"\x00"), "/file").faults
    assert fault == "GET /file answered the header without `etag`"


def test_a_header_of_another_form_is_a_fault_and_an_unknown_one_is_nothing(check, answer):
    assert check(answer([], x_kind="a", x_other="b"), "/box") == NOTHING
    (fault,) = check(answer([], x_kind="b"), "/box").faults
    assert fault.startswith('GET /box answered the header `x-kind`: "b" is not')


def test_the_headers_of_a_head_count_and_a_body_is_not_missed(check, answer):
    (fault,) = check(answer(b"", x_size="12"), method="HEAD").faults
    assert (
        fault
        == 'HEAD /servers/{server_id} answered the header `x-size`: "12" is not of type "integer"'
    )


def test_where_plain_text_may_be_only_json_is_looked_into(check, answer):
    assert check(answer(b"a\nb\n", content_type="text/plain"), "/list") == NOTHING
    (fault,) = check(answer([5]), "/list").faults
    assert fault == 'GET /list answered `[]`: 5 is not of type "string"'


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"  \n"])
def test_an_empty_body_is_no_body(check, answer, body):
    assert check(answer(body, 204), "/file") == NOTHING


def test_json_where_the_api_has_no_body_is_a_fault_and_text_is_not(check, answer):
    (fault,) = check(answer({"x": 1}, 204), "/file").faults
    assert fault == "GET /file answered a body where the API has none"
    assert check(answer(b"202 Accepted", 204, content_type="text/plain"), "/file") == NOTHING


REFUSALS = {
    "identity": {"error": {"code": 404, "title": "Not Found", "message": "no"}},
    "compute": {"itemNotFound": {"code": 404, "message": "no"}},
    "block-storage": {"itemNotFound": {"code": 404, "message": "no"}},
    "network": {"NeutronError": {"type": "NotFound", "message": "no", "detail": ""}},
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_in_the_words_of_the_service_is_no_finding(check, answer, kind):
    assert check(answer(REFUSALS[kind], 404), kind=kind) == NOTHING


@pytest.mark.parametrize("body", [{}, [], "no", b"<html>", b"", {"message": 5}, {"error": 5}])
@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_without_the_services_form_is_a_fault(check, answer, kind, body):
    (fault, *_) = check(answer(body, 404), kind=kind).faults
    assert fault.startswith(f"{CALL} 404 with ")


@pytest.mark.parametrize("kind", ["image", "object-store"])
def test_where_no_form_is_promised_any_refusal_is_well(check, answer, kind):
    assert check(answer(b"<html>", 404), kind=kind) == NOTHING


@pytest.mark.parametrize("status", [401, 500, 503])
def test_what_a_guard_or_a_proxy_says_is_not_held_against_the_service(check, answer, status):
    assert check(answer(b"<html>", status)) == NOTHING


def test_a_refusal_gives_one_reason(check, answer):
    both = {"badRequest": {"message": "no"}, "itemNotFound": {"message": "no"}}
    (fault,) = check(answer(both, 404)).faults
    assert fault.endswith("404 with an object of badRequest, itemNotFound has more than 1 property")


def test_a_401_of_the_identity_service_is_its_own(check, answer):
    assert check(answer(b"<html>", 401), kind="identity").faults


def test_a_refused_head_has_no_body_to_look_at(check, answer):
    assert check(answer(b"", 404), method="HEAD") == NOTHING


def test_findings_add_up_each_once():
    one = Findings(("a",), ("b",), ("c",))
    assert one | Findings(("d", "a"), ("e",)) == Findings(("a", "d"), ("b", "e"), ("c",))
    assert one | NOTHING == one
