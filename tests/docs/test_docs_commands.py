"""What the docs tell people to type does what they say, on a sandbox of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from docs_pages import ROOT, commands, page

pytestmark = pytest.mark.slow

WITHIN = 30.0
T = TypeVar("T")


@dataclass(frozen=True)
class Sandbox:
    """A folder where somebody works: `.venv` as after make setup, `hongyan-data` with a server on it."""

    folder: Path
    environment: dict[str, str]
    url: str
    endpoint: str

    @property
    def data(self) -> Path:
        return self.folder / "hongyan-data"

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """One line as a shell takes it."""
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=WITHIN,
            check=False,
        )

    def good(self, line: str) -> str:
        done = self.run(line)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=WITHIN) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def wait_for(read: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + WITHIN
    while (found := read()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("somebody")
    (folder / ".venv").symlink_to(Path(sys.prefix))
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HONGYAN_", "LC_"))
    }
    environment |= {"PATH": f"{Path(sys.prefix) / 'bin'}:{environment['PATH']}", "LANG": "en_US.UTF-8"}
    data = folder / "hongyan-data"
    errors = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "hongyan", "serve", "--port", "0"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=errors,
    )

    def address() -> Any:
        assert server.poll() is None, (folder / "server.log").read_text()
        path = data / "server.json"
        return json.loads(path.read_text()) if path.exists() and path.read_text() else None

    try:
        found = wait_for(address)
        yield Sandbox(folder, environment, found["url"], found["endpoint"])
        server.terminate()
        assert server.wait(WITHIN) == 0
    finally:
        server.kill()
        server.wait()
        errors.close()


@pytest.fixture(scope="module")
def sent(sandbox: Sandbox) -> str:
    """What the README says, in its order; the text that arrived."""
    (program,) = page("README.md").blocks("python")
    program = program.replace("127.0.0.1:8480", sandbox.endpoint)
    (sandbox.folder / "send.py").write_text(program, "utf-8")
    _, second = page("README.md").blocks("sh")
    seed, send, inbox = commands(second)
    sandbox.good(seed)
    tenant = json.loads((sandbox.folder / "tenant.json").read_text("utf-8"))
    assert tenant["endpoint"] == sandbox.endpoint
    answer = sandbox.good(send)
    assert "'Code': 'OK'" in answer

    def arrived() -> str | None:
        texts = sandbox.good(inbox)
        return texts if f"【{tenant['sign_name']}】" in texts else None

    return wait_for(arrived)


def test_the_readme_leads_to_a_text_on_a_phone(sent: str) -> None:
    assert "13800138000" in sent
    assert "A20260301" in sent


def test_the_demo_delivers_a_message_and_says_what_it_saw(sandbox: Sandbox) -> None:
    assert "make demo" in commands(page("README.md").blocks("sh")[0])
    output = sandbox.good("hongyan demo --once")
    assert "DELIVRD" in output
    assert "0.045 CNY" in output


def test_the_commands_of_the_sandbox_page_work(sandbox: Sandbox, sent: str) -> None:
    lines = [line for block in page("docs/sandbox.md").blocks("sh") for line in commands(block)]
    assert len(lines) >= 7
    for line in lines:
        if "--follow" in line:
            continue
        output = sandbox.good(line)
        if "--json" in line:
            json.loads(output)


def test_following_a_phone_shows_what_is_there_and_ends_with_ctrl_c(sandbox: Sandbox, sent: str) -> None:
    (line,) = [
        line
        for block in page("docs/sandbox.md").blocks("sh")
        for line in commands(block)
        if "--follow" in line
    ]
    process = subprocess.Popen(
        ["bash", "-c", f"exec {line}"],
        cwd=sandbox.folder,
        env=sandbox.environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    assert process.wait(WITHIN) in (0, 130)


def test_the_backup_of_the_operations_page_holds_the_messages(sandbox: Sandbox, sent: str) -> None:
    for block in page("docs/operations.md").blocks("sh"):
        for line in commands(block):
            sandbox.good(line)
    backup = sqlite3.connect(sandbox.folder / "hongyan-backup.sqlite")
    assert backup.execute("SELECT count(*) FROM message WHERE number = '8613800138000'").fetchone()[0] >= 1
    backup.close()


def test_every_file_of_the_data_folder_is_on_the_operations_page(sandbox: Sandbox, sent: str) -> None:
    rows = page("docs/operations.md").rows("The data folder")
    named = set(re.findall(r"`([^`]+)`", " ".join(row[0] for row in rows)))
    assert {path.name for path in sandbox.data.iterdir()} <= named


def test_metrics_are_the_ones_of_the_operations_page(sandbox: Sandbox, sent: str) -> None:
    status, text = sandbox.get("/metrics")
    assert status == 200
    seen = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    rows = page("docs/operations.md").rows("Watching")
    told = {row[0].strip("`"): row[1] for row in rows if row[0].startswith("`hongyan_")}
    assert seen == told


def test_health_and_readiness_answer_as_told(sandbox: Sandbox) -> None:
    assert sandbox.get("/healthz")[0] == 200
    status, text = sandbox.get("/readyz")
    assert status == 200
    assert json.loads(text).keys() == {"parts", "warnings"}
    assert sandbox.get("/nothing")[0] == 404


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("hongyan status", 0),
        ("hongyan key disable nobody", 1),
        ("hongyan nonsense", 2),
        ("HONGYAN_PORT=many hongyan serve", 78),
        ("hongyan serve --port 0", 78),
    ],
)
def test_commands_end_with_the_exit_codes_of_the_operations_page(
    sandbox: Sandbox, line: str, code: int
) -> None:
    done = sandbox.run(line)
    assert done.returncode == code, done.stdout + done.stderr
    assert str(code) in {row[0] for row in page("docs/operations.md").rows("Start and stop")}


def test_the_plain_http_example_sends_a_message(sandbox: Sandbox, sent: str) -> None:
    (example,) = page("docs/performance.md").blocks("python")
    assert example == (ROOT / "bench" / "send_one.py").read_text("utf-8")
    tenant = json.loads((sandbox.folder / "tenant.json").read_text("utf-8"))
    arguments = [
        *(sandbox.url, tenant["access_key_id"], tenant["access_key_secret"], "13800138001"),
        *(tenant["sign_name"], tenant["template_code"], json.dumps(tenant["template_param_example"])),
    ]
    answer = subprocess.run(
        [sys.executable, ROOT / "bench" / "send_one.py", *arguments],
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=True,
    ).stdout
    assert answer.startswith("200 ")
    assert '"Code":"OK"' in answer
