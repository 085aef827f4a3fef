"""`huiying chase`: what happens where nobody acknowledges."""

from huiying.table_command import table_command

command = table_command("chase", "未签收跟进表：没有签收等多久、再通知谁、打不打电话；本单位可以改。")
