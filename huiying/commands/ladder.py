"""`huiying ladder`: who is told when."""

from huiying.table_command import table_command

command = table_command("ladder", "通知阶梯：什么时候通知谁；本单位可以改，规定必须通知的去不掉。")
