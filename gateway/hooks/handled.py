"""`Handled`: what a hook returns to say that a message is answered, and the type of that answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol

if TYPE_CHECKING:

    class Handled(Protocol):
        """Both the value and its type: ``-> Handled | None`` and ``return Handled``.

        A type checker sees a protocol that only this class object satisfies.
        """

        @staticmethod
        def _gateway_handled() -> None: ...

else:

    class _Singleton(type):
        """Lets the class itself be the one value: it has a plain name and cannot be called."""

        def __repr__(cls) -> str:
            return "Handled"

        def __call__(cls, *args: object, **kwargs: object) -> NoReturn:
            raise TypeError("Handled is the value itself: write 'return Handled', without ()")

    class Handled(metaclass=_Singleton):
        """Returned by `on_message`: this message is answered, the plugins after this one are not asked."""
