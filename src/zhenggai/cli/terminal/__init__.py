"""What commands share: speaking to a person, finding the files to read, writing what was made."""
