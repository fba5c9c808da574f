from cloison.store.checkpoints import CHECKPOINT, WATCH, drop_checkpoint, keep_checkpoint, kept_checkpoint


def test_the_latest_checkpoint_is_given_back_and_only_its_owner_may_read_it(tmp_path):
    assert kept_checkpoint(tmp_path) is None
    for state in (b"one", b"two"):
        keep_checkpoint(tmp_path, state)
    assert kept_checkpoint(tmp_path) == b"two"
    assert (tmp_path / WATCH / CHECKPOINT).stat().st_mode & 0o077 == 0


def test_what_is_dropped_is_gone_and_may_be_dropped_again(tmp_path):
    keep_checkpoint(tmp_path, b"one")
    drop_checkpoint(tmp_path)
    drop_checkpoint(tmp_path)
    assert kept_checkpoint(tmp_path) is None
