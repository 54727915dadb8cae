"""Signed envelopes, kept small and given out again byte for byte.

The payload is in an envelope as base64, which hides from a compressor what it has in common with
others. So it is kept decoded, between what stands before and after it.
"""

from __future__ import annotations

import struct
from base64 import b64encode

from refcheck.result.signing import open_envelope
from refcheck_server.results.dictionaries import Packer

_LENGTHS = struct.Struct(">II")
_WHOLE = 0xFFFFFFFF
"""Stands for the length before the payload when the envelope spells it otherwise."""
_BEGINNING = 32


def pack_envelope(packer: Packer, body: bytes, payload: bytes) -> bytes:
    """An envelope with its payload, small."""
    spelled = b64encode(payload)
    begin = body.find(spelled[:_BEGINNING])  # to look for all of it would take longer
    if begin < 0 or not body.startswith(spelled, begin):
        return packer.pack(_LENGTHS.pack(_WHOLE, 0) + body)
    before, after = body[:begin], body[begin + len(spelled) :]
    lengths = _LENGTHS.pack(len(before), len(after))
    return packer.pack_outcomes(b"".join((lengths, before, after, payload)))


def envelope_of(unpacked: bytes) -> bytes:
    """The envelope as it was uploaded, from what `pack_envelope` packed."""
    before, after = _LENGTHS.unpack_from(unpacked)
    if before == _WHOLE:
        return unpacked[_LENGTHS.size :]
    begin = _LENGTHS.size
    middle, end = begin + before, begin + before + after
    return b"".join((unpacked[begin:middle], b64encode(unpacked[end:]), unpacked[middle:end]))


def payload_of(unpacked: bytes) -> bytes:
    """What the envelope signs, from what `pack_envelope` packed."""
    before, after = _LENGTHS.unpack_from(unpacked)
    if before == _WHOLE:
        return open_envelope(unpacked[_LENGTHS.size :]).payload
    return unpacked[_LENGTHS.size + before + after :]
