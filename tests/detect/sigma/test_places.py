from cloison.detect.sigma.places import CATEGORIES, SERVICES, places_of
from cloison.model.observations import SCHEMAS, Kind


def test_a_process_is_created_in_two_logs():
    assert [(place.channels, place.event_ids) for place in places_of("windows", "process_creation", None)] == [
        (("microsoft-windows-sysmon/operational",), (1,)),
        (("security",), (4688,)),
    ]


def test_logs_that_are_not_read_have_no_place():
    for source in (("linux", "process_creation", None), ("windows", "file_rename", None), (None, None, "apache")):
        assert places_of(*source) == ()


def test_a_rule_about_windows_alone_looks_everywhere():
    (place,) = places_of("windows", None, None)
    assert (place.kind, place.channels, place.event_ids) == (Kind.EVENT, (), ())


def test_channels_are_written_as_they_are_compared():
    for places in (*CATEGORIES.values(), *SERVICES.values()):
        for place in places:
            assert all(channel == channel.lower() for channel in place.channels)


def test_names_of_the_network_are_columns():
    for source in ((None, "proxy", None), (None, "dns", None), ("zeek", None, "smb_files"), ("zeek", None, "dce_rpc")):
        (place,) = places_of(*source)
        assert {there for _, names in place.names for there in names} <= set(SCHEMAS[place.kind])


def test_the_audit_of_windows_is_looked_at_where_sysmon_is_absent():
    for category, number in (("registry_set", 4657), ("process_access", 4663), ("file_access", 4663)):
        places = places_of("windows", category, None)
        assert any(place.channels == ("security",) and number in place.event_ids for place in places)
