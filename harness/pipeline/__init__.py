"""The steps joined: from files to records, from records to a verdict. Every door calls these, and nothing else."""
