"""Papers: invoices, credit notes, proforma invoices and quotations, as PDF files that stay as they were issued."""
