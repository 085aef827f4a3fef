"""Tables as people export them (CSV, Excel old and new, HTML under the name .xls): bytes in, rows of cells out."""
