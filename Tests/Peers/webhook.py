#!/usr/bin/python3
"""A receiver of webhooks for the suite, on loopback.

    webhook.py

Says on stdout, one JSON object a line, first {"port": …} and then each request that came. A line on stdin is the answers
to come, in order: `200`, `500`, `429 7` (Retry-After: 7), `hang` (no answer until the peer goes away), `close` (no answer, and
closes), separated by semicolons; it says {"answers": …} to that. Without any, it answers 204.
"""
import http.server
import json
import sys
import threading

answers = []
lock = threading.Lock()


def say(**what):
    with lock:
        print(json.dumps(what), flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        say(request={"path": self.path, "headers": dict(self.headers.items()), "body": body.decode()})
        words = (answers.pop(0) if answers else "204").split(" ", 1)
        if words[0] == "hang":
            self.rfile.read(1)
        if words[0] in ("hang", "close"):
            self.close_connection = True
            return
        text = b"" if words[0] == "204" else b"the peer says " + body[:40] + self.path.encode()
        self.send_response(int(words[0]))
        if len(words) > 1:
            self.send_header("Location" if words[0] == "302" else "Retry-After", words[1])
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
say(port=server.server_port)
# Whoever started it goes away: so does it.
for line in sys.stdin:
    answers[:] = line.strip().split(";")
    say(answers=answers)
