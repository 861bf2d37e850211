"""A browser without a screen: one officer, his cookies, forms with their token; every answer is timed."""

from __future__ import annotations

import html
import http.client
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

HOST = "jiuzhu.example.cn"
"""The name the panel goes by behind its HTTPS proxy; the proxy is us."""
TOKEN = re.compile(r'name="csrf[-_]token" (?:value|content)="([^"]+)"')
Told = Callable[[str, float], None]
"""Told what was asked for and how many seconds the answer took."""


class WrongAnswerError(Exception):
    """The panel answered something else than it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    text: str
    location: str


@dataclass(slots=True, kw_only=True)
class Browser:
    """Asks as a proxy in front of the panel passes it on; ``tell`` hears of every request."""

    port: int
    address: str
    tell: Told
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, page: str, path: str) -> Answer:
        """Ask for a page; ``page`` is what it is counted as."""
        return self._ask(page, "GET", path, None)

    def post(self, page: str, path: str, given: Mapping[str, str]) -> Answer:
        """Send a form with the token of the page before."""
        return self._ask(page, "POST", path, urlencode({"csrf_token": self.token, **given}))

    def sign_in(self, login: str, password: str) -> None:
        """Sign in by the form."""
        self.get("sign in", "/login")
        answer = self.post("sign in", "/login", {"login": login, "password": password})
        expect(answer.status == 303, f"{login} cannot sign in: {answer.status}")
        self.get("sign in", "/")

    def _ask(self, page: str, method: str, path: str, body: str | None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {
            "Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-Host": HOST, "X-Forwarded-For": self.address,
            "Referer": f"https://{HOST}/", "Cookie": cookies,
        }  # fmt: skip
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        began = time.monotonic()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        self.tell(page, time.monotonic() - began)
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: one.value for key, one in SimpleCookie(value).items()}
        if found := TOKEN.search(text):
            self.token = html.unescape(found[1])
        return Answer(status=response.status, text=text, location=response.getheader("Location") or "")


def expect(held: object, said: str) -> None:
    """Refuse an answer that is not what it should be."""
    if not held:
        raise WrongAnswerError(said)
