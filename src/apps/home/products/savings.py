# The savings team's back end, in nothing but Python's standard library: a banner with a rate of
# interest, and a better one for whoever is insured with us.

import json
import os
import re
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY_BYTES = 64 * 1024
TIMEOUT_S = 10
MAX_CALLS = 100
MAX_INSURED = 100_000
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
USER = re.compile(r"[A-Za-z0-9_~@:+-][A-Za-z0-9._~@:+-]{0,127}")
ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Refusal(Exception):
    """Its arguments are a status and a message."""


class Insured:
    """Who is insured with us: told by the events that content was asked for, kept in a file."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.path = os.path.join(folder, "insured.json")
        self.lock = threading.Lock()
        self.told = {}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                self.told = json.load(file)

    def has(self, user):
        return self.told.get(user, [False])[0]

    def change(self, user, is_insured, at):
        """What failed is asked again, perhaps after what came later."""
        with self.lock:
            if user in self.told and self.told[user][1] > at:
                return
            told = {other: what for other, what in self.told.items() if other != user}
            told[user] = [is_insured, at]
            while len(told) > MAX_INSURED:
                told.pop(next(iter(told)))
            with open(self.path + ".new", "w", encoding="utf-8") as file:
                json.dump(told, file)
            os.replace(self.path + ".new", self.path)
            # Last: what could not be kept is not known either.
            self.told = told


def content(body):
    user, event = body.get("user", ""), body.get("event")
    if user is not None and not is_text(user, USER):
        raise Refusal(400, "user must be a user or null.")
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise Refusal(400, "event needs a type.")
    if user is None:
        return banner("Savings that keep up", "2.10% a year on every euro, paid out monthly.", "jar")
    if event["type"] in ("contract.signed", "contract.withdrawn"):
        if not is_text(event.get("acceptedAt"), TIME):
            raise Refusal(400, "event needs an acceptedAt.")
        insured.change(user, event["type"] == "contract.signed", event["acceptedAt"])
    if insured.has(user):
        text = "Half a percent more, because you are insured with us. No minimum, no lock-in."
        return banner("2.60% a year for you", text, "growth")
    text = "Open an account in ten minutes: no minimum, and your money is yours every day."
    return banner("2.10% a year for you", text, "jar")


def banner(title, text, image):
    return {
        "template": "banner",
        "data": {
            "id": "savings-" + image,
            "title": title,
            "text": text,
            "accent": "amber",
            "image": "/assets/savings-" + image + ".svg",
            "button": {"label": "Start saving", "url": "https://savings.example/open"},
        },
        "expiresInS": 12 * 3600,
    }


def feedback(body):
    if not is_text(body.get("user"), USER):
        raise Refusal(400, "user must be a user.")
    for name in ("seen", "clicked"):
        items = body.get(name)
        if not isinstance(items, list) or len(items) > 100:
            raise Refusal(400, name + " must be a list of at most 100 ids.")
        if not all(is_text(item, ITEM) for item in items):
            raise Refusal(400, name + " must be ids.")


def is_text(value, pattern):
    return isinstance(value, str) and pattern.fullmatch(value) is not None


ROUTES = {"/content": content, "/feedback": feedback}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = TIMEOUT_S
    # Sent apart, the body would wait some 40 ms until the kernel of whoever asked has confirmed the head.
    wbufsize = -1

    def handle_expect_100(self):
        goes_on = super().handle_expect_100()
        # Whoever asked for leave sends nothing before they have it.
        self.wfile.flush()
        return goes_on

    def do_GET(self):
        self.begun = time.monotonic()
        if self.path == "/health":
            return self.end(200, {"status": "ok"})
        return self.end(404, {"error": "Nothing is at this path."})

    def do_POST(self):
        self.begun = time.monotonic()
        if not calls.acquire(blocking=False):
            return self.refuse(503, "Too many ask at once.")
        try:
            route = ROUTES.get(self.path)
            if route is None:
                raise Refusal(404, "Nothing is at this path.")
            answer = route(self.read_body())
            self.end(204 if answer is None else 200, answer)
        except Refusal as refusal:
            self.refuse(*refusal.args)
        except Exception as error:
            print("savings failed:", repr(error), file=sys.stderr, flush=True)
            self.refuse(500, "savings failed.")
        finally:
            calls.release()

    def read_body(self):
        if self.headers.get_content_type() != "application/json":
            raise Refusal(415, "Send JSON.")
        try:
            length = int(self.headers["content-length"])
        except (TypeError, ValueError):
            raise Refusal(411, "Say how long the body is.") from None
        if not 0 <= length <= MAX_BODY_BYTES:
            raise Refusal(413, "At most %d bytes are read." % MAX_BODY_BYTES)
        try:
            body = json.loads(self.rfile.read(length))
        except (ValueError, RecursionError):
            raise Refusal(400, "The body must be JSON.") from None
        if not isinstance(body, dict):
            raise Refusal(400, "The body must be a JSON object.")
        return body

    def refuse(self, status, error):
        # A body that was not read would be taken for the next request.
        self.close_connection = True
        self.end(status, {"error": error})

    def end(self, status, body):
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response_only(status)
        if body is not None:
            self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(text)
        took_ms = (time.monotonic() - self.begun) * 1000
        line = "savings %s %s %d %.1f ms" % (self.command, self.path[:100], status, took_ms)
        print(line, flush=True)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Of connections that come at once, what finds no place comes again a second later: too late.
    request_queue_size = MAX_CALLS


def main():
    address = (os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "0")))
    server = Server(address, Handler)
    # shutdown() waits for serve_forever() to return, which this handler would keep from returning.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print("savings listens at port %d" % server.server_port, flush=True)
    server.serve_forever()


calls = threading.Semaphore(MAX_CALLS)
if __name__ == "__main__":
    insured = Insured(os.environ["DATA_DIR"])
    main()
