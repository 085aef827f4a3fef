"""Which of the themes that are counted by themselves does it speak of?"""

from classifier.reading import Reading

DOUBTED = 0.5
HOUSING = "real_estate"


def themes(reading: Reading, doubt: float) -> tuple[str, ...]:
    """Return codes of domain.verdict.THEMES; `doubt` is the probability that it reads like a rumour.

    Of housing also whether it reads like a rumour or like hype that stirs the market up.
    Source: 东丽区市场监管局2017年政务公开工作要点（防止虚假宣传、恶意炒作等加剧市场波动；四品一械、质量、标准）.
    """
    if "themes" not in reading.questions:
        return ()
    said = [group.label for group, _ in reading.groups("themes")]
    found = [label for label in said if not label.startswith("stir_")]
    if HOUSING in found:
        if doubt >= DOUBTED or "stir_rumour" in said:
            found.append("real_estate_rumour")
        if "stir_hype" in said:
            found.append("real_estate_hype")
    return tuple(found)
