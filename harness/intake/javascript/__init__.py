"""The JavaScript of small assertions: read, and said in our graders where it says no more than they can."""
