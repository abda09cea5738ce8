"""Two made-up reports of several paragraphs, and how to cut them."""

REPORT = """Foreign ministers of the five states met in Tashkent on 4 March to speak of the rivers they share.

They agreed to open the dams in turn during the summer, and to send engineers to each other's stations.

Minister Karimov said that the talks had been frank, and that a treaty could be signed within the year.

A joint commission will meet each month in another capital, beginning with Bishkek in April.

Farmers below the dams had complained of dry canals for three years running.

The World Bank offered to pay for new gauges along both rivers, a diplomat from the region told reporters."""
OTHER = """Prices of bread rose again in the north, where the mills stood still for lack of grain.

Traders at the market blamed the late snow, and a ban on trucks that came into force last week.

The governor promised to open the reserve stores, but gave no day on which they would be opened."""


def paragraphs(text: str, *numbers: int) -> str:
    """Return these paragraphs of a text, counted from 0."""
    parts = text.split("\n\n")
    return "\n\n".join(parts[number] for number in numbers)
