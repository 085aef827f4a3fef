"""Which of the themes that are counted by themselves does it speak of?"""

from classifier.reading import Reading

HOUSING = "real_estate"


def themes(reading: Reading) -> tuple[str, ...]:
    """Return codes of domain.verdict.THEMES; of housing also whether rumour or hype that stirs the market is told.

    By words alone: what reads like a rumour to the trained head is mostly a short complaint.
    Source: 东丽区市场监管局2017年政务公开工作要点（防止虚假宣传、恶意炒作等加剧市场波动；四品一械、质量、标准）.
    """
    if "themes" not in reading.questions:
        return ()
    said = [group.label for group, _ in reading.groups("themes")]
    found = [label for label in said if not label.startswith("stir_")]
    if HOUSING in found:
        if "stir_rumour" in said:
            found.append("real_estate_rumour")
        if "stir_hype" in said:
            found.append("real_estate_hype")
    return tuple(found)
