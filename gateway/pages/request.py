"""What the handlers of pages and of routes of the API get."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol

from msgspec import Struct

from gateway.chat import Chat
from gateway.desk import Desk
from gateway.pages.answer import Page, redirect

if TYPE_CHECKING:
    from gateway.facts import Tenant
    from gateway.jobs.job import Job
    from gateway.language.words import Words
    from gateway.pages.templates import Templates
    from gateway.provider import StoredFile
    from gateway.store.port import Db

P = ParamSpec("P")


class Keeping(Desk, Protocol):
    """A desk that keeps files."""

    async def keep(self, data: bytes, filename: str, public: bool) -> StoredFile: ...


class Asked:
    """A request that a plugin handles. What it writes to `db`, says, emits and enqueues is kept together when
    the handler has returned; when it fails, nothing is. A GET can change nothing."""

    def __init__(self, desk: Desk, method: str) -> None:
        self._chat, self._desk = Chat(desk), desk
        #: "GET", "POST", …
        self.method = method

    @property
    def tenant(self) -> Tenant:
        """For whom."""
        return self._desk.tenant

    @property
    def settings(self) -> Any:
        """The plugin's settings here, as `chat.settings`."""
        return self._desk.settings

    @property
    def db(self) -> Db:
        """The database, in the transaction of this request; while the handler runs only."""
        return self._desk.db

    @property
    def now(self) -> datetime:
        """The time by the gateway's clock, aware, UTC."""
        return self._chat.now

    async def reach(self, conversation: str) -> Chat:
        """A chat in a conversation of the tenant, by its id: what is said there goes out after the commit."""
        return await self._chat.reach(conversation)

    def link(self, route: str, value: Any = None, *, expires: str | timedelta = "7d") -> str:
        """As `chat.link`."""
        return self._chat.link(route, value, expires=expires)

    def emit(self, event: Struct, *, key: str = "") -> None:
        """As `chat.emit`."""
        self._chat.emit(event, key=key)

    def enqueue(self, job: Job[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> str:
        """As `chat.enqueue`."""
        return self._chat.enqueue(job, *args, **kwargs)

    def collect(self, name: str, question: Any = None) -> list[Any]:
        """As `chat.collect`."""
        return self._chat.collect(name, question)

    def count(self, metric: str, value: float = 1.0, /, **labels: str) -> None:
        """As `chat.count`."""
        self._chat.count(metric, value, **labels)

    @property
    def words(self) -> Words:
        """Texts, numbers, money, days and times in the language of who asks."""
        return self._desk.words

    @property
    def language(self) -> str:
        """The code of that language."""
        return self._desk.words.language


class PageRequest(Asked):
    """Somebody with a link looks at a public page, or sends its form."""

    def __init__(
        self, desk: Desk, method: str, templates: Templates, value: Any,
        query: Mapping[str, Sequence[str]], form: Mapping[str, Sequence[str]],
    ) -> None:  # fmt: skip
        super().__init__(desk, method)
        self._templates = templates
        #: What `link` was given: as JSON makes it, or as the route's `value=` says.
        self.value = value
        self._query, self._form = query, form

    @property
    def form(self) -> dict[str, str]:
        """The fields of the form; of two with one name the first, all of which `fields` has."""
        return {name: values[0] for name, values in self._form.items()}

    def fields(self, name: str) -> list[str]:
        """Every value of the form's fields of this name, as boxes that may be ticked have them."""
        return list(self._form.get(name, ()))

    @property
    def query(self) -> dict[str, str]:
        """What stands behind the address's "?". Whoever has the link may write there what they like."""
        return {name: values[0] for name, values in self._query.items()}

    def t(self, text: str, /, **values: object) -> str:
        """*text* in the visitor's language, as `chat.t`."""
        return self.words.t(text, **values)

    def n(self, one: str, many: str, number: int, /, **values: object) -> str:
        """*one* or *many*, as `chat.n`."""
        return self.words.n(one, many, number, **values)

    def render(self, template: str, /, *, status: int = 200, **values: Any) -> Page:
        """The page that *template* (a file of the plugin's folder "templates") makes of *values*."""
        return self._templates.render(template, self.words, values, status=status)

    def file(self, content: bytes | str | AsyncIterable[bytes | str], media_type: str, filename: str) -> Page:
        """A download instead of a page: *content* as bytes, a text (UTF-8), or an async generator of either,
        which may read from `db` and has the handler's time; at most 64 MiB. *media_type* is such as
        "text/csv" and nothing that a browser shows or runs. Raises `PluginError`."""
        from gateway.pages.file import file_page  # which brings the server with it

        return file_page(content, media_type, filename)

    def redirect(self, to: str) -> Page:
        """A page that leads on to *to*, which `link` made, or an https address. What the handler did is
        kept."""
        return redirect(to)


class ApiRequest(Asked):
    """A caller with a key of the tenant asks a route of the API. *path* holds the parameters of the address;
    *body* and *query* are as the route's Structs say, None without one; *key* is the id of the caller's
    key."""

    _desk: Keeping

    def __init__(
        self, desk: Keeping, method: str, path: Mapping[str, str], body: Any, query: Any, key: str
    ) -> None:
        super().__init__(desk, method)
        self.path, self.body, self.query, self.key = path, body, query, key

    async def keep(self, data: bytes, *, filename: str = "", public: bool = False) -> StoredFile:
        """Keep *data* as a file, with all else that the handler does: as `JobContext.keep`. Not on a GET."""
        return await self._desk.keep(data, filename, public)
