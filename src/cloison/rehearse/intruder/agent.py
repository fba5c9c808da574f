"""One act, carried out by a process of its own in the zone that it acts from: `python -m` this module, with its order.

It checks that it is inside the range, acts, and ends. Exit codes: 0 it did all of it, or a
bound ended it; 3 it refused, or could not.
"""

import sys
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter

from cloison.errors import CloisonError
from cloison.rehearse.intruder.act import Act, known_acts
from cloison.rehearse.intruder.bounds import SpentError
from cloison.rehearse.intruder.fence import check_place, check_targets
from cloison.rehearse.intruder.stage import Order, Stage, bound_sockets

MODULE = "cloison.rehearse.intruder.agent"
COULD_NOT = 3

_ORDER = TypeAdapter(Order)


def write_order(path: Path, order: Order) -> None:
    """Write an order for `main`; only its owner may read it, for it names accounts."""
    path.touch(mode=0o600)
    path.write_bytes(_ORDER.dump_json(order, by_alias=True))


def carry_out(order: Order) -> None:
    """Act, wherever this is: who calls it has checked the place.

    Raises:
        UnknownActError, ValidationError: the order is of another version.
    """
    kind = known_acts()[order.act]
    act: Act = TypeAdapter(kind).validate_python(dict(order.parameters))
    stage = Stage(order, kind.TECHNIQUE, hostile=kind.HOSTILE)
    with suppress(SpentError), bound_sockets(order, stage.purse):
        act.perform(stage)


def main(arguments: list[str]) -> int:
    """Read the order, check the place, act."""
    order = _ORDER.validate_json(Path(arguments[0]).read_bytes())
    try:
        check_place(Path(order.marker), order.nonce, order.interfaces)
        check_targets([order.source, *(target.address for target in order.targets)], order.networks)
    except CloisonError as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT
    carry_out(order)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
