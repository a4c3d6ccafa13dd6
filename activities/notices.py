"""Tell people what became of an incident."""

import asyncio
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Self

from temporalio import activity

from domain.errors import NotOffered, RayneError
from domain.notices import Notice, NoticeOrder, Notification
from domain.notification_ports import Notices, Notifier
from domain.notification_text import notification
from domain.ports import Analyses, Incidents
from domain.telemetry import UNCOUNTED, Repeat, Tally


class NoticeActivities:
    def __init__(
        self,
        notices: Notices,
        incidents: Incidents,
        analyses: Analyses,
        notifiers: Sequence[Notifier],
    ) -> None:
        self._tally = UNCOUNTED
        self._notices = notices
        self._incidents = incidents
        self._analyses = analyses
        self._notifiers = notifiers

    def counted_by(self, tally: Tally) -> Self:
        self._tally = tally
        return self

    @activity.defn
    async def send_notice(self, order: NoticeOrder) -> None:
        """At least once to each address, and once but for a crash: asks first who has it already.

        A crash between an address's answer and our note of it sends again, under the same tag and
        key, so that the desktop still shows one.
        """
        if not self._notifiers:
            raise NotOffered("this worker has no NOTIFY_SERVER_URLS")
        await self._notices.plan_notices([Notice(**order.model_dump())])
        notice = await self._notices.get_notice(order.incident_id, order.occasion)
        if not notice.is_due:
            self._tally.found_done(Repeat.NOTICE)
            return
        words = await self._words(notice)
        waiting = [one for one in self._notifiers if _digest(one) not in notice.told_to]
        failures = await asyncio.gather(*(self._tell(one, notice, words) for one in waiting))
        _raise_one(failure for failure in failures if failure)
        await self._notices.finish_notice(notice)

    @activity.defn
    async def give_up_notice(self, order: NoticeOrder, reason: str) -> None:
        """Safe to repeat: what was told meanwhile stays told."""
        await self._notices.finish_notice(Notice(**order.model_dump()), given_up=reason)

    async def _words(self, notice: Notice) -> Notification:
        incident = await self._incidents.get_incident(notice.incident_id)
        if not notice.occasion.is_about_analyses:
            return notification(notice, incident)
        analyses = await self._analyses.list_analyses(notice.incident_id)
        return notification(notice, incident, analyses)

    async def _tell(
        self, notifier: Notifier, notice: Notice, words: Notification
    ) -> RayneError | None:
        """One that fails does not keep the others from hearing of it."""
        try:
            await notifier.notify(words)
            await self._notices.note_taken(notice, _digest(notifier))
        except RayneError as error:
            return error
        return None


def _raise_one(failures: Iterable[RayneError]) -> None:
    """One that another try may heal, where there is one: whoever failed is tried again then."""
    failure = max(failures, key=lambda error: error.retryable, default=None)
    if failure:
        raise failure


def _digest(notifier: Notifier) -> str:
    return sha256(notifier.address.encode()).hexdigest()
