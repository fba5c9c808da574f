from dataclasses import FrozenInstanceError

import pytest
from pydantic import TypeAdapter, ValidationError

from cloison.model.noun import noun, noun_written_as


@noun_written_as({"of": "all"})
class Sample:
    from_: str
    of: tuple[float, ...] = ()


@noun
class Plain:
    size: float


def test_a_noun_cannot_be_changed_nor_given_another_field():
    sample = Sample(from_="a")
    with pytest.raises(FrozenInstanceError):
        sample.from_ = "b"
    assert not hasattr(sample, "__dict__")
    assert sample == Sample(from_="a")


def test_a_noun_is_made_by_name_only():
    with pytest.raises(TypeError):
        Sample("a")


def test_files_have_their_own_keys():
    assert TypeAdapter(Sample).validate_python({"from": "a", "all": (1.0,)}) == Sample(from_="a", of=(1.0,))


@pytest.mark.parametrize("extra", [{"form": "a"}, {"of": ()}, {"from_": "a"}])
def test_an_unknown_key_is_refused(extra):
    with pytest.raises(ValidationError):
        TypeAdapter(Sample).validate_python({"from": "a", **extra})


@pytest.mark.parametrize("size", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused(size):
    with pytest.raises(ValidationError):
        TypeAdapter(Plain).validate_python({"size": size})
