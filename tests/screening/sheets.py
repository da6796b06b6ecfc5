"""What a workbook holds: its cells as calamine reads them, and the XML of its sheets."""

import zipfile
from xml.etree import ElementTree as ET

from python_calamine import CalamineWorkbook

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells_of(path, sheet=0):
    """Return the rows of a sheet."""
    return CalamineWorkbook.from_path(path).get_sheet_by_index(sheet).to_python()


def texts_of(path, sheet=0):
    """Return all texts of a sheet, in the order of reading."""
    return [cell for row in cells_of(path, sheet) for cell in row if cell != ""]


def part_of(path, name):
    """Return a part of the archive as text."""
    with zipfile.ZipFile(path) as parts:
        return parts.read(name).decode()


def xml_of(path, sheet=1):
    """Return the XML of a sheet, counted from 1."""
    return ET.fromstring(part_of(path, f"xl/worksheets/sheet{sheet}.xml"))


def found(path, tag, sheet=1):
    """Return the elements of a sheet with a tag."""
    return list(xml_of(path, sheet).iter(f"{SPREADSHEET}{tag}"))


def runs_of(path, cell):
    """Return the runs of a rich cell: text, bold, italic, colour."""
    (element,) = [c for c in found(path, "c") if c.get("r") == cell]
    runs = []
    for run in element.iter(f"{SPREADSHEET}r"):
        font = run.find(f"{SPREADSHEET}rPr")
        colour = None if font is None else font.find(f"{SPREADSHEET}color")
        runs.append(
            (
                run.find(f"{SPREADSHEET}t").text,
                font is not None and font.find(f"{SPREADSHEET}b") is not None,
                font is not None and font.find(f"{SPREADSHEET}i") is not None,
                None if colour is None else colour.get("rgb"),
            )
        )
    return runs


def alignment_of(path, cell):
    """Return how the text of a cell is aligned."""
    (element,) = [c for c in found(path, "c") if c.get("r") == cell]
    styles = ET.fromstring(part_of(path, "xl/styles.xml"))
    formats = styles.find(f"{SPREADSHEET}cellXfs")
    return formats[int(element.get("s"))].find(f"{SPREADSHEET}alignment").attrib
