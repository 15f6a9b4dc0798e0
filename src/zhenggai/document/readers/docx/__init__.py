"""docx: an own reader on zip and XML, because no library resolves Word's Chinese automatic numbers."""
