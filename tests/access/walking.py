"""Going through every address as one account would, each request taken back at once, and saying what came of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.access.addresses import Address
from tests.access.asking import Ask, arguments_of, asks_of
from tests.access.world import Place, World

WRITE = re.compile(
    r'(?:INSERT INTO|UPDATE|DELETE FROM) "?((?:training|elearning|certificates)_\w++)"?+(?! SET "last_login")'
)
# The trail is written where somebody reads. Logging in changes no record but for the time of it.
NO_CHANGE = {"training_trailentry"}
LOG_IN = reverse("account_login")
# What is sent to these names records, although their addresses do not.
SENT_ELSEWHERE = {"invite", "session_new", "target_new", "contradiction_decide", "contradiction_withdraw"}


@dataclass(frozen=True)
class Column:
    """An account of the world, and the place whose records it asks for. Two of each: their own, and others'."""

    role: str
    place: str = "Near"

    @property
    def name(self) -> str:
        return self.role if self.place == "Near" else f"{self.role}:{self.place.lower()}"


COLUMNS = [
    Column("anonymous"),
    Column("nobody"),
    Column("officer"),
    Column("officer", "Far"),
    Column("trainer"),
    Column("trainer", "Signed"),
    Column("trainer", "Past"),
    Column("trainer", "Far"),
    Column("manager"),
    Column("manager", "Far"),
    Column("coordinator"),
    Column("coordinator", "Far"),
    Column("editor"),
    Column("auditor"),
    Column("administrator"),
]


@dataclass
class Answer:
    address: Address
    ask: Ask
    response: Any
    changed: set[str] = field(default_factory=set)

    @property
    def row(self) -> str:
        label = f"#{self.ask.label}" if self.ask.label else ""
        return f"/{self.address.route}{label} {self.ask.method}"

    @property
    def outcome(self) -> str:
        """`done` where a record was changed; `log-in` where the way leads there first; else the status."""
        if self.changed - NO_CHANGE:
            return "done"
        if self.response.status_code == 302 and self.response.url.startswith((LOG_IN, reverse("admin_door"))):
            return "log-in"
        return str(self.response.status_code)

    @property
    def text(self) -> str:
        response = self.response
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return content.decode(errors="replace")


class Visitor:
    """A browser of one account that forgets after every request what the request has done."""

    def __init__(self, account: Any) -> None:
        self.account = account
        self.client = Client(raise_request_exception=False)
        if account is not None:
            self.client.force_login(account)
            self.client.get("/")  # notes that the account is at work, which every other request would
        self.cookies = self.client.cookies.output(header="", sep="; ")

    def ask(self, address: Address, ask: Ask, place: Place) -> Answer:
        cache.clear()  # nobody is slowed down for asking everything
        self.client.cookies = SimpleCookie(self.cookies)
        path = reverse(address.name, kwargs=arguments_of(address, place, self.account))
        send = getattr(self.client, ask.method.lower())
        changed: set[str] = set()

        def watch(execute, sql, *rest):
            changed.update(WRITE.findall(sql))
            return execute(sql, *rest)

        with transaction.atomic(), connection.execute_wrapper(watch):
            encoded = {"content_type": "application/json"} if ask.as_json else {}
            response = send(path, ask.sent(place, self.account), **encoded)
            transaction.set_rollback(True)
        return Answer(address, ask, response, changed)


def walk(world: World, column: Column, addresses: list[Address]) -> Iterator[Answer]:
    """Every question to every address. Beyond the account's own records only addresses that name one are asked."""
    visitor = Visitor(world.accounts.get(column.role))
    for address, ask in questions_of(column, addresses):
        yield asked(world, visitor, column, address, ask)


def questions_of(column: Column, addresses: list[Address]) -> Iterator[tuple[Address, Ask]]:
    for address in addresses:
        if column.place == "Near" or _leads_elsewhere(address, column.place):
            for ask in asks_of(address):
                yield address, ask


def asked(world: World, visitor: Visitor, column: Column, address: Address, ask: Ask) -> Answer:
    """The answer to one question; uploads that it used up are there again."""
    answer = visitor.ask(address, ask, world.places[column.place])
    if answer.changed:
        world.restore_files()
    return answer


def _leads_elsewhere(address: Address, place: str) -> bool:
    of_session = "<slug:key>" in address.route and address.route.startswith(("sessions/", "attendance/"))
    if place in {"Signed", "Past"}:
        return of_session and "import" not in address.name
    return (bool(address.arguments) and not address.record) or address.name in SENT_ELSEWHERE
