"""What the store gives back of users, their sessions and tokens."""

from typing import Literal

# An analyst gives feedback; an operator also snoozes and polls sources, and splits and joins stories.
Role = Literal["analyst", "operator"]
