"""The search for garbage stands still inside the block, and is afterwards as it was before."""

from __future__ import annotations

import gc

import pytest

from decision_tables.collection import collection_put_off


def test_it_goes_on_after_the_block_and_after_an_inner_one() -> None:
    with collection_put_off():
        with collection_put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), collection_put_off():
        raise ValueError("x")
    assert gc.isenabled()


def test_it_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        with collection_put_off():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
