"""How much is read of one input, in one place: nothing that comes in can cost more memory or time than this."""

from __future__ import annotations

MAX_INPUT = 10 * 1024 * 1024  # bytes of one file, row or record; the longest articles of the web are a tenth of it
MAX_SKIP = 64 * MAX_INPUT  # bytes of a row that is too long; beyond them the rest of the file is given up
MAX_HEADERS = (
    256 * 1024
)  # bytes of the headers of a WARC record, and of the HTTP answer in it; servers send up to 16 KiB
MAX_PATH = 16 * 1024  # bytes of a line in a list of paths; Linux opens up to 4 KiB
MAX_PAGE = (
    512 * 1024 * 1024
)  # bytes of a Parquet page unpacked; pyarrow writes 1,024 rows into one, 118 MB of web pages
