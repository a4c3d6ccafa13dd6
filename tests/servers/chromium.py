"""A real Chromium without a window, spoken to over the pipe of its DevTools protocol."""

import asyncio
import base64
import itertools
import json
import os
import shutil
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # which refuses root, and CI is root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--remote-debugging-pipe",
)
_ANSWER_WITHIN = 30  # seconds
_ENDS_WITHIN = 10
# The protocol wants its commands on descriptor 3, and answers on 4.
_ON_3_AND_4 = 'exec "${@:3}" 3<&"$1" 4>&"$2"'
_END = b"\0"


class Chromium:
    def __init__(self, commands: int, answers: asyncio.StreamReader) -> None:
        self._commands = commands
        self._answers = answers
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requests: list[dict[str, Any]] = []  # that pages sent, oldest first

    async def open(self) -> "Page":
        """A tab of its own, in front of all others."""
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        page = Page(self, target["targetId"], attached["sessionId"])
        for domain in ("Page", "Network", "Runtime"):
            await page.call(f"{domain}.enable")
        return page

    async def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        command = {"id": number, "method": method, "params": params}
        if session:
            command["sessionId"] = session
        os.write(self._commands, json.dumps(command).encode() + _END)
        return await asyncio.wait_for(answer, _ANSWER_WITHIN)

    async def listen(self) -> None:
        while True:
            message = json.loads((await self._answers.readuntil(_END))[:-1])
            if message.get("method") == "Network.requestWillBeSent":
                request = message["params"]["request"]
                self.requests.append(request | {"page": message["sessionId"]})
            answer = self._waiting.pop(message.get("id"), None)
            if answer and "error" in message:
                answer.set_exception(AssertionError(message["error"]["message"]))
            elif answer:
                answer.set_result(message["result"])


class Page:
    def __init__(self, browser: Chromium, target: str, session: str) -> None:
        self._browser = browser
        self._target = target
        self._session = session

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._browser.call(method, self._session, **params)

    @property
    def posted(self) -> list[str]:
        """Where to, oldest first."""
        own = [one for one in self._browser.requests if one["page"] == self._session]
        return [one["url"] for one in own if one["method"] == "POST"]

    async def before_every_page(self, script: str) -> None:
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    async def load(self, url: str) -> None:
        await self.call("Page.navigate", url=url)
        await self.until(f"location.href === {url!r} && document.readyState === 'complete'")

    async def reload(self) -> None:
        await self.run("window.wasHereBefore = true")
        await self.call("Page.reload")
        await self.until("!window.wasHereBefore && document.readyState === 'complete'")

    async def come_to_front(self) -> None:
        await self._browser.call("Target.activateTarget", targetId=self._target)
        await self.until("document.visibilityState === 'visible'")

    async def close(self) -> None:
        await self._browser.call("Target.closeTarget", targetId=self._target)

    async def click(self, selector: str) -> None:
        """With a mouse, so that the page cannot tell it from a person."""
        box = f"document.querySelector({selector!r}).getBoundingClientRect()"
        x, y = await self.run(f"[{box}.x + {box}.width / 2, {box}.y + {box}.height / 2]")
        for kind in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    async def run(self, expression: str) -> Any:
        answer = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    async def until(self, expression: str) -> None:
        async with asyncio.timeout(_ANSWER_WITHIN):
            while await self.run(expression) is not True:  # noqa: ASYNC110 -- it is another process
                await asyncio.sleep(0.02)

    async def screenshot(self, file: Path) -> None:
        shot = await self.call("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(shot["data"]))


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Chromium]:
    """Runs inside the block, with a profile of its own in `folder`."""
    assert PROGRAM, "there is no Chromium: ask before"
    for_browser, commands = os.pipe()
    answers, from_browser = os.pipe()
    flags = (*_FLAGS, f"--user-data-dir={folder}", "--window-size=900,900", "about:blank")
    program = ["bash", "-c", _ON_3_AND_4, "bash", str(for_browser), str(from_browser)]
    process = await asyncio.create_subprocess_exec(
        *program,
        PROGRAM,
        *flags,
        pass_fds=(for_browser, from_browser),
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    os.close(for_browser)
    os.close(from_browser)
    reader = asyncio.StreamReader(limit=2**26)  # a screenshot is one message
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(answers, "rb")
    )
    browser = Chromium(commands, reader)
    listening = asyncio.create_task(browser.listen())
    try:
        yield browser
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        os.close(commands)  # which it takes as its end
        await _ended(process)
        transport.close()


async def _ended(process: Process) -> None:
    try:
        await asyncio.wait_for(process.wait(), _ENDS_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
