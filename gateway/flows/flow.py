"""`@flow`: a conversation as one async function that is replayed.

@flow(timeout="12h")
async def track(chat: Chat) -> None:
    number = await chat.ask("order", "Which order?", parse=fields.integer)
    await chat.say(f"Order {number} is on its way.")
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, ParamSpec, TypeVar, overload

from gateway.settings.durations import length

if TYPE_CHECKING:
    from gateway.chat import Chat

P = ParamSpec("P")
T = TypeVar("T")
OnChange = Literal["restart", "keep"]


class Flow(Generic[P, T]):
    """A function that `@flow` made a conversation of. Started with ``chat.start(flow, …)``; awaited like the
    function itself, ``await flow(chat, …)``, it is a part of the flow that awaits it.

    *timeout* is how long each question waits (seconds, 0 for ever), *retries* how often one is asked again.
    *on_change* says what becomes of conversations whose log does not fit the function any more: "restart"
    begins again with a polite sentence; "keep" goes on with the function that has the *version* with which
    they began, as long as a flow of the same name and that version is there. *title* names it for contacts.
    Of a *single* one a conversation has one at most: who starts it goes on with the one that is open.
    """

    def __init__(
        self,
        function: Callable[Concatenate[Chat, P], Awaitable[T]],
        *,
        name: str = "",
        title: str = "",
        timeout: float = 0.0,
        retries: int = 5,
        on_change: OnChange = "restart",
        version: str = "1",
        single: bool = False,
    ) -> None:
        self.function = function
        self.name = name or function.__name__
        self.title = title
        self.timeout, self.retries, self.on_change, self.version = timeout, retries, on_change, version
        self.single = single
        self.__name__, self.__doc__, self.__module__ = (
            function.__name__,
            function.__doc__,
            function.__module__,
        )
        self.__wrapped__ = function

    async def __call__(self, chat: Chat, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run as a part of the flow that *chat* belongs to; its questions have names of their own."""
        return await chat.part(self, *args, **kwargs)

    def __repr__(self) -> str:
        return f"<flow {self.name}>"


@overload
def flow(function: Callable[Concatenate[Chat, P], Awaitable[T]], /) -> Flow[P, T]: ...
@overload
def flow(
    *, name: str = "", title: str = "", timeout: str | float | timedelta = 0.0, retries: int = 5,
    on_change: OnChange = "restart", version: str = "1", single: bool = False,
) -> Callable[[Callable[Concatenate[Chat, P], Awaitable[T]]], Flow[P, T]]: ...  # fmt: skip
def flow(function: Any = None, /, *, timeout: str | float | timedelta = 0.0, **options: Any) -> Any:
    """Make a conversation of an async function whose first argument is the chat."""
    wait = length(timeout)
    if function is not None:
        return Flow(function, timeout=wait, **options)
    return lambda written: Flow(written, timeout=wait, **options)
