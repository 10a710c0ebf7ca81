"""A case and a reply to grades: how good was the answer?"""
