"""Copy a large, mostly empty file without reading or writing its holes."""

import errno
import os
import shutil
from pathlib import Path


def sparse_copy(source: Path, target: Path, size: int = 0) -> None:
    """Copy `source` to `target`, which is made at least `size` bytes long.

    Uses SEEK_DATA and copy_file_range where the system has them, else copies every byte.
    """
    with source.open("rb") as src, target.open("wb") as dst:
        length = os.fstat(src.fileno()).st_size
        if hasattr(os, "copy_file_range") and hasattr(os, "SEEK_DATA"):
            _copy_data(src.fileno(), dst.fileno(), length)
        else:
            shutil.copyfileobj(src, dst, 1 << 20)
            dst.flush()
        os.ftruncate(dst.fileno(), max(size, length))


def _copy_data(src: int, dst: int, length: int) -> None:
    position = 0
    while position < length:
        try:
            position = os.lseek(src, position, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # only a hole is left
                return
            raise
        hole = os.lseek(src, position, os.SEEK_HOLE)
        while position < hole:
            copied = os.copy_file_range(src, dst, hole - position, position, position)
            if not copied:
                return
            position += copied
