"""Handing out files: never shown in the page, never cached."""

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
ZIP = "application/zip"
XML = "application/xml"
BEANCOUNT = "text/plain; charset=utf-8"
CSV = "text/csv; charset=utf-8"


def download(content: bytes, name: str, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
