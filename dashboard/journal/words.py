"""How entries of the journal are called on the screen."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from store.journal import WORDS
from store.tables.people import Person

ACTORS = {"system": "系统", "command": "服务器命令"}
ACTIONS = {
    "sign_in": "登录",
    "sign_in_half": "口令通过，等动态码",
    "sign_out": "退出",
    "change_password": "修改口令",
    "set_password": "命令重置口令",
    "set_up_code": "启用动态码",
    "remove_code": "去掉动态码",
    "reset_password": "重置口令",
    "unlock": "解除登录限制",
    "set_role": "改角色",
    "set_policy": "改口令策略",
    "set_shift_start": "改交接班时间",
    "set_ladder": "改通知阶梯",
    "reset_ladder": "通知阶梯恢复默认",
    "set_chase": "改未签收跟进表",
    "reset_chase": "未签收跟进表恢复默认",
    "add_person": "添加人员",
    "change_person": "修改人员",
    "enable_person": "启用人员",
    "disable_person": "停用人员",
    "add_unit": "添加单位",
    "change_unit": "修改单位",
    "give_post": "登记岗位",
    "end_post": "不再任岗位",
    "replace_rota": "导入值班表",
    "substitute": "换班",
    "write_entry": "记值班日志",
    "act_on_entry": "记处理与拟办",
    "open_lead": "由日志登记线索",
    "make_handover": "生成交接班单",
    "give_handover": "交班签字",
    "take_handover": "接班签字",
    "answer_handover": "接班人先签",
    "name_taker": "指定接班人",
    "send_handover": "发出交接班单",
    "propose": "系统提出线索",
    "raise": "升级为疑似突发事件",
    "wake": "重新提出线索",
    "enter": "人工登记线索",
    "join_event": "录入线索归入话题",
    "merge_lead": "线索并入同一话题",
    "reopen_lead": "线索恢复待研判",
    "merge_event": "合并话题",
    "split_event": "拆分话题",
    "undo_regroup": "撤销话题整理",
    "tell_events_apart": "登记不是同一话题",
    "export_log": "导出值班日志",
    "confirm": "确认立项",
    "dismiss": "不立项",
    "write_deadline": "写入时限",
    "meet": "时限办结",
    "void": "时限作废",
    "record_release": "登记发布",
    "grade": "登记定级",
    "advance": "事项推进",
    "close": "办结",
    "tell": "发出提醒",
    "acknowledge": "签收",
    "send_digest": "发出日报",
    "make_digest": "生成日报",
    "fall_over": "换渠道通知",
    "init": "建立数据",
    "set_limit": "设定时限",
    "reset_limit": "取消时限设定",
    "extend": "延长时限",
    "add_duty": "加时限",
    "load_calendar": "导入工作日历",
    "recount": "按日历重算时限",
    "add_season": "登记敏感时期",
    "change_season": "修改敏感时期",
    "remove_season": "取消敏感时期",
    "add_outlet": "登记发布渠道",
    "change_outlet": "修改发布渠道",
    "start_outlet": "启用发布渠道",
    "stop_outlet": "停用发布渠道",
    "add_watch": "建立专题",
    "change_watch": "修改专题",
    "start_watch": "启用专题",
    "stop_watch": "停用专题",
    "change_watch_words": "修改同义词和通用排除词",
    "correct_link": "更正发布链接",
    "add_source": "添加监测源",
    "start_source": "启用监测源",
    "stop_source": "停用监测源",
    "change_source": "修改监测源",
    "read_source_anew": "改监测源读法",
    "remove_source": "删除监测源",
    "renew_push_key": "换发推送密钥",
    "keep_source_secret": "保存监测源口令或 Cookie",
    "forget_source_secret": "删除监测源口令或 Cookie",
    "ask_import": "要求导入文件",
    "export_sources": "导出监测源清单",
    "import_table": "导入工单表格",
    "ask_fetch": "要求立即抓取",
    "add_ticket": "并入办件",
    "approve": "登记请示",
    "ask_bounce": "申请退办",
    "assign_mail": "指定来信的事项",
    "bounced": "收到退信",
    "call": "登记通话结果",
    "chase": "跟进未签收",
    "clock_jump": "系统时间跳变",
    "decide_bounce": "答复退办",
    "import_opml": "导入监测源清单",
    "mail_in": "收到来信",
    "merge": "并案",
    "open_evidence": "打开原始证据",
    "export_evidence": "导出原始证据",
    "destroy_words": "销毁操作日志里的事由",
    "reprint": "登记转载",
    "leave_reprint": "登记不需要转载",
    "undo_reprint": "撤销转载登记",
    "move_due": "时限提前",
    "open_period": "周期性工作开始",
    "put_target": "登记报送对象",
    "receive": "登记收到回执",
    "record_periodic": "登记周期性工作",
    "remind": "提醒周期性工作",
    "remind_stale": "提醒自有渠道更新",
    "remove_evidence": "到期清除原始证据",
    "remove_uploads": "清除上传的表格、清单",
    "remove_target": "取消报送对象",
    "report_back": "承办单位反馈",
    "report_upward": "登记信息报送",
    "send_self_check": "发出值班自检",
    "set_aside": "搁置来信",
    "shut_channel": "暂停通知渠道",
    "sign": "补签",
    "tell_handed": "通知交办变动",
    "tell_silence": "通知监测源沉默",
    "test_channel": "试发通知渠道",
    "transfer": "移交其他部门",
}


def actor_name(session: Session, actor: str) -> str:
    """Return what an actor of the journal is called: a person by name, else 系统 or 服务器命令."""
    number = actor.removeprefix("person-")
    person = session.get(Person, int(number)) if number != actor and number.isdecimal() else None
    return person.name if person else ACTORS.get(actor, actor)


def facts_words(facts: Mapping[str, Any]) -> str:
    """Return what an entry keeps beside its object, in one line: field names, ids and digests, no personal text.

    The digest of what a person wrote is left out: the words themselves are shown.
    """
    shown = {name: value for name, value in facts.items() if value is not None and name != WORDS}
    return "；".join(f"{name}={_plain(value)}" for name, value in shown.items())


def _plain(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
