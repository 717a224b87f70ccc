"""A second upstream for the consistency tests, written from the published facts about Cognito Sync alone.

It shares no code with the emulator, so the two cannot share a mistake. Each unknown of the service is a rule.
"""
