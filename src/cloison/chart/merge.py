"""How what traffic shows now joins what it showed before. A person's entries never come here."""

from cloison.model.hospital import Learned


def join(before: Learned | None, now: Learned) -> Learned:
    """Join two sights of one entry.

    When `now` begins after `before` ended, the counts add up. Otherwise the two may be the same records
    read again: the larger count stays, so that learning the same traffic twice changes nothing. The
    reasons are those of the sight with the most records, the older of equals.
    """
    if before is None:
        return now
    apart = now.first > before.last
    return Learned(
        first=min(before.first, now.first),
        last=max(before.last, now.last),
        records=before.records + now.records if apart else max(before.records, now.records),
        bytes_=before.bytes_ + now.bytes_ if apart else max(before.bytes_, now.bytes_),
        because=now.because if now.records > before.records else before.because,
    )
