"""Settings that are wrong are refused where they are written."""

from __future__ import annotations

import msgspec
import pytest

from plugins.commerce.settings import Settings


@pytest.mark.parametrize("written", [{"currency": "kes"}, {"currency": ""}, {"cancel_until": "yesterday"}])
def test_what_is_wrong_is_said(written: dict[str, str]) -> None:
    """No customer is the first to notice."""
    with pytest.raises(msgspec.ValidationError, match=rf"\$\.{next(iter(written))}"):
        msgspec.convert(written, Settings)
