"""What tests of every room share: Hypothesis profiles and the emulator of DynamoDB and SQS."""

from hypothesis import settings

settings.register_profile("hearback", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("hearback")
