"""What this part brings."""

from __future__ import annotations

from gateway import Metric, PersonalData, Recurring, daily, every
from plugins.commerce.common import tries
from plugins.commerce.common.offer import Offer
from plugins.commerce.owner.alerts import LowStock, tell_of_low_stock
from plugins.commerce.owner.join import OWNER
from plugins.commerce.owner.keep import forget_old_steps
from plugins.commerce.owner.routes import ROUTES
from plugins.commerce.owner.summary import sum_up

OFFER = Offer(
    commands=(OWNER,),
    routes=ROUTES,
    jobs=(
        Recurring(tell_of_low_stock, every(minutes=15)),
        Recurring(sum_up, lambda settings: daily(settings.summary_at) if settings.summary_at else ""),
        Recurring(forget_old_steps, daily("03:20")),
    ),
    metrics=(Metric("steps", "Contacts that came to a stage, once a day each", labels=("stage",)),),
    events=(LowStock,),
    personal=(
        PersonalData("commerce_owner", contact="contact"),
        PersonalData("commerce_step", contact="contact"),
        tries.PERSONAL,
    ),
)
