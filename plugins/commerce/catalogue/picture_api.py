"""`POST /p/commerce/products/{id}/image`: a picture from the caller, or a file that was sent before."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from gateway import ApiRequest, GatewayError, PluginRoute, Problem, api
from plugins.commerce.catalogue import listing
from plugins.commerce.catalogue.pictures import SQL, NoPicture, ending
from plugins.commerce.catalogue.shapes import ProductShown
from plugins.commerce.catalogue.sku import harmless
from plugins.commerce.common.ids import micros


class ImageForm(Struct, frozen=True, forbid_unknown_fields=True):
    """*data* is a JPEG or PNG as base64; or *media* the id of a public file from POST /api/v1/media. Only
    *data* gets an address in Meta's catalogue."""

    data: bytes = b""
    media: Annotated[str, Meta(max_length=100)] = ""


async def set_image(request: ApiRequest) -> ProductShown:
    """Give a product its picture."""
    id, form = harmless(request.path["id"]), request.body
    if bool(form.data) == bool(form.media):
        detail = "send the picture as base64 in data, or the id of a file in media"
        raise Problem(422, "no_picture", detail, pointer="/data")
    if not await listing.by_ids(request.db, [id]):
        raise Problem(404, "no_such_product", "no product of yours has this id")
    image, link = (form.media, "") if form.media else await _kept(request, id, form.data)
    if form.media:
        await _check(request, form.media)
    await request.db.run(SQL["given"], id=id, image=image, link=link, now=micros(request.now))
    return (await listing.by_ids(request.db, [id]))[0]


async def _kept(request: ApiRequest, product: str, data: bytes) -> tuple[str, str]:
    try:
        file = await request.keep(data, filename=f"{product}.{ending(data)}", public=True)
    except (NoPicture, GatewayError) as error:
        raise Problem(422, "no_picture", f"the picture: {error}", pointer="/data") from None
    return file.id, file.link


async def _check(request: ApiRequest, media: str) -> None:
    row = await request.db.one(SQL["file"], id=harmless(media))
    if row is None or row["state"] != "stored":
        raise Problem(422, "no_such_file", "no stored file of yours has this id", pointer="/media")
    if row["mime_type"] not in ("image/jpeg", "image/png"):
        detail = f"the file is {row['mime_type']}: WhatsApp shows JPEG and PNG"
        raise Problem(422, "no_picture", detail, pointer="/media")
    if row["visibility"] != "public":
        detail = "the file is private, and goes when it had its time: send it with visibility=public"
        raise Problem(422, "no_picture", detail, pointer="/media")


ROUTES: tuple[PluginRoute, ...] = (
    api("POST", "/products/{id}/image", set_image, body=ImageForm, answer=ProductShown),
)
