from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import Context
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
