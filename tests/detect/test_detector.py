from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import Context
from cloison.model.addressing import AddressBook


def test_a_detector_begins_without_a_map_and_says_nothing():
    context = Context(book=AddressBook(None))
    assert [detector.watch(context).findings() for detector in known_detectors()] == [[]] * len(known_detectors())


def test_two_watches_of_one_detector_share_nothing():
    context = Context(book=AddressBook(None))
    for detector in known_detectors():
        assert detector.watch(context) is not detector.watch(context)
