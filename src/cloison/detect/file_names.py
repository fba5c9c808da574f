"""What a file's name says: its folder, its ending, and whether that ending is one that people's files have."""

import polars as pl

_PEOPLES = """
7z accdb ai avi bmp csv dat db dbf dcm doc docm docx dotx dwg eml eps gif gz hl7 htm html ics ini jpeg jpg json log
mdb mov mp3 mp4 mpg msg nii odp ods odt one pdf png pot potx pps ppsx ppt pptm pptx ps psd pst pub rar rtf sql
sqlite svg tar tif tiff txt vsd vsdx wav wma wmv wpd xls xlsb xlsm xlsx xlt xltx xml xps zip
"""
PEOPLES = frozenset(_PEOPLES.split())
"""Endings of the files that people and care applications keep: what ransomware looks for."""

_PASSING = """
arc archive archived asd aside bad bak back backup bk bkp bz2 cache cmp conf config copy crdownload del deleted dist
done download draft err error failed filepart gpg imported in lck ldb lnk lock locked_by new nfo ok old orig out p7m
part partial pending pgp processed proc prv queue read ready rej rejected rpt save saved sent sha1 sha256 sig swp
sync tbd temp tmp todo ts tsd wbk wip work xz zst
"""
PASSING = frozenset(_PASSING.split())
"""Endings that ordinary programs add to a file for a while, or when they have done with it."""

_ENDING = r"\.([^.\\/\s]{1,24})$"
_INNER = r"\.([^.\\/\s]{1,24})\.[^.\\/\s]{1,24}$"
_NUMBER = r"^[0-9_\-]+$"
_FOLDER = r"^(.*)[\\/][^\\/]*$"


def ending(column: str) -> pl.Expr:
    """Give the last extension, lower case, without its dot; null when there is none."""
    return pl.col(column).str.extract(_ENDING).str.to_lowercase()


def inner_ending(column: str) -> pl.Expr:
    """Give the extension before the last one: "docx" of "report.docx.locked"."""
    return pl.col(column).str.extract(_INNER).str.to_lowercase()


def peoples(extension: pl.Expr) -> pl.Expr:
    """Tell an extension of people's files."""
    return extension.is_in(list(PEOPLES)).fill_null(value=False)


def foreign(extension: pl.Expr) -> pl.Expr:
    """Tell an extension which neither people's files have nor ordinary programs add; no extension is not foreign.

    A number or a date is what a log gets when it is put away.
    """
    known = extension.is_in([*PEOPLES, *PASSING]) | extension.str.contains(_NUMBER)
    return (~known).fill_null(value=False)


def folder(column: str) -> pl.Expr:
    """Give what comes before the last separator, in lower case; empty at the root."""
    return pl.col(column).str.extract(_FOLDER).str.to_lowercase().fill_null("")


def base(column: str) -> pl.Expr:
    """Give the name without its folder, in lower case."""
    return pl.col(column).str.replace(r"^.*[\\/]", "").str.to_lowercase()
