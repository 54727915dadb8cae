"""What the Compute API declares is taken, and everything else is found."""

import pytest

from refcheck.cloud.exchange import Answer
from refcheck.cloud.schemas import checking, compute
from refcheck.cloud.schemas.findings import NOTHING
from tests.cloud.schemas import compute_answers as told
from tests.cloud.schemas.lies import ID, LINKS, Example, without_example

FREE = frozenset(
    {
        "OS-EXT-AZ:availability_zone",
        "OS-EXT-SRV-ATTR:hostname",
        "OS-EXT-SRV-ATTR:instance_name",
        *told.LATER_TO_SOME,
        "action",
        "adminPass",
        "alias",
        "any",
        "base",
        "description",
        "details",
        "event",
        "fingerprint",
        "host",
        "hostId",
        "ip_protocol",
        "message",
        "name",
        "namespace",
        "original_name",
        "output",
        "private_key",
        "public_key",
        "rel",
        "request_id",
        "reservation_id",
        "result",
        "tags",
        "trusted_image_certificates",
        "type",
        "zoneName",
    }
) - {"host_status"}
OPEN = frozenset(
    {
        "addresses",
        "any",
        "extra_specs",
        "hosts",
        "meta",
        "metadata",
        "properties",
        "scheduler_hints",
    }
)
ANY = {"any", "details", "extra_specs", "host", "namespace", "traceback"}


def example(call, body, optional=(), at=None, free=(), closed=()):
    names = frozenset({*optional, *ANY})
    return Example("compute", call, body, names, FREE | set(free), OPEN - set(closed), at)


def page(name, thing):
    return {name: [thing], f"{name}_links": LINKS}


SHOWN = {**told.SHOWN, **told.SHOWN_TO_SOME}
NEWEST_LISTED = {**SHOWN, **told.LATER, **told.LATER_TO_SOME, **told.HOST_NAME}
NEWEST = {**NEWEST_LISTED, "server_groups": [ID]}
SOME = {**told.SHOWN_TO_SOME, **told.LATER_TO_SOME}
CHANGED = {**told.CORE, **told.IN_SOME_STATES}
SOME_CHANGED = {*SOME, *told.HOST_NAME, "key_name", "adminPass"}
REBUILT = {**CHANGED, "adminPass": "secret"}
NEWEST_REBUILT = {**NEWEST, "adminPass": "secret", "user_data": None}
EVENTS = {"events": [told.EVENT]}
NEWEST_EVENTS = {"events": [{**told.EVENT, "hostId": "", "host": "h", "details": None}]}

