"""The end of a certificate's validity is read whoever signed it."""

import datetime as dt
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import trustme

from refcheck.cloud.certificates import valid_until

END = dt.datetime(2031, 5, 6, tzinfo=dt.UTC)


@pytest.fixture
def secure_server():
    """Serves TLS with a certificate of an authority that nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1", not_after=END).configure_cert(context)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_end_of_a_certificate_is_read(secure_server):
    addresses = [f"https://{secure_server}/v3", f"https://{secure_server}/other"]
    assert valid_until(addresses) == {secure_server: END}


def test_who_does_not_answer_or_speaks_no_tls_shows_no_end(httpserver):
    plain = f"127.0.0.1:{httpserver.port}"
    assert valid_until([f"https://{plain}/", "https://127.0.0.1:1/"]) == {
        plain: None,
        "127.0.0.1:1": None,
    }


def test_addresses_without_tls_are_left_out():
    assert valid_until(["http://127.0.0.1/v3", "None", ""]) == {}
