"""What stands in kept texts of notices for things that are only known, or only allowed, when they are sent."""

SITE = "〔网址〕"
"""Stands for the address of the service; the sender fills it in."""
ACK = "〔签收链接〕"
"""Stands for the signed link, so that nobody who reads the database can acknowledge for another."""
REPLY = "〔回信说明〕"
"""Stands for how to answer by mail; nothing is said of it where no mailbox is read."""
