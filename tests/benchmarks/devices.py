"""A device as the benchmarks have it: marks as it writes them, and sending them."""

import json
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone


class Sending:
    def __init__(self, client: Client) -> None:
        self.client, self.id = client, str(uuid.uuid4())
        self.account = int(client.session["_auth_user_id"])

    def batch(self, ids: Sequence[int], before: str, mark: str) -> str:
        """A mark for each of these, one a second until now, which the server has not seen yet."""
        now = timezone.now()
        taps = [
            {
                "nonce": str(uuid.uuid4()),
                "whose": pk,
                "before": before,
                "mark": mark,
                "at": (now - timedelta(seconds=len(ids) - number)).isoformat(),
                "batch": str(uuid.uuid4()),
            }
            for number, pk in enumerate(ids)
        ]
        return json.dumps({"account": self.account, "device": self.id, "sent_at": now.isoformat(), "taps": taps})

    def post(self, name: str, arguments: Sequence[Any], body: str) -> None:
        ok(self.client.post(reverse(name, args=arguments), body, content_type="application/json"))


def ok(response: Any) -> None:
    if response.status_code not in {200, 204}:
        raise AssertionError(f"A page of the benchmark answered {response.status_code}.")
