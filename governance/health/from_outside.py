"""What `governance doctor` sees of this site from outside, through the public address and the server in front of it."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

from governance import clock
from governance.config import Config
from governance.frame.gateway import FIRST_BYTES
from governance.frame.public_address import folder_of
from governance.health.rules import CERTIFICATE_RENEWED

SECONDS = 5
SECONDS_FOR_FIRST_BYTES = 3
LENGTH = 32 * 1024  # Bytes. A few thousand may wait in the memory of a server that keeps nothing.

Seen = tuple[bool, str]  # Whether it is fine, and the sentence that says so, or what to do.


def look(settings: Config) -> Iterator[Seen]:
    """Give what is seen at the public address: the site itself, its certificate, and what the server in front does."""
    if not settings.address:
        return
    try:
        with closing(_line_to(settings)) as line:
            yield from _the_site(line, settings)
        with closing(_line_to(settings)) as line:
            yield from _what_is_in_front(line, settings)
    except ssl.SSLCertVerificationError as error:
        yield False, f"Browsers warn people of {settings.address}: {error.verify_message}. Renew its certificate."
    except (OSError, http.client.HTTPException) as error:
        why = type(error).__name__
        yield False, f"Nobody answers at {settings.address} ({why}). Start the program and the server in front of it."


def _line_to(settings: Config) -> http.client.HTTPConnection:
    host = urlsplit(settings.address).netloc
    if settings.https:
        return http.client.HTTPSConnection(host, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, timeout=SECONDS)


def _the_site(line: http.client.HTTPConnection, settings: Config) -> Iterator[Seen]:
    line.request("GET", folder_of(settings) + "/healthz")
    certificate = line.sock.getpeercert() if isinstance(line.sock, ssl.SSLSocket) else None
    answer = line.getresponse()
    here = answer.status == 200 and answer.read() == b"ok\n"
    wrong = "Something else answers at {}. Have the server in front pass every request on to the program."
    yield here, ("This site answers at {}." if here else wrong).format(settings.address)
    if certificate:
        left = ssl.cert_time_to_seconds(str(certificate["notAfter"])) - clock.now().timestamp()
        fine = left > CERTIFICATE_RENEWED.total_seconds()
        then = "" if fine else " Renew it: then browsers warn people."
        yield fine, f"The certificate holds for {int(left // 86_400)} more days.{then}"


def _what_is_in_front(line: http.client.HTTPConnection, settings: Config) -> Iterator[Seen]:
    """Send all but the last byte: what lets the others through keeps nothing of what people say."""
    line.putrequest("POST", folder_of(settings) + FIRST_BYTES)
    line.putheader("Content-Length", str(LENGTH))
    line.putheader("Connection", "close")  # Otherwise Caddy waits for the rest before it gives on an answer.
    line.endheaders(b" " * (LENGTH - 1))
    line.sock.settimeout(SECONDS_FOR_FIRST_BYTES)
    try:
        told = line.getresponse().read().decode(errors="replace").split()
    except TimeoutError:
        yield (
            False,
            "The server in front keeps what people send until it has all of it, often on its disk and in clear. "
            "Switch that off, as deploy/nginx.conf does: proxy_request_buffering off",
        )
        return
    yield True, "What people send goes straight through the server in front."
    names = ", ".join(told)
    tells = f"The server in front tells where people come from ({names}), so it may write that down too. Take it out."
    yield not told, tells if told else "The server in front tells nothing of where people come from."
