"""The short text that may leave the office's own mail: number, level, what is asked, due, telephone, nothing else."""

from alerts.letter import Office


def short_text(office: Office, about: str, ask: str, due: str = "") -> str:
    """Return one line fit for a text message.

    E.g. `舆情〔2026〕3号 红色：请发布权威信息并反馈，时限6月10日19:00。值班室0000-1234567`.

    `about` is number and level, `ask` what is to be done, `due` until when. Never a title, a name or a text.
    """
    limit = f"，时限{due}" if due else ""
    return f"{about}：{ask}{limit}。值班室{office.telephone or '电话未登记'}"
