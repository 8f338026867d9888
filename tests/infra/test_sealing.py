"""Sealing: only its own purpose opens it, and its length tells nothing."""

import pytest
from cryptography.fernet import InvalidToken

from webinar_app.infra.sealing import seal, unseal


def test_what_is_sealed_comes_back():
    value = {"comment": "“owl” Ω", "objective_1": 5, "bias": False}

    assert unseal("evaluation", seal("evaluation", value)) == value


def test_another_purpose_does_not_open_it():
    with pytest.raises(InvalidToken):
        unseal("ballot", seal("evaluation", {}))


def test_length_tells_nothing_of_a_short_answer():
    assert len(seal("evaluation", {})) == len(seal("evaluation", {"comment": "x" * 3000}))
