"""Ports that ordinary programs call, by where they call: what is on none of them is worth a second look."""

import polars as pl

DYNAMIC = 49_152
"""From here on, ports are given out by the machine (RFC 6335): RPC, passive FTP and the like answer there."""

_MAIL = {25, 110, 143, 465, 587, 993, 995, 2525, 4190}
_NAMES_AND_TIME = {37, 43, 53, 113, 123, 853}
_FILES_AND_SHELL = {20, 21, 22, 23, 69, 115, 119, 563, 873, 989, 990, 3690, 9418, 11371}
_WEB = {80, 81, 443, 591, 2052, 2053, 2082, 2083, 2086, 2087, 2095, 2096, 3128, 8000, 8008, 8080, 8081, 8443, 8880}
_TUNNELS = {500, 1194, 1701, 1723, 4500}
_MEETING = {1935, 3478, 3479, 3480, 3481, 5060, 5061, 5222, 5223, 5228, 5229, 5230, 5242, 5269, 5349, 554, 7275}
_REMOTE_HELP = {1494, 2598, 4172, 5938, 6568, 7070}
_PUSHED = {1883, 2195, 2196, 4070, 8883}

CALLED_OUTSIDE = frozenset(
    _MAIL | _NAMES_AND_TIME | _FILES_AND_SHELL | _WEB | _TUNNELS | _MEETING | _REMOTE_HELP | _PUSHED
)
"""TCP ports that programs call on the internet, as the IANA register and their makers' notices give them."""

_DIRECTORY = {49, 88, 111, 135, 137, 138, 139, 389, 445, 464, 593, 636, 749, 750, 1512, 3268, 3269, 5985, 5986, 9389}
_WATCHED = {
    161,
    162,
    199,
    1270,
    1611,
    4118,
    4120,
    4122,
    5666,
    5693,
    5722,
    5723,
    6514,
    10050,
    10051,
    12489,
    16992,
    16993,
}
_MANAGED = {623, 664, 902, 903, 1801, 2000, 2103, 2105, 2107, 2179, 2701, 2702, 3283, 4343, 5900, 5901, 5902, 5903}
_DEPLOYED = {1688, 2967, 3389, 4172, 7680, 8014, 8172, 8191, 8194, 8530, 8531, 10123, 14000}
_DATABASES = {
    1352,
    1433,
    1434,
    1521,
    1522,
    1523,
    1526,
    2638,
    3050,
    3299,
    3306,
    3527,
    5000,
    5432,
    5984,
    6379,
    7000,
    9042,
}
_STORES = {9200, 9300, 11211, 27017, 27018, 50000, 1972, 51773, 4022, 1583, 3351}
_SHARED = {512, 513, 514, 515, 548, 631, 2049, 3260, 4045, 9100, 9101, 9102, 9103, 9107, 9191, 9192, 9193, 10000, 860}
_BACKED_UP = {1500, 1556, 2500, 3205, 6160, 6162, 6163, 8400, 8401, 8402, 8403, 9392, 9393, 9401, 9419, 13720, 13724}
_SERVED = {
    444,
    1099,
    1503,
    1720,
    2055,
    2379,
    2380,
    2869,
    3000,
    4000,
    4100,
    4242,
    4369,
    4443,
    4848,
    5001,
    5357,
    5358,
}
_SERVED_HIGH = {5601, 5671, 5672, 6443, 7001, 7002, 7071, 7443, 7547, 7627, 8009, 8010, 8020, 8042, 8082, 8083, 8085}
_SERVED_HIGHER = {8086, 8088, 8089, 8090, 8111, 8181, 8200, 8243, 8280, 8291, 8333, 8500, 8800, 8834, 8888, 9000, 9001}
_SERVED_HIGHEST = {9080, 9081, 9090, 9091, 9092, 9093, 9095, 9443, 9500, 9999, 10443, 15672, 18080, 27000, 27001, 32400}
_CARE = {104, 106, 2575, 2761, 2762, 3200, 6661, 8104, 11112, 11113, 24104, 24105}
_MACHINES = {102, 179, 502, 789, 1089, 1090, 1091, 1911, 1962, 2222, 2404, 4840, 4843, 4911, 5007, 5094, 9600, 18245}
_MACHINES_HIGH = {20000, 20547, 34962, 34963, 34964, 44818, 47808}

CALLED_INSIDE = CALLED_OUTSIDE | frozenset(
    _DIRECTORY | _WATCHED | _MANAGED | _DEPLOYED | _DATABASES | _STORES | _SHARED | _BACKED_UP | _SERVED
    | _SERVED_HIGH | _SERVED_HIGHER | _SERVED_HIGHEST | _CARE | _MACHINES | _MACHINES_HIGH
)  # fmt: skip
"""TCP ports that programs call within an organisation: the above, and directories, databases, printers, backups,
supervision, DICOM, HL7, controllers."""


def odd_port() -> pl.Expr:
    """Tell the ports that ordinary programs do not call at such a place."""
    port = pl.col("dst_port")
    outside = pl.col("dst_outside") & ~port.is_in(sorted(CALLED_OUTSIDE))
    inside = pl.col("dst_inside") & (port < DYNAMIC) & ~port.is_in(sorted(CALLED_INSIDE))
    return outside | inside
