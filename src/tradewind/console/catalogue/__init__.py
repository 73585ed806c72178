"""The whole catalogue as a workbook: out, looked at, and in."""
