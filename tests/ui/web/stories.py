"""Stories to show: a small hospital in trouble, and what may be done to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from cloison.model.finding import Barrier, Evidence, Finding, Technique, finding_id
from cloison.model.hospital import (
    Asset,
    AssetId,
    CareService,
    CareServiceId,
    Conduit,
    ConduitId,
    Degraded,
    DoorId,
    EnforcementPoint,
    EnforcementPointId,
    Hospital,
    Level,
    Zone,
    ZoneId,
    ZoneKind,
)
from cloison.model.incident import AssetSuspicion, Charge, Incident, Suspicion
from cloison.model.leak import Hop, Leak, LeakKind, LeakReport, Unjudged
from cloison.model.plan import (
    Action,
    Alternative,
    PlanParameters,
    SealPlan,
    ServiceCare,
    ServiceState,
    Status,
    Weighing,
)
from cloison.model.reading import Refusal, Source
from cloison.ops.story import Analysis, Story
from cloison.words import verbatim

NIGHT = datetime(2026, 3, 4, 1, 24, tzinfo=UTC)

_ZONES = (
    ("internet", "Internet", ZoneKind.INTERNET, 0),
    ("telemaintenance", "Télémaintenance des fournisseurs", ZoneKind.SUPPLIER, 0),
    ("administration", "Administration", ZoneKind.OFFICE, 0),
    ("accueil", "Accueil et admissions", ZoneKind.OFFICE, 0),
    ("identite", "Identité", ZoneKind.IDENTITY, 0),
    ("serveurs-bureautiques", "Serveurs bureautiques", ZoneKind.SERVER, 4200),
    ("dossier-patient", "Dossier patient", ZoneKind.SERVER, 310000),
    ("imagerie-serveurs", "Serveurs d’imagerie", ZoneKind.SERVER, 96000),
    ("urgences", "Urgences", ZoneKind.CARE, 0),
    ("reanimation", "Réanimation et bloc", ZoneKind.CARE, 0),
    ("laboratoire", "Laboratoire", ZoneKind.CARE, 0),
    ("imagerie", "Imagerie", ZoneKind.BIOMEDICAL, 0),
    ("gtb", "Gestion technique du bâtiment", ZoneKind.OT, 0),
    ("sauvegardes", "Sauvegardes", ZoneKind.BACKUP, 310000),
    ("gestion", "Supervision", ZoneKind.MANAGEMENT, 0),
)
_CONDUITS = (
    ("internet", "administration", ("tcp/443",)),
    ("internet", "accueil", ("tcp/443",)),
    ("telemaintenance", "imagerie", ("tcp/3389",)),
    ("administration", "identite", ("tcp/88", "tcp/389", "tcp/445")),
    ("accueil", "identite", ("tcp/88", "tcp/389")),
    ("administration", "serveurs-bureautiques", ("tcp/445",)),
    ("accueil", "dossier-patient", ("tcp/443",)),
    ("administration", "dossier-patient", ("tcp/443",)),
    ("identite", "serveurs-bureautiques", ("tcp/445",)),
    ("identite", "dossier-patient", ("tcp/389",)),
    ("serveurs-bureautiques", "dossier-patient", ("tcp/445", "tcp/1433")),
    ("urgences", "dossier-patient", ("tcp/443",)),
    ("reanimation", "dossier-patient", ("tcp/443",)),
    ("laboratoire", "dossier-patient", ("tcp/2575",)),
    ("imagerie", "imagerie-serveurs", ("tcp/104",)),
    ("urgences", "imagerie-serveurs", ("tcp/443",)),
    ("dossier-patient", "imagerie-serveurs", ("tcp/2575",)),
    ("serveurs-bureautiques", "sauvegardes", ("tcp/445",)),
    ("dossier-patient", "sauvegardes", ("tcp/9000",)),
    ("gestion", "serveurs-bureautiques", ("tcp/22",)),
    ("gestion", "gtb", ("tcp/502",)),
    ("gestion", "sauvegardes", ("tcp/22",)),
)
_SHUT = {
    "serveurs-bureautiques>sauvegardes": Level.CLOSED,
    "dossier-patient>sauvegardes": Level.CLOSED,
    "gestion>sauvegardes": Level.CLOSED,
    "administration>serveurs-bureautiques": Level.CLOSED,
    "serveurs-bureautiques>dossier-patient": Level.CLOSED,
    "administration>dossier-patient": Level.CLOSED,
    "identite>dossier-patient": Level.LIFELINE,
    "accueil>dossier-patient": Level.LIFELINE,
}


def small_hospital() -> Hospital:
    """Fifteen compartments, twenty-two passages, five care services."""
    return Hospital(
        name="CH de l’Exemple",
        zones=tuple(
            Zone(
                id=ZoneId(key),
                name=name,
                kind=kind,
                networks=(ip_network(f"10.{index}.0.0/16"),) if index > 1 else (),
                patient_records=records,
            )
            for index, (key, name, kind, records) in enumerate(_ZONES)
        ),
        assets=(
            Asset(
                id=AssetId("pc-adm-12"),
                name="PC-ADM-12",
                zone=ZoneId("administration"),
                addresses=(ip_address("10.2.0.12"),),
            ),
            Asset(
                id=AssetId("srv-fic-01"),
                name="SRV-FIC-01",
                zone=ZoneId("serveurs-bureautiques"),
                addresses=(ip_address("10.5.0.1"),),
            ),
        ),
        enforcement_points=(
            EnforcementPoint(
                id=EnforcementPointId("pare-feu-coeur"),
                driver="nftables",
                place="Salle serveurs, baie 3",
                person="Astreinte réseau",
            ),
            EnforcementPoint(
                id=EnforcementPointId("cable-sauvegardes"),
                driver="manual",
                place="Local 1B, armoire du fond, câble rouge",
                person="Technicien de garde",
            ),
        ),
        conduits=tuple(
            Conduit(
                id=ConduitId(f"{source}>{target}"),
                from_=ZoneId(source),
                to=ZoneId(target),
                services=services,
                enforced_by=_point(source, target),
                close_minutes=10.0 if target == "sauvegardes" else 0.2,
                door=DoorId("cable-rouge") if target == "sauvegardes" else None,
            )
            for source, target, services in _CONDUITS
        ),
        care_services=(
            _service("urgences", "Urgences", 14.0, 0.6, 12),
            _service("bloc", "Réanimation et bloc", 9.0, 0.5, 8),
            _service("imagerie", "Imagerie des urgences", 6.0, 0.5, 12),
            _service("laboratoire", "Laboratoire", 5.0, 0.4, 6),
            _service("admissions", "Admissions", 8.0, 0.0, 0),
        ),
    )


def night_story() -> Story:
    """An intruder in the offices and their servers, at night, as an exercise, with a plan of eight passages."""
    hospital = small_hospital()
    findings = _findings()
    suspicion = (
        (ZoneId("administration"), 0.7),
        (ZoneId("identite"), 0.35),
        (ZoneId("serveurs-bureautiques"), 0.97),
    )
    return Story(
        hospital=hospital,
        analysis=Analysis(
            window_start=NIGHT - timedelta(hours=5),
            window_end=NIGHT + timedelta(minutes=40),
            records=1_204_332,
            sources=(
                Source(path="journaux/conn.log", format="zeek-tsv", records=1_180_240, rejected=12, unused=3),
                Source(
                    path="journaux/smb_files.log", format="zeek-tsv", records=24_092, remarks=(verbatim("tronqué"),)
                ),
            ),
            refusals=(
                Refusal(
                    path="journaux/notes.docx",
                    code="unreadable-source",
                    reason=verbatim("aucun format ne le reconnaît"),
                    fix=verbatim("donner un journal ou une capture"),
                ),
            ),
            findings=findings,
        ),
        earlier=None,
        incident=Incident(
            opened_at=findings[0].detected_at,
            first_act=findings[0].first_seen,
            findings=tuple(finding.id for finding in findings),
            suspicion=Suspicion(assets=_suspects(findings), zones=suspicion),
        ),
        plan=_plan(hospital, suspicion),
        leaks=_leaks(),
        drill=True,
        seconds=9.4,
    )


def quiet_story() -> Story:
    """The same hospital, with nothing found."""
    story = night_story()
    return replace(
        story,
        analysis=replace(story.analysis, findings=()),
        earlier=None,
        incident=Incident(opened_at=None, first_act=None, findings=(), suspicion=Suspicion(assets=(), zones=())),
        plan=None,
        leaks=LeakReport(leaks=(), unjudged=()),
        drill=False,
    )


def mapless_story() -> Story:
    """Logs were read, and there is no map."""
    return replace(quiet_story(), hospital=Hospital(name="Sans carte"))


def _point(source: str, target: str) -> EnforcementPointId | None:
    if source == "internet":
        return None
    return EnforcementPointId("cable-sauvegardes" if target == "sauvegardes" else "pare-feu-coeur")


def _service(key: str, name: str, care: float, capacity: float, hours: float) -> CareService:
    return CareService(
        id=CareServiceId(key), name=name, care_per_hour=care, degraded=Degraded(capacity=capacity, hours=hours)
    )


def _findings() -> tuple[Finding, ...]:
    told = (
        (
            0,
            "remote-admin",
            "T1021.002",
            "PC-ADM-12 ouvre une session d’administration sur trois serveurs qu’il n’a jamais joints",
            "Trois partages d’administration ouverts en 4 minutes ; ce poste n’en avait joint aucun en 30 jours.",
            0.7,
            ("10.2.0.12",),
            ("10.5.0.1", "10.5.0.2", "10.6.0.4"),
            14,
        ),
        (
            7,
            "encryption",
            "T1486",
            "SRV-FIC-01 écrit et renomme 212 fichiers par minute sur le partage Bureautique",
            "D’habitude 3 par minute ; les noms nouveaux finissent tous par la même extension.",
            0.95,
            ("10.5.0.1",),
            ("10.5.0.9",),
            212,
        ),
        (
            14,
            "replication",
            "T1003.006",
            "SRV-FIC-01 interroge le contrôleur de domaine comme un autre contrôleur",
            "Demande de réplication venue d’une machine qui n’est pas un contrôleur.",
            0.6,
            ("10.5.0.1",),
            ("10.4.0.1",),
            2,
        ),
    )
    return tuple(
        Finding(
            id=finding_id(detector, sources[0], NIGHT + timedelta(minutes=minute)),
            detector=detector,
            technique=Technique(technique),
            barrier=Barrier.INFILTRATION,
            title=verbatim(title),
            explanation=verbatim(explanation),
            confidence=confidence,
            sources=sources,
            targets=targets,
            first_seen=NIGHT + timedelta(minutes=minute - 34),
            last_seen=NIGHT + timedelta(minutes=minute),
            detected_at=NIGHT + timedelta(minutes=minute),
            evidence=tuple(
                Evidence(origin=index % 2, record=1042 + 17 * index, note=verbatim("partage ADMIN$ ouvert"))
                for index in range(records)
            ),
        )
        for minute, detector, technique, title, explanation, confidence, sources, targets, records in told
    )


def _suspects(findings: tuple[Finding, ...]) -> tuple[AssetSuspicion, ...]:
    def charge(index: int, part: str, weight: float, reason: str) -> Charge:
        return Charge(finding=findings[index].id, part=part, weight=weight, reason=verbatim(reason))

    return (
        AssetSuspicion(
            asset=AssetId("srv-fic-01"),
            address="10.5.0.1",
            zone=ZoneId("serveurs-bureautiques"),
            probability=0.97,
            ledger=(
                charge(0, "target", 0.4, "visé par une session d’administration"),
                charge(1, "source", 0.95, "chiffre des fichiers"),
            ),
        ),
        AssetSuspicion(
            asset=AssetId("pc-adm-12"),
            address="10.2.0.12",
            zone=ZoneId("administration"),
            probability=0.7,
            ledger=(charge(0, "source", 0.7, "ouvre des sessions d’administration"),),
        ),
        AssetSuspicion(
            asset=None,
            address="10.4.0.1",
            zone=ZoneId("identite"),
            probability=0.35,
            ledger=(charge(2, "target", 0.35, "interrogé comme par un contrôleur"),),
        ),
    )


def _plan(hospital: Hospital, suspicion: tuple[tuple[ZoneId, float], ...]) -> SealPlan:
    conduits = {conduit.id: conduit for conduit in hospital.conduits}
    actions = tuple(
        Action(
            conduit=ConduitId(key),
            level=level,
            enforced_by=conduits[ConduitId(key)].enforced_by or EnforcementPointId("pare-feu-coeur"),
            close_minutes=conduits[ConduitId(key)].close_minutes,
            door=conduits[ConduitId(key)].door,
        )
        for key, level in _SHUT.items()
    )
    sealed = Weighing(objective=42.3, care_hours=38.0, records=4200, doors_moved=6)
    nothing = Weighing(objective=1950.0, care_hours=1640.0, records=310000, doors_moved=0)
    care = (
        ("urgences", 520.0, 6.4, ServiceState.NORMAL),
        ("bloc", 410.0, 3.1, ServiceState.NORMAL),
        ("imagerie", 260.0, 4.5, ServiceState.NORMAL),
        ("laboratoire", 190.0, 8.0, ServiceState.DEGRADED),
        ("admissions", 260.0, 16.0, ServiceState.STOPPED),
    )
    choices = (("optimal", sealed, 21.0), ("less-care-lost", replace(sealed, care_hours=12.0, doors_moved=2), 6.0))
    choices += (("total-cut", replace(sealed, care_hours=690.0, doors_moved=20), 668.0), ("nothing", nothing, 0.0))
    return SealPlan(
        status=Status.OPTIMAL,
        objective=42.3,
        lower_bound=42.3,
        gap=0.0,
        without_sealing=1950.0,
        parameters=PlanParameters(suspicion=suspicion),
        actions=actions,
        care=tuple(
            ServiceCare(service=CareServiceId(key), lost_if_nothing=nothing_, lost_if_sealed=sealed_, state=state)
            for key, nothing_, sealed_, state in care
        ),
        sealed=sealed,
        nothing=nothing,
        alternatives=tuple(
            Alternative(
                name=name,
                levels=(),
                weighing=weighing,
                sealing_care_hours=doors,
                fresh_care_hours=weighing.care_hours + 1.2,
                fresh_standard_error=2.4,
            )
            for name, weighing, doors in choices
        ),
        seconds=0.6,
    )


def _leaks() -> LeakReport:
    def hop(source: str, target: str, service: str, src: str, dst: str) -> Hop:
        return Hop(
            from_=ZoneId(source),
            to=ZoneId(target),
            service=service,
            src=src,
            dst=dst,
            records=412,
            first=NIGHT - timedelta(hours=4),
            last=NIGHT,
            evidence=Evidence(origin=0, record=90_211, note=verbatim("connexion établie")),
        )

    def leak(kind: LeakKind, hops: tuple[Hop, ...], care: float, records: int, words: str) -> Leak:
        return Leak(
            kind=kind,
            from_=hops[0].from_,
            to=hops[-1].to,
            hops=hops,
            care_per_hour=care,
            records=records,
            explanation=verbatim(words),
        )

    ways_in = (
        hop("telemaintenance", "imagerie", "tcp/3389", "192.0.2.7", "10.11.0.3"),
        hop("imagerie", "reanimation", "tcp/445", "10.11.0.3", "10.9.0.8"),
    )
    return LeakReport(
        leaks=(
            leak(
                LeakKind.PATH,
                ways_in,
                9.0,
                0,
                "Un chemin mène de la Télémaintenance des fournisseurs à Réanimation et bloc, par Imagerie.",
            ),
            leak(
                LeakKind.UNDECLARED,
                ways_in[1:],
                9.0,
                0,
                "Imagerie joint Réanimation et bloc en tcp/445 (412 échanges) sans passage déclaré.",
            ),
            leak(
                LeakKind.UNDECLARED,
                (hop("gtb", "internet", "tcp/443", "10.12.0.4", "198.51.100.20"),),
                0.0,
                0,
                "La Gestion technique du bâtiment joint Internet en tcp/443 (412 échanges) sans passage déclaré.",
            ),
        ),
        unjudged=(Unjudged(what=verbatim("Trafic interne"), reason=verbatim("invisible ici"), records=8),),
    )
