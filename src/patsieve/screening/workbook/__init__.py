"""Tables as a workbook (XLSX) for people: one sheet of rows, and documents beside it."""
