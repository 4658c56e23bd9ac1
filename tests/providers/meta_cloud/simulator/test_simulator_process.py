"""The simulator in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request


def test_it_serves_until_it_is_told_to_stop() -> None:
    """It prints where it is and what a channel needs, obeys its control surface, and ends on SIGTERM."""
    command = [sys.executable, "-m", "providers.meta_cloud.simulator", "--phone-number-id", "77"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            started = json.loads(process.stdout.readline())
            settings = started["settings"]
            assert settings["phone_number_id"] == "77"
            url = f"{started['api_base']}/v25.0/77/messages"
            body = {"messaging_product": "whatsapp", "to": "+254700000001", "text": {"body": "Hi"}}
            headers = {"Authorization": f"Bearer {settings['access_token']}"}
            request = urllib.request.Request(url, json.dumps(body).encode(), headers)
            with urllib.request.urlopen(request, timeout=5) as answer:
                sent = json.load(answer)["messages"][0]["id"]
            with urllib.request.urlopen(f"{started['api_base']}/simulator/accepted", timeout=5) as answer:
                assert [message["id"] for message in json.load(answer)["messages"]] == [sent]
        finally:
            process.terminate()
        assert process.wait(5) == 0
