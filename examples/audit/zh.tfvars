# 中文报告：terraform apply -var-file=zh.tfvars，或复制为 zh.auto.tfvars。
words = {
  "VERDICT" = "结论"
  "STATE"   = "状态"
  "OWNER"   = "处理人"
  "DUE"     = "期望完成"
  "WHERE"   = "位置"
  "TICKET"  = "工单"
  "REASON"  = "原因"

  "unread"    = "未读取"
  "dead"      = "已失效"
  "unknown"   = "未知"
  "unlinked"  = "未写明"
  "overdue"   = "已逾期"
  "closed"    = "已关闭"
  "forgotten" = "未提及"
  "foreign"   = "其他站点"
  "alive"     = "有效"

  "no file mentions it"                      = "没有文件提到它"
  "there is a placeholder instead of a case" = "此处是占位符，没有工单"
  "no part of it looks like a case ID"       = "其中没有像工单 ID 的部分"
  "the link behind it has no case ID"        = "后面的链接中没有工单 ID"

  "Tickets: "                                              = "工单："
  "no tickets"                                             = "没有"
  "More, in the other reports"                             = "其余见其他格式的报告"
  "%d more: terraform output -raw table"                   = "另有 %d 条：terraform output -raw table"
  "%d of %d tickets fail the audit:"                       = "%d 条（共 %d 条）不符合要求："
  "%d of %d tickets fail the audit, the first 40 of them:" = "%d 条（共 %d 条）不符合要求，前 40 条如下："
}
