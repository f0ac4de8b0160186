"""One picture format per file: walk the bytes to the format's end without decoding anything.

A member has `walk(body, max_pixels) -> Container` (auditor/container.py) and raises `PictureError`:
`broken` where the file is cut or damaged, `too_large` before anything that large is decoded.
"""
