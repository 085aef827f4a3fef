"""A picture of a screen with at most 256 colours: a third of the size, and nobody sees the difference."""

import base64
import struct
import zlib
from typing import Any

from playwright.sync_api import Page

# The page's own canvas decodes the picture. The most frequent colours are kept, but no two that look the same, so that
# a rare one has its place; each other one becomes the nearest.
REDUCE = """async (png) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const data = new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer), count = new Map();
  for (const colour of data) count.set(colour, (count.get(colour) || 0) + 1);
  const part = (colour, shift) => (colour >> shift) & 255;
  const apart = (a, b) => [0, 8, 16].reduce((sum, shift) => sum + (part(a, shift) - part(b, shift)) ** 2, 0);
  const kept = [], place = new Map();
  for (const colour of [...count.keys()].sort((a, b) => count.get(b) - count.get(a)))
    if (kept.length < 256 && kept.every((one) => apart(one, colour) > 120)) kept.push(colour);
  for (const colour of count.keys()) {
    let best = 0, least = Infinity;
    kept.forEach((one, at) => { const far = apart(colour, one); if (far < least) { least = far; best = at; } });
    place.set(colour, best);
  }
  let text = "";
  for (const colour of data) text += String.fromCharCode(place.get(colour));
  const colours = kept.flatMap((colour) => [0, 8, 16].map((shift) => part(colour, shift)));
  return { width: image.width, height: image.height, colours, dots: btoa(text) };
}"""


def smaller(page: Page, png: bytes) -> bytes:
    """Return a picture as PNG with a palette. `page` is any page on which scripts may run."""
    found: dict[str, Any] = page.evaluate(REDUCE, base64.b64encode(png).decode())
    return indexed(found["width"], found["height"], bytes(found["colours"]), base64.b64decode(found["dots"]))


def indexed(width: int, height: int, colours: bytes, dots: bytes) -> bytes:
    """Return a PNG with a palette (red, green and blue of each colour) and one byte a dot."""
    lines = b"".join(b"\0" + dots[row * width : (row + 1) * width] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
