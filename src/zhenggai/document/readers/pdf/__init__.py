"""pdf: characters and ruling lines by pdfplumber, paragraphs and tables by `document.layout`."""
