"""`python -m tests.isolation`: every route with every value of another tenant, on both databases."""

from __future__ import annotations

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["GATEWAY_ISOLATION_WHOLE"] = "1"
    sys.exit(pytest.main(["-s", "tests/isolation/test_isolation.py", *sys.argv[1:]]))
