"""Tell which of Zeek's logs has such columns, for those that do not say it."""

_SIGNS: tuple[tuple[str, frozenset[str]], ...] = (
    ("conn", frozenset({"conn_state"})),
    ("dns", frozenset({"trans_id", "query"})),
    ("dns", frozenset({"query", "qtype_name"})),
    ("sip", frozenset({"call_id"})),
    ("http", frozenset({"trans_depth", "method"})),
    ("http", frozenset({"trans_depth", "status_code"})),
    ("ssh", frozenset({"auth_attempts"})),
    ("ssh", frozenset({"kex_alg"})),
    ("ssl", frozenset({"established", "resumed"})),
    ("rdp", frozenset({"security_protocol"})),
    ("rdp", frozenset({"cookie", "result"})),
    ("dce_rpc", frozenset({"endpoint", "operation"})),
    ("tunnel", frozenset({"tunnel_type"})),
    ("smb_mapping", frozenset({"share_type"})),
    ("smb_files", frozenset({"action", "name", "id.orig_h"})),
    ("kerberos", frozenset({"request_type"})),
    ("ntlm", frozenset({"server_nb_computer_name"})),
    ("ntlm", frozenset({"domainname", "hostname"})),
    ("dhcp", frozenset({"msg_types"})),
    ("dhcp", frozenset({"assigned_ip"})),
    ("files", frozenset({"fuid", "depth", "source"})),
    ("notice", frozenset({"note", "msg"})),
    ("weird", frozenset({"name", "notice", "peer"})),
    ("x509", frozenset({"certificate.subject"})),
    ("x509", frozenset({"certificate_subject"})),
)


def stream_of(columns: frozenset[str]) -> str:
    """Name a log by its columns, for those that do not say it; "" when they fit none."""
    return next((name for name, sign in _SIGNS if sign <= columns), "")
