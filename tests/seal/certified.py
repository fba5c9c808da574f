"""Certificates of small hospitals, as a checker reads them."""

import json
from fractions import Fraction

from cloison.seal.certificate import write_certificate
from cloison.seal.planner import plan_with_proof


def certificate_of(place, parameters, **numbers) -> dict:
    planned = plan_with_proof(place, parameters)
    text = json.dumps(write_certificate(planned.asked, planned.plan, planned.proof))
    return json.loads(text, **(numbers or {"parse_float": Fraction}))
