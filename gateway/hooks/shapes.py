"""The shapes that a hook may be written in, for type checkers: names, order and types of the arguments.

A shape's arguments have the names that a plugin must use, so that a wrong name is an error too. Each shape
comes as a function and as a method (with ``self``); *R* is what awaiting it gives.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from gateway.chat import Chat
    from gateway.hooks.seen import EventSeen
    from gateway.message import Message, StatusUpdate
    from gateway.model.event import ChannelEvent

R = TypeVar("R", covariant=True)


class Bare(Protocol[R]):
    def __call__(this) -> Coroutine[Any, Any, R]: ...


class BareMethod(Protocol[R]):
    def __call__(this, self: Any) -> Coroutine[Any, Any, R]: ...


class OfMessage(Protocol[R]):
    def __call__(this, message: Message) -> Coroutine[Any, Any, R]: ...


class OfMessageMethod(Protocol[R]):
    def __call__(this, self: Any, message: Message) -> Coroutine[Any, Any, R]: ...


class OfMessageChat(Protocol[R]):
    def __call__(this, message: Message, chat: Chat) -> Coroutine[Any, Any, R]: ...


class OfMessageChatMethod(Protocol[R]):
    def __call__(this, self: Any, message: Message, chat: Chat) -> Coroutine[Any, Any, R]: ...


class OfStatus(Protocol[R]):
    def __call__(this, status: StatusUpdate) -> Coroutine[Any, Any, R]: ...


class OfStatusMethod(Protocol[R]):
    def __call__(this, self: Any, status: StatusUpdate) -> Coroutine[Any, Any, R]: ...


class OfStatusChat(Protocol[R]):
    def __call__(this, status: StatusUpdate, chat: Chat) -> Coroutine[Any, Any, R]: ...


class OfStatusChatMethod(Protocol[R]):
    def __call__(this, self: Any, status: StatusUpdate, chat: Chat) -> Coroutine[Any, Any, R]: ...


class OfEvent(Protocol[R]):
    def __call__(this, event: ChannelEvent) -> Coroutine[Any, Any, R]: ...


class OfEventMethod(Protocol[R]):
    def __call__(this, self: Any, event: ChannelEvent) -> Coroutine[Any, Any, R]: ...


class OfEventChat(Protocol[R]):
    def __call__(this, event: ChannelEvent, chat: Chat) -> Coroutine[Any, Any, R]: ...


class OfEventChatMethod(Protocol[R]):
    def __call__(this, self: Any, event: ChannelEvent, chat: Chat) -> Coroutine[Any, Any, R]: ...


class OfSeen(Protocol[R]):
    def __call__(this, event: EventSeen) -> Coroutine[Any, Any, R]: ...


class OfSeenMethod(Protocol[R]):
    def __call__(this, self: Any, event: EventSeen) -> Coroutine[Any, Any, R]: ...


class OfSeenChat(Protocol[R]):
    def __call__(this, event: EventSeen, chat: Chat) -> Coroutine[Any, Any, R]: ...


class OfSeenChatMethod(Protocol[R]):
    def __call__(this, self: Any, event: EventSeen, chat: Chat) -> Coroutine[Any, Any, R]: ...


_B = TypeVar("_B", covariant=True)

AnyBare = Bare[_B] | BareMethod[_B]
AnyOfMessage = OfMessage[_B] | OfMessageMethod[_B] | OfMessageChat[_B] | OfMessageChatMethod[_B] | AnyBare[_B]
AnyOfStatus = OfStatus[_B] | OfStatusMethod[_B] | OfStatusChat[_B] | OfStatusChatMethod[_B] | AnyBare[_B]
AnyOfEvent = OfEvent[_B] | OfEventMethod[_B] | OfEventChat[_B] | OfEventChatMethod[_B] | AnyBare[_B]
AnyOfSeen = OfSeen[_B] | OfSeenMethod[_B] | OfSeenChat[_B] | OfSeenChatMethod[_B] | AnyBare[_B]
