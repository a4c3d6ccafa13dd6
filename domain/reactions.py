"""What the arrival of deliveries sets off beside the analysis."""

from domain.incidents import IncidentAlert
from domain.mutings import MutingOrder
from domain.notices import NoticeOrder
from domain.values import Value


class Arrivals(Value):
    """Deliveries that an incident's workflow has just been told of."""

    incident_id: int
    alerts: tuple[IncidentAlert, ...]


class ForwardOrder(Value):
    """One delivery to one address. The address stays out of histories: it may hold a token."""

    event_id: int
    config_id: int
    address: str  # the digest of the URL, by which it is found again among the config's
    host: str


class Reactions(Value):
    """What is to be done. `over`: keys of running mutings whose alerts have recovered."""

    forwards: tuple[ForwardOrder, ...] = ()
    mutings: tuple[MutingOrder, ...] = ()
    over: tuple[str, ...] = ()
    notices: tuple[NoticeOrder, ...] = ()  # in the order in which people should read them