SERVERS = [
    example("POST /servers 202", {"server": told.CREATED}, {"adminPass"}),
    example("POST /servers 202", {"reservation_id": "r-1"}),
    example(
        "GET /servers",
        page("servers", {"id": ID, "name": "one", "links": LINKS}),
        {"servers_links"},
    ),
    example(
        "GET /servers/detail", page("servers", SHOWN), {"servers_links", *SOME}, free={"flavor"}
    ),
    example(
        "GET /servers/detail", page("servers", NEWEST_LISTED), {"servers_links", *SOME}, at="2.104"
    ),
    example("GET /servers/1", {"server": SHOWN}, SOME, free={"flavor"}),
    example("GET /servers/1", {"server": {**told.SHOWN, "image": ""}}, free={"flavor"}),
    example("GET /servers/1", {"server": NEWEST}, SOME, at="2.104"),
    example("PUT /servers/1", {"server": CHANGED}, SOME_CHANGED, free={"flavor"}),
    example("PUT /servers/1", {"server": NEWEST}, SOME_CHANGED, at="2.104"),
    example(
        "POST /servers/1/action#rebuild 202", {"server": REBUILT}, SOME_CHANGED, free={"flavor"}
    ),
    example(
        "POST /servers/1/action#rebuild 202",
        {"server": NEWEST_REBUILT},
        SOME_CHANGED - {"key_name"},
        at="2.104",
    ),
]
ACTIONS = [
    example("POST /servers/1/action#createImage 202", {"image_id": ID}, at="2.45"),
    example("POST /servers/1/action#os-getConsoleOutput", {"output": "..."}),
    example("POST /servers/1/action#rescue", {"adminPass": "secret"}, {"adminPass"}),
    example("GET /servers/1/os-instance-actions", {"instanceActions": [told.ACTION]}),
    example(
        "GET /servers/1/os-instance-actions",
        {"instanceActions": [{**told.ACTION, "updated_at": None}], "links": LINKS},
        {"links"},
        at="2.58",
    ),
    example(
        "GET /servers/1/os-instance-actions/1",
        {"instanceAction": {**told.ACTION, **EVENTS}},
        {"events"},
    ),
    example(
        "GET /servers/1/os-instance-actions/1",
        {"instanceAction": {**told.ACTION, **NEWEST_EVENTS, "updated_at": None}},
        at="2.84",
    ),
]
METADATA = {"metadata": {"any": "text"}}
LATER_ATTACHMENT = {"tag": None, "delete_on_termination": True}
ATTACHMENT_2_89 = {
    **{name: told.ATTACHMENT[name] for name in ("serverId", "volumeId", "device")},
    **LATER_ATTACHMENT,
    "attachment_id": ID,
    "bdm_uuid": ID,
}
PARTS = [
    *(example(f"{method} /servers/1/metadata", METADATA) for method in ("GET", "POST", "PUT")),
    example("GET /servers/1/metadata/any", {"meta": {"any": "text"}}),
    example("PUT /servers/1/metadata/any", {"meta": {"any": "text"}}),
    example("GET /servers/1/tags", {"tags": ["a"]}, at="2.26"),
    example("PUT /servers/1/tags", {"tags": ["a"]}, at="2.26"),
    example("GET /servers/1/ips", {"addresses": told.CORE["addresses"]}),
    example(
        "GET /servers/1/os-volume_attachments", {"volumeAttachments": [told.ATTACHMENT]}, {"device"}
    ),
    example(
        "GET /servers/1/os-volume_attachments/1", {"volumeAttachment": told.ATTACHMENT}, {"device"}
    ),
    example(
        "GET /servers/1/os-volume_attachments/1",
        {"volumeAttachment": ATTACHMENT_2_89},
        {"device"},
        at="2.89",
    ),
    example("POST /servers/1/os-volume_attachments", {"volumeAttachment": told.ATTACHMENT}),
    example(
        "POST /servers/1/os-volume_attachments",
        {"volumeAttachment": {**told.ATTACHMENT, **LATER_ATTACHMENT}},
        at="2.100",
    ),
    example("GET /servers/1/os-interface", {"interfaceAttachments": [told.INTERFACE]}),
    example("GET /servers/1/os-interface/1", {"interfaceAttachment": told.INTERFACE}),
    example(
        "POST /servers/1/os-interface",
        {"interfaceAttachment": {**told.INTERFACE, "tag": None}},
        at="2.70",
    ),
]
GROUP = {"security_group": told.GROUP}
IN_RULE = {"cidr", "name", "tenant_id"}
KEY_PAIRS = {"keypairs": [{"keypair": told.KEY_PAIR}], "keypairs_links": LINKS}
PROJECT = [
    example("GET /os-keypairs", KEY_PAIRS, {"keypairs_links"}),
    example("GET /os-keypairs/1", {"keypair": told.KEY_PAIR_SHOWN}),
    example("POST /os-keypairs", {"keypair": told.KEY_PAIR_MADE}, {"private_key"}),
    example(
        "POST /os-keypairs 201",
        {"keypair": {**told.KEY_PAIR_MADE, "type": "ssh"}},
        {"private_key"},
        at="2.2",
    ),
    example("GET /os-security-groups", {"security_groups": [told.GROUP]}, IN_RULE),
    example("POST /os-security-groups", GROUP, IN_RULE),
    example("GET /os-security-groups/1", GROUP, IN_RULE),
    example("PUT /os-security-groups/1", GROUP, IN_RULE),
    example("GET /servers/1/os-security-groups", {"security_groups": [told.GROUP]}, IN_RULE),
    example("POST /os-security-group-rules", {"security_group_rule": told.GROUP_RULE}, IN_RULE),
    *(
        example(f"GET /os-quota-sets/1{which}", {"quota_set": {"id": "1", **quotas}}, at=at)
        for which in ("", "/defaults")
        for quotas, at in (({**told.QUOTAS, **told.OLD_QUOTAS}, None), (told.QUOTAS, "2.57"))
    ),
    example(
        "GET /os-quota-sets/1/detail",
        {"quota_set": {"id": "1", **dict.fromkeys(told.QUOTAS, told.USAGE)}},
        at="2.57",
    ),
    example("GET /limits", {"limits": {"rate": [], "absolute": told.LIMITS | told.OLD_LIMITS}}),
    example("GET /limits", {"limits": {"rate": [], "absolute": told.LIMITS}}, at="2.57"),
]
FLAVOR_NAMED = {name: told.FLAVOR[name] for name in ("id", "name", "links")}
NEWEST_FLAVOR = {
    **{
        name: value
        for name, value in told.FLAVOR.items()
        if name not in ("rxtx_factor", "OS-FLV-DISABLED:disabled")
    },
    **told.EXTRA_SPECS,
    "description": None,
    "swap": 0,
}
IMAGE_NAMED = {name: told.IMAGE[name] for name in ("id", "name", "links")}
OF_SOME_IMAGES = {"server", "OS-DCF:diskConfig", "images_links"}
ZONES = {"availabilityZoneInfo": [told.ZONE]}
NEWEST_GROUP = {
    **{name: told.SERVER_GROUP[name] for name in ("id", "name", "members")},
    "project_id": "1",
    "user_id": "1",
    "policy": "anti-affinity",
    "rules": {"max_server_per_host": 3},
}
OFFERS = [
    example("GET /flavors", page("flavors", FLAVOR_NAMED), {"flavors_links"}, free={"id"}),
    example("GET /flavors/detail", page("flavors", told.FLAVOR), {"flavors_links"}, free={"id"}),
    example("GET /flavors/1", {"flavor": told.FLAVOR}, free={"id"}),
    example("GET /flavors/1", {"flavor": NEWEST_FLAVOR}, at="2.102", free={"id"}),
    example("GET /flavors/1/os-extra_specs", {"extra_specs": {"any": "text"}}),
    example("GET /images", page("images", IMAGE_NAMED), OF_SOME_IMAGES | {"type"}),
    example("GET /images/detail", page("images", told.IMAGE), OF_SOME_IMAGES | {"type"}),
    example("GET /images/1", {"image": told.IMAGE}, OF_SOME_IMAGES | {"type"}),
    example("GET /os-availability-zone", ZONES),
    example(
        "GET /os-availability-zone/detail",
        {"availabilityZoneInfo": [{**told.ZONE, "hosts": told.HOSTS}]},
    ),
    example("GET /os-server-groups", {"server_groups": [told.SERVER_GROUP]}, closed={"metadata"}),
    example("POST /os-server-groups", {"server_group": told.SERVER_GROUP}, closed={"metadata"}),
    example(
        "GET /os-server-groups/1", {"server_group": NEWEST_GROUP}, {"max_server_per_host"}, "2.64"
    ),
]
ABOUT = [
    example("GET ~/", {"versions": [told.VERSION]}),
    example("GET /", {"version": {**told.VERSION, "media-types": told.MEDIA}}),
    example("GET ~/v2.1/", {"version": {**told.VERSION, "media-types": told.MEDIA}}),
    example("GET /extensions", {"extensions": [told.EXTENSION]}),
    example("GET /extensions/os-x", {"extension": told.EXTENSION}),
]
EXAMPLES = [*SERVERS, *ACTIONS, *PARTS, *PROJECT, *OFFERS, *ABOUT]


def test_every_call_has_an_example():
    # The addresses on one network are those on all of them without their name.
    assert without_example(compute.RULES, EXAMPLES) == [
        "GET /servers/{server_id}/ips/{network_label}"
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_a_documented_answer_is_taken(example):
    assert example.findings() == NOTHING


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.call)
def test_every_lie_in_an_answer_is_found(example):
    assert example.believed() == []


def test_a_property_of_a_later_microversion_is_undeclared_in_an_earlier_one():
    body = {"server": {**told.SHOWN, "locked": False, "tags": []}}
    findings = example("GET /servers/1", body, at="2.9").findings()
    assert findings.extras == ("server.tags",)


def test_an_image_of_a_server_is_named_by_a_header_before_2_45():
    def findings(**headers):
        answer = Answer("POST x", 202, headers, b"")
        return checking.check("compute", "POST", "/servers/1/action#createImage", "2.44", answer)

    assert findings(location="http://image.example/v2/images/1") == NOTHING
    assert findings().faults
    assert findings(location="somewhere").faults
