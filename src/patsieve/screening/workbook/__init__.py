"""Tables as a workbook (XLSX) that is read by people: one sheet of rows, and documents beside it."""
