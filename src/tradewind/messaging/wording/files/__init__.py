"""Sentences in files that translators work with, out and in: a workbook, a PO catalogue, XLIFF 2.1."""
