"""Which kinds of change bring which kinds of error: words that differ and belong together."""

import re

from domain.values import Value


class Kinship(Value):
    """What a change of this kind speaks of, and what the errors that it brings speak of."""

    name: str
    change: re.Pattern[str]
    error: re.Pattern[str]
    is_specific: bool  # hardly anything else brings such errors


def _kin(name: str, change: str, error: str, *, specific: bool = False) -> Kinship:
    return Kinship(
        name=name,
        is_specific=specific,
        change=re.compile(change, re.IGNORECASE),
        error=re.compile(error, re.IGNORECASE),
    )


KINSHIPS = (
    _kin(
        "credentials",
        r"secrets?\b|passwords?\b|credential|rotat|\brole\b|\biam\b|permission|\bacl\b|api.?key",
        r"auth\w* fail|unauthori[sz]ed|access ?denied|permission denied|forbidden|\b40[13]\b"
        r"|invalid (?:password|credential|token|api.?key)|password|not authori[sz]ed|28p01|28000",
        specific=True,
    ),
    _kin(
        "certificates",
        r"certificate|\bcert\b|\btls\b|\bssl\b|\bca\b|truststore|keystore",
        r"certificate|x509|\btls\b|\bssl\b|handshake",
        specific=True,
    ),
    _kin(
        "database schema",
        r"\b(?:alter|drop|create|add|rename)\b.{0,30}\b(?:table|index|column|constraint|view)\b"
        r"|migrat|schema|\bindex(?:es)?\b|backfill|\bvacuum\b|reindex",
        r"\block|deadlock|statement (?:due to|timeout)|seq(?:uential)? scan"
        r"|slow (?:query|statement)|\b(?:select|update|insert|delete) .{0,60}slow|query.?cancel"
        r"|(?:column|relation|table) .{0,60}(?:does not exist|unknown|not found)",
    ),
    _kin(
        "connection pools",
        r"pool|max.{0,3}conn|connections?\b|max.{0,3}(?:idle|active)",
        r"pool|connection is not available|too many (?:clients|connections)|connection slots"
        r"|waiting for (?:a )?connection|connection limit",
    ),
    _kin(
        "timeouts",
        r"time-?outs?\b|deadline|\bttl\b",
        r"timed? ?-?out|deadline exceeded|took too long|canceled",
    ),
    _kin(
        "retries",
        r"\bretr(?:y|ies)|attempts|back-?off|circuit",
        r"too many requests|\b429\b|overload|queue (?:is )?full|rejected|\bretr(?:y|ies)|attempt"
        r"|thread pool|backlog|load shed",
    ),
    _kin(
        "memory",
        r"heap|memory|\bxmx|\bcach|keep .{0,40}between|in-memory|buffer|limits?\b.{0,20}\d",
        r"out ?of ?memory|\boom|heap|gc overhead|cannot allocate|allocation fail"
        r"|exit\w* (?:with )?(?:code|status) 13[47]|sigabrt",
    ),
    _kin(
        "name resolution",
        r"\bdns\b|resolver|coredns|ndots|nameserver|\bzones?\b|hostname",
        r"getaddrinfo|nxdomain|no such host|name resolution|unknown ?host|enotfound|servfail"
        r"|could not resolve|temporary failure in name",
        specific=True,
    ),
    _kin(
        "network rules",
        r"network ?polic|firewall|security group|egress|ingress|\bacl\b|routing|proxy|mesh",
        r"refused|no route|unreachable|reset by|i/o timeout|connection timed out|\b50[234]\b",
    ),
    _kin(
        "limits",
        r"quota|rate.?limit|throttl|limit(?:s|ed)?\b|max\w*[-_. ]",
        r"\b429\b|rate.?limit|throttl|quota|limit (?:reached|exceeded)|too large|too many",
    ),
    _kin(
        "heavy jobs",
        r"\bjobs?\b|backup|batch|cron|nightly|export|import|reindex|re-?build|compaction|report",
        r"slow|timed? ?-?out|lock|iowait|i/o|busy|overload|too long|connection slots|queue",
    ),
    _kin(
        "what services say to each other",
        r"\bapi\b|contract|schema|field|payload|protobuf|\bproto\b|serializ|json|header|enum"
        r"|required|renam|format|version \d+ of|\bv\d\b",
        r"unknown field|missing (?:required )?(?:field|property|parameter)|unmarshal|deserializ"
        r"|unprocessable|\b4(?:00|22|15)\b|bad request|invalid (?:json|payload|argument|value)"
        r"|validation|cannot (?:parse|decode)|unexpected (?:field|token|type)|keyerror|schema",
    ),
)


def kinds_of_error(text: str) -> frozenset[str]:
    return frozenset(one.name for one in KINSHIPS if one.error.search(text))


def kinds_of_change(text: str) -> frozenset[str]:
    return frozenset(one.name for one in KINSHIPS if one.change.search(text))


def is_specific(kind: str) -> bool:
    return kind in _SPECIFIC


_SPECIFIC = frozenset(one.name for one in KINSHIPS if one.is_specific)
