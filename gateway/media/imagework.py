"""Makes one picture fit. A process of its own, started by `gateway.media.images`: it imports nothing of ours.

Decoding is where a hostile picture does its harm, so it happens here, under limits of memory and time, and
a crash is an error message and no more.
"""

from __future__ import annotations

import io
import json
import resource
import sys

from PIL import Image, ImageOps

#: Pixels of the largest picture that is decoded: a phone's camera makes 50 million at most.
PIXELS = 50_000_000
MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 20
#: Longest sides that are tried, one after another, until the picture fits.
SIDES = (4096, 2560, 1920, 1280, 960, 640, 320)
QUALITIES = (90, 80, 65)

#: Formats that are read: those of Pillow's that are widely used, none that calls another program.
READS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO")
WRITES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


class Unfit(Exception):
    """The picture cannot be made to fit; says why."""


def main(source: str, target: str, types: str, size: int, square: int) -> dict[str, object]:
    """Write what fits into *target*; its type."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    Image.MAX_IMAGE_PIXELS = None  # opening reads the head only; we look at it before anything is decoded
    try:
        with Image.open(source, formats=READS) as image:
            if image.width * image.height > PIXELS:
                raise Unfit(f"the picture has {image.width} × {image.height} pixels")
            return _fit(image, target, types.split(","), size, square)
    except Unfit:
        raise
    except MemoryError:
        raise Unfit("the picture needs too much memory") from None
    except Exception as error:  # a decoder may raise anything at what it does not understand
        raise Unfit(f"the picture cannot be read ({type(error).__name__})") from None


def _fit(image: Image.Image, target: str, types: list[str], size: int, square: int) -> dict[str, object]:
    animated = getattr(image, "is_animated", False)
    if animated and square:
        raise Unfit("an animated picture is not made smaller")
    image.draft("RGB", (SIDES[0], SIDES[0]))  # a JPEG is decoded at a fraction of its size right away
    upright = ImageOps.exif_transpose(image)
    clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    mime = _mime(types, clear)
    picture = upright.convert("RGBA" if clear else "RGB")
    if clear and mime == "image/jpeg":
        flat = Image.new("RGB", picture.size, "white")
        flat.paste(picture, mask=picture.getchannel("A"))
        picture = flat
    for side in (square,) if square else SIDES:
        smaller = _resized(picture, side, bool(square))
        for quality in QUALITIES if mime != "image/png" else (0,):
            data = _encoded(smaller, mime, quality)
            if len(data) <= size:
                with open(target, "wb") as file:
                    file.write(data)
                return {"mime_type": mime, "width": smaller.width, "height": smaller.height}
    raise Unfit(f"the picture cannot be made as small as {size} bytes")


def _mime(types: list[str], clear: bool) -> str:
    order = ("image/png", "image/webp", "image/jpeg") if clear else ("image/jpeg", "image/png", "image/webp")
    for mime in order:
        if mime in types:
            return mime
    raise Unfit("none of the types that are taken can be written")


def _resized(picture: Image.Image, side: int, exact: bool) -> Image.Image:
    if exact:
        canvas = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        part = ImageOps.contain(picture, (side, side))
        canvas.paste(part, ((side - part.width) // 2, (side - part.height) // 2))
        return canvas
    return ImageOps.contain(picture, (side, side)) if max(picture.size) > side else picture


def _encoded(picture: Image.Image, mime: str, quality: int) -> bytes:
    """The picture alone: no EXIF, no place where it was taken, no comment."""
    buffer = io.BytesIO()
    more = {"optimize": True} if mime == "image/png" else {"quality": quality}
    picture.save(buffer, WRITES[mime], **more)
    return buffer.getvalue()


if __name__ == "__main__":
    try:
        _, source, target, types, size, square = sys.argv
        print(json.dumps(main(source, target, types, int(size), int(square))))
    except Unfit as unfit:
        print(json.dumps({"unfit": str(unfit)}))
