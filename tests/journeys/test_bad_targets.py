"""A target that cannot be tested: a clear message, a next step, the documented exit code."""

import datetime as dt
import re
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import trustme
import yaml

pytestmark = pytest.mark.journey


@pytest.fixture
def described(refcloud, tmp_path):
    """Write a clouds.yaml with a changed entry `refcloud`."""

    def described(cacert=None, **auth):
        content = refcloud.clouds_yaml()
        content["clouds"]["refcloud"]["cacert"] = cacert
        content["clouds"]["refcloud"]["auth"] |= auth
        file = tmp_path / "changed.yaml"
        file.write_text(yaml.safe_dump(content))
        return str(file)

    return described


def test_an_unknown_cloud_names_the_nearest(refcheck, clouds_yaml):
    ended = refcheck("run", "--os-cloud", "refclod", OS_CLIENT_CONFIG_FILE=str(clouds_yaml))
    assert ended.code == 2
    assert "no cloud 'refclod'" in ended.err
    assert "Did you mean refcloud" in ended.err


def test_no_cloud_at_all_says_how_to_name_one(refcheck):
    ended = refcheck("run")
    assert ended.code == 2
    assert "--os-cloud" in ended.err


def test_a_wrong_password_is_credentials_refused(refcheck, described):
    ended = refcheck("run", "--os-cloud", "refcloud", OS_CLIENT_CONFIG_FILE=described(password="x"))
    assert ended.code == 4
    assert "refuses the credentials" in ended.err
    assert "Check user, password" in ended.err


def test_an_unreachable_cloud_is_said_to_be_unreachable(refcheck, described):
    file = described(auth_url="http://127.0.0.1:1/v3")
    ended = refcheck("run", "--os-cloud", "refcloud", OS_CLIENT_CONFIG_FILE=file)
    assert ended.code == 4
    assert "does not answer" in ended.err
    assert "Connection refused" in ended.err


def test_an_expired_certificate_is_named_as_such(refcheck, described, tmp_path):
    authority = trustme.CA()
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = authority.issue_cert("127.0.0.1", not_after=long_ago)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"https://127.0.0.1:{server.server_port}/v3"
        file = described(cacert=str(tmp_path / "ca.pem"), auth_url=address)
        ended = refcheck("run", "--os-cloud", "refcloud", OS_CLIENT_CONFIG_FILE=file)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert ended.code == 4
    assert "certificate has expired" in ended.err
    assert "cacert" in ended.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--guideline", "2020.6"], "2020.06"),
        (["--target", "platfrom"], "platform"),
        (["--guideline", "nowhere.yaml"], "no guideline file"),
        (["--image", "no-such-image"], "refcloud-image"),
        (["--flavor", "no-such-flavor"], "ref.nano"),
    ],
)
def test_a_wrong_word_names_the_right_ones(refcheck, clouds_yaml, options, message):
    ended = refcheck(
        "run", "--os-cloud", "refcloud", *options, OS_CLIENT_CONFIG_FILE=str(clouds_yaml)
    )
    assert ended.code == 2
    assert message in ended.err


def test_a_broken_clouds_yaml_is_named(refcheck, tmp_path):
    (tmp_path / "broken.yaml").write_text("clouds: [")
    file = str(tmp_path / "broken.yaml")
    ended = refcheck("run", "--os-cloud", "refcloud", OS_CLIENT_CONFIG_FILE=file)
    assert ended.code == 2
    assert "next:" in ended.err


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (lambda entry: entry.update(region_name="Nowhere"), 2, "RegionOne"),
        (lambda entry: entry["auth"].pop("project_name"), 2, "for no project"),
        (lambda entry: entry["auth"].pop("password"), 2, "no password"),
        (lambda entry: entry["auth"].update(auth_url="127.0.0.1:5000/v3"), 2, "http://"),
        (lambda entry: entry.pop("auth"), 2, "does not suffice"),
    ],
)
def test_an_incomplete_entry_says_what_it_lacks(
    refcheck, refcloud, tmp_path, change, code, message
):
    content = refcloud.clouds_yaml()
    change(content["clouds"]["refcloud"])
    (tmp_path / "changed.yaml").write_text(yaml.safe_dump(content))
    ended = refcheck(
        "run", "--os-cloud", "refcloud", OS_CLIENT_CONFIG_FILE=str(tmp_path / "changed.yaml")
    )
    assert (ended.code, message in ended.err) == (code, True), ended.told


def test_something_else_behind_the_address_is_no_cloud(refcheck, described, httpserver):
    httpserver.expect_request(re.compile(".*")).respond_with_data("null")
    file = described(auth_url=httpserver.url_for("/v3"))
    ended = refcheck("run", "--os-cloud", "refcloud", OS_CLIENT_CONFIG_FILE=file)
    assert ended.code == 4, ended.told
    assert "next:" in ended.err
