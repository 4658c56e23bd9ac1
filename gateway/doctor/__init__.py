"""`gateway doctor`: how a gateway is, beside it while it runs, with a remedy for what is wrong.

`gateway check` looks at what is written; this looks at what is: the machine, the database, the channels and
what waits. A finding that is ok and has a remedy is a warning.
"""

from __future__ import annotations

from gateway.doctor.catalogue import CHECKS, Check
from gateway.doctor.examine import Group, Patient, examine, online

__all__ = ["CHECKS", "Check", "Group", "Patient", "examine", "online"]
