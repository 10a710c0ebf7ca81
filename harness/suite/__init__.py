"""Files to values: what is asked, of which prompt, of which model, and what a good answer is."""
