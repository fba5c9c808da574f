from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import Context, wants_repeats
from cloison.model.addressing import AddressBook


def test_a_detector_begins_without_a_map_and_says_nothing():
    context = Context(book=AddressBook(None))
    watches = [detector.watch(context) for detector in known_detectors()]
    assert all(watch is None or watch.findings() == [] for watch in watches)
    assert any(watches)


def test_two_watches_of_one_detector_share_nothing():
    context = Context(book=AddressBook(None))
    for detector in known_detectors():
        one, other = detector.watch(context), detector.watch(context)
        assert one is None or one is not other


def test_a_detector_is_given_what_repeats_unless_it_says_otherwise():
    assert {True, False} == {wants_repeats(detector) for detector in known_detectors()}
    assert wants_repeats(object())
