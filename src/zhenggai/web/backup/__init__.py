"""备份: everything of an office in one file that any machine and either database can take back."""
