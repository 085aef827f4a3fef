"""WHAT IS TRUE: the vocabulary and the rules. Standard library only; no clock, no I/O, no settings.

source 监测源 · a feed, page or mailbox that is watched
fetch 抓取记录 · one visit to a source, with what it brought
article 舆情信息 · one item of one source; its canonical link is unique within the source
copy 转载 · the same text at another source
verdict 判断 · what an article means for us: the system's (系统初判), then a person's
event 话题 · articles about one matter
volume 声量 · how many articles, copies counted
heat 热度 · how loud a topic is, 0 to 100, by one formula whose parts are kept and shown
baseline 平日 · what is usual for a subject at this hour of the week, Beijing time
warning 早期预警 · a topic, subject or unit is louder than usual; it may raise the level of a matter, never lower it
spread 传播 · who published when, told apart by time and likeness alone (按时间推断)
watch 专题 · a query of watch words with the units it is about and the subscribers 订阅人 who are told
hit 命中 · an article in which the query of a 专题 holds, with the places of its words
synonym 同义词 · words that mean the same to every query; the office edits the table
trial 试查 · what a query would have hit in the last 30 days
lead 待研判线索 · proposed to a person; no number, not in the ledger
case 舆情事项 · a confirmed lead: numbered, in the ledger, with its clocks written
emergency_grade 突发事件分级 · Ⅰ–Ⅳ of the underlying emergency; drives the 5 h and 24 h clocks; graded by its authority
level 舆情等级 · red, orange, yellow, blue of a case; drives escalation and layout
deadline 时限 · one duty of one matter
stage 节点 · one rung of a deadline's ladder, with the time at which somebody is told
notice 通知 · one message to one person on one channel
delivery 投递 · one attempt to send a notice
channel 渠道 · a way to tell somebody; those beside mail carry the short text 短文 alone
chase 催签 · what follows where nobody acknowledges 签收: the next person, the superiors, a call
call 人工电话 · a notice no machine sends: somebody telephones and writes down the result
unit 单位 · 科室、分局、县局、直属单位
post 岗位 · 值班员、带班领导、联络员 …; a person holds a post
release 发布 · what was published, where, by whom, when
outlet 发布渠道 · where the bureau publishes; registered with its kind and the address by which a link is recognised
copy_owed 网站同步 · what was released elsewhere is still to be put on the bureau's website: a reminder, no clock
record_after 补录 · recording afterwards what happened outside
digest 日报 · one page for leadership
rota 值班表 · shifts; who is on duty
season 敏感时期 · days of heightened watch: more people a shift, less time to judge a lead
handover 交接班 · the sheet one shift leaves to the next, signed by both on screen, by message or on paper
journal 操作日志 · append-only, hash-chained: who changed what and when
evidence 证据 · the page as fetched
consultation 征求意见 · a period in which the office asks the public; its suggestions 意见建议 are grouped and answered
group 归并类 · suggestions that ask for the same; each gets a decision 采纳、部分采纳、不予采纳
complaint 投诉举报 · an article of ours with that intent; copies are not counted
surge 明显增多 · more complaints in 24 hours than in the same hours of the weeks before
warning 消费预警 · drafted because of a surge, worded, cleared and published by people
announcement 登记发布 · a result or warning as it was published on an outlet
"""
