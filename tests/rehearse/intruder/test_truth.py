from concurrent.futures import ThreadPoolExecutor

from cloison.rehearse.intruder.truth import TRUTH, Truth, read_truth


def test_what_several_acts_write_at_once_reads_back_in_order_of_time(tmp_path):
    truth = Truth(tmp_path)
    with ThreadPoolExecutor(8) as hands:
        for number in range(200):
            hands.submit(truth.tell, "scan", "T1046", "10.0.0.1", f"10.0.1.{number}", hostile=number > 0)
    told = read_truth(tmp_path)
    assert len(told) == 200
    assert list(told) == sorted(told, key=lambda deed: deed.at)
    assert [deed.target for deed in told if not deed.hostile] == ["10.0.1.0"]


def test_a_line_being_written_is_not_read_yet(tmp_path):
    assert read_truth(tmp_path) == ()
    Truth(tmp_path).tell("scan", "T1046", "10.0.0.1", "10.0.0.2", hostile=True)
    with (tmp_path / TRUTH).open("ab") as file:
        file.write(b'{"at": "20')
    assert [deed.target for deed in read_truth(tmp_path)] == ["10.0.0.2"]
