from cloison.model.hospital import (
    AllOf,
    AnyOf,
    Asset,
    AssetId,
    CareService,
    CareServiceId,
    Conduit,
    ConduitId,
    Flow,
    FlowId,
    Hospital,
    Zone,
    ZoneId,
    ZoneKind,
)
from cloison.ui.kit.names import Names
from cloison.ui.languages import Translator

WARD = Hospital(
    name="Essai",
    zones=(
        Zone(id=ZoneId("a"), name="Unités", kind=ZoneKind.CARE),
        Zone(id=ZoneId("b"), name="Serveurs", kind=ZoneKind.SERVER),
    ),
    assets=(Asset(id=AssetId("pacs"), name="PACS", zone=ZoneId("b")),),
    conduits=(Conduit(id=ConduitId("a>b"), from_=ZoneId("a"), to=ZoneId("b")),),
    flows=(Flow(id=FlowId("images"), via=(ConduitId("a>b"),), service="tcp/104"),),
    care_services=(CareService(id=CareServiceId("s"), name="Bloc", care_per_hour=1.0),),
)


def test_every_sort_of_need_has_a_name_that_people_know():
    names = Names(WARD, Translator("en"))
    assert [names.of(leaf) for leaf in ("asset:pacs", "zone:a", "care_service:s", "flow:images")] == [
        "PACS (Serveurs)",
        "the compartment Unités",
        "the activity Bloc",
        "the flow images (tcp/104): Unités → Serveurs",
    ]


def test_a_nest_of_needs_is_written_line_under_line():
    names = Names(WARD, Translator("en"))
    assert names.tree(AllOf(of=("asset:pacs", AnyOf(of=("zone:a", "care_service:s"))))) == [
        (0, "all of these:"),
        (1, "– PACS (Serveurs)"),
        (1, "one of these is enough:"),
        (2, "– the compartment Unités"),
        (2, "– the activity Bloc"),
    ]
    assert names.tree(None) == [(0, "no system")]
