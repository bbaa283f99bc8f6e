#!/usr/bin/python3
"""A mail server for the suite: STARTTLS or SMTPS and AUTH, on loopback.

    mail.py FOLDER [--smtps | --plain] [--certificate-name NAME]

Makes a certificate in FOLDER (cert.pem), then says on stdout, one JSON object a line, first {"port": …} once it listens and
then each message that it took, as Python's own parser of mail understands it. A line on stdin says how to go on:

    ok           takes messages              temporary    451 after DATA
    permanent    550 to each RCPT            unwanted     554 after DATA, in two lines
    busy         421 to MAIL, and closes     unauthorised 535 to each AUTH
    hang         no answer after DATA        dropped      takes the message, and closes without an answer

It answers each with {"mode": …}. Needs Debian's python3-aiosmtpd, a module of /usr/bin/python3.
"""
import argparse
import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import subprocess
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--smtps", action="store_true")
parser.add_argument("--plain", action="store_true")
parser.add_argument("--certificate-name", default="localhost")
options = parser.parse_args()
mode = "ok"


def say(**what):
    print(json.dumps(what), flush=True)


def certificate():
    key, cert = options.folder / "key.pem", options.folder / "cert.pem"
    name = options.certificate_name
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
         "-out", cert, "-days", "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:" + name],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"trader", b"open sesame")
    return AuthResult(success=good and mode != "unauthorised", handled=False, auth_data="trader" if good else None)


def parsed(envelope, session, transport):
    message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    return {
        "from": envelope.mail_from, "to": envelope.rcpt_tos, "user": getattr(session, "auth_data", None),
        "tls": transport.get_extra_info("ssl_object") is not None,
        "headers": [[name, str(value)] for name, value in message.items()],
        "defects": [repr(defect) for part in message.walk() for defect in part.defects]
        + [repr(defect) for value in message.values() for defect in getattr(value, "defects", ())],
        "type": message.get_content_type(),
        "parts": {part.get_content_type(): part.get_content() for part in parts},
        "lines": max(len(line) for line in envelope.original_content.split(b"\r\n")),
        "bare": envelope.original_content.replace(b"\r\n", b"").count(b"\n"),
        "source": envelope.original_content.decode("ascii"),
    }


class Peer:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if mode == "busy":
            server.transport.write(b"421 4.3.2 too busy, try later\r\n")
            server.transport.close()
        envelope.mail_from = address
        return "250 2.1.0 sender ok"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if mode == "permanent":
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, server, session, envelope):
        if mode == "temporary":
            return "451 4.3.0 try again later"
        if mode == "unwanted":
            return "554-5.7.1 not wanted here\r\n554 5.7.1 nor anywhere else"
        if mode == "hang":
            await asyncio.get_running_loop().create_future()
        say(message=parsed(envelope, session, server.transport))
        if mode == "dropped":
            server.transport.abort()
        return "250 2.0.0 taken"


async def main():
    global mode
    context = None if options.plain else certificate()
    starttls = context if not options.smtps else None
    loop = asyncio.get_running_loop()

    def protocol():
        return SMTP(Peer(), hostname="peer.invalid", loop=loop, tls_context=starttls, require_starttls=starttls is not None,
                    authenticator=authenticate, auth_required=not options.plain, auth_require_tls=starttls is not None)

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if options.smtps else None)
    say(port=server.sockets[0].getsockname()[1])
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    # Whoever started it goes away: so does it.
    while line := await lines.readline():
        mode = line.decode().strip()
        say(mode=mode)

asyncio.run(main())
