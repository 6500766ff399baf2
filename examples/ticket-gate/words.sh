# shellcheck shell=sh disable=SC1111 # Chinese has these quotes.
# What the scripts say. $2 is the change or what else the text is about, $3 what the change names;
# $4, $5 and $6 are the number, the state and the due date of the case.

# en, or zh for Chinese.
language=en

say() {
	amend='Ticket for <commit>: …'
	case $1 in
	usage)
		en='usage: check.sh BASE..HEAD [PLAN], check.sh --branch BASE..HEAD, or check.sh --text FILE'
		zh='用法：check.sh BASE..HEAD [PLAN]、check.sh --branch BASE..HEAD 或 check.sh --text FILE'
		;;
	clone)
		en='This is not a full clone of the repository, so the gate cannot see all changes. Fetch the whole history.'
		zh='这里不是仓库的完整克隆，看不到全部变更。请拉取完整的历史。'
		;;
	base)
		en="There is no $2, so it is unknown what was last applied. The first time, push the commit that is applied today: git push origin <commit>:$2"
		zh="找不到 $2，无法得知上次执行到哪次提交。首次使用时，请推送当前已执行的提交：git push origin <commit>:$2"
		;;
	head)
		en="There is no commit $2. It must be HEAD, refs/… or the whole ID of a commit."
		zh="找不到提交 $2。它必须是 HEAD、refs/… 或完整的提交 ID。"
		;;
	nothing)
		en="Nothing was merged since $2, which is applied already. To apply again, merge a change that names a ticket."
		zh="$2 已经执行，此后没有新的合并。如需再次执行，请合并一个写明工单的变更。"
		;;
	rewritten)
		en="The history does not lead straight from $2, which is applied, to this commit: main was rewritten, or a branch that merges main was pushed to it."
		zh="已执行的提交 $2 不能沿主线到达这次提交：main 被改写过，或者有合并了 main 的分支被直接推送到 main。"
		;;
	merge)
		en="Commit $2 is a merge, and main must have none. Look through what it brings, apply it by hand, and push it as what is applied."
		zh="提交 $2 是一次合并，而 main 上不能有合并提交。请检查它带来的内容，手动执行，然后把它推送为已执行的提交。"
		;;
	merges)
		en="Commit $2 is a merge. Set merges in check.sh to yes if your service makes all merges on main, and to no if main can be moved forward to a branch."
		zh="提交 $2 是一次合并。请在 check.sh 中设置 merges：main 上的合并全部由代码托管服务创建时设为 yes，main 可能快进到某个分支时设为 no。"
		;;
	unasked)
		en='The gate is closed: AICC could not be asked. Run the job again when the cause above is gone.'
		zh='已拦截：无法查询 AICC。请排除上面的原因后重新运行作业。'
		;;
	unwritten)
		en='The gate is closed: a file that it wrote is not whole. The disk of the runner may be full.'
		zh='已拦截：写出的文件不完整，可能是运行环境的磁盘已满。'
		;;
	closed)
		en='The gate is closed: nothing is applied until every change since the last apply has an open ticket.'
		zh='已拦截：自上次执行以来的每个变更都要有处理中的工单，否则不会执行。'
		;;
	open)
		en='The gate is open.'
		zh='门禁放行。'
		;;
	text)
		en='This text'
		zh='这段文字'
		;;
	branch)
		en='This branch'
		zh='这个分支'
		;;
	change)
		en="Change $2 ($3)"
		zh="变更 $2（$3）"
		;;
	case_open)
		en="$2: case $4 is $5, due $6."
		zh="$2：工单 $4 的状态是 $5，期望完成时间是 $6。"
		;;
	case_failed)
		en="$2: AICC did not say whether case $3 is open. Run the job again."
		zh="$2：无法从 AICC 得知工单 $3 是否处理中。请重新运行作业。"
		;;
	case_missing)
		en="$2: AICC has no case $3. Name another in a later change: ${amend}"
		zh="$2：AICC 中没有工单 $3。请在后续变更中写明另一个：${amend}"
		;;
	case_state)
		en="$2: case $4 is $5. Have it reopened in AICC, or name another in a later change: ${amend}"
		zh="$2：工单 $4 的状态是 $5。请在 AICC 中重新打开它，或在后续变更中写明另一个：${amend}"
		;;
	case_undated)
		en="$2: case $4 has no due date. Have one set in AICC."
		zh="$2：工单 $4 没有期望完成时间。请在 AICC 中设置。"
		;;
	case_overdue)
		en="$2: case $4 was due on $6. Have the due date changed in AICC."
		zh="$2：工单 $4 已于 $6 到期。请在 AICC 中修改期望完成时间。"
		;;
	case_type)
		en="$2: case $4 is not of a type that allows changes."
		zh="$2：工单 $4 的类型不允许变更。"
		;;
	case_owner)
		en="$2: case $4 does not belong to an owner who allows changes."
		zh="$2：工单 $4 的责任人不在允许变更之列。"
		;;
	case_own)
		en="$2: case $4 was created by an author of the change, or authors.txt does not name the author."
		zh="$2：工单 $4 由变更的作者创建，或者 authors.txt 中没有该作者。"
		;;
	bad_none_text)
		en="$2 names no ticket. It needs a line \"Ticket: …\" with a link or a number."
		zh="$2没有写明工单。它需要一行“工单：…”，写明链接或编号。"
		;;
	bad_none)
		en="$2 names no ticket. It needs a line \"Ticket: …\" with a link or a number; a later change can have it: Ticket for $3: …"
		zh="$2没有写明工单。它需要一行“工单：…”，写明链接或编号；也可以在后续变更中写明：工单 $3：…"
		;;
	bad_two)
		en="$2 names two different tickets in one commit: $3. Name one."
		zh="$2在一次提交中写明了两个不同的工单：$3。请只写一个。"
		;;
	bad_host)
		en="$2 names no ticket: $3 is not one of $4."
		zh="$2没有写明工单：$3 不在 $4 之列。"
		;;
	bad_scheme)
		en="$2 names no ticket: the link $3 does not start with https://."
		zh="$2没有写明工单：链接 $3 不以 https:// 开头。"
		;;
	bad_char)
		en="$2 names no ticket: $3 has a character that no link to a case has."
		zh="$2没有写明工单：$3 含有工单链接中没有的字符。"
		;;
	bad_number)
		en="$2 names no ticket: $3 is neither a link nor the number of a case."
		zh="$2没有写明工单：$3 既不是链接，也不是工单编号。"
		;;
	bad_long)
		en="$2 names no ticket: $3 has more than the 30 digits of a case number."
		zh="$2没有写明工单：$3 超过了工单编号的 30 位数字。"
		;;
	bad_parts)
		en="$2 names no ticket: the link has two parts that look like a case, in $3. Use the number of the case."
		zh="$2没有写明工单：链接中有两个部分像是工单，见 $3。请改用工单编号。"
		;;
	bad_nopart)
		en="$2 names no ticket: no part of $3 looks like a case ID, which is 20 letters and digits."
		zh="$2没有写明工单：$3 中没有像工单 ID 的部分，即 20 位字母和数字。"
		;;
	bad_shown)
		en="$2 names no ticket: a reader sees $3, and the link leads elsewhere."
		zh="$2没有写明工单：读者看到的是 $3，而链接指向别处。"
		;;
	bad_behind)
		en="$2 names no ticket: nothing may stand behind the ticket on its line, and there is $3."
		zh="$2没有写明工单：工单所在行的后面不能有其他内容，这里有 $3。"
		;;
	bad_empty)
		en="$2 names no ticket: its line has nothing behind the colon."
		zh="$2没有写明工单：冒号后面没有内容。"
		;;
	bad_comment)
		en="$2 names no ticket: it has an HTML comment without a clear end."
		zh="$2没有写明工单：其中的 HTML 注释没有明确的结尾。"
		;;
	bad_html)
		en="$2 names no ticket: a page may not show the line with $3, since there is HTML, a formula or code above it, or a link in the line before. Put it first, or behind a blank line."
		zh="$2没有写明工单：$3 所在行的上方有 HTML、公式或代码，或者上一行有链接，页面可能不显示它。请把它放在最前面，或在它前面空一行。"
		;;
	bad_line)
		en="$2: the line with $3 looks like a ticket and is none. It needs \"Ticket: …\" at its beginning, and nothing else."
		zh="$2：$3 这一行看起来像工单，但写法不对。请在行首写“工单：…”，不要有其他内容。"
		;;
	bad_bytes)
		en="$2 names no ticket: its message has bytes that are no text in UTF-8."
		zh="$2没有写明工单：提交信息中有不是 UTF-8 文本的字节。"
		;;
	bad_many)
		en="$2 names tickets for more than 20 other changes."
		zh="$2为 20 个以上的其他变更写明了工单。"
		;;
	bad_encoding)
		en="$2 names no ticket: its message is in the encoding $3 instead of UTF-8."
		zh="$2没有写明工单：提交信息的编码是 $3，而不是 UTF-8。"
		;;
	bad_target)
		en="$2: \"Ticket for\" wants the whole ID of a commit, and $3 is shorter."
		zh="$2：“工单”后面要写完整的提交 ID，而 $3 不完整。"
		;;
	another)
		en='This is not the plan or the commit that the gate was asked about.'
		zh='这不是门禁所判断的计划或提交。'
		;;
	old)
		en='The verdict of the gate is too old. Run the job of the gate again.'
		zh='门禁的结论已过期。请重新运行门禁作业。'
		;;
	moved)
		en="main has moved on: its tip is ${2:-unknown}. Only the pipeline of the tip applies."
		zh="main 已经前进，最新提交是 ${2:-未知}。只有最新提交的流水线可以执行。"
		;;
	unmoved)
		en="The change is applied, but $2 could not be moved to it, so the next gate asks for its ticket again. Push it: git push origin $3:$2"
		zh="变更已执行，但无法移动 $2，因此下次门禁还会要求它的工单。请推送：git push origin $3:$2"
		;;
	*)
		en="ticket gate: $*"
		zh="ticket gate: $*"
		;;
	esac
	if [ "${language}" = zh ]; then
		printf '%s\n' "${zh}"
	else
		printf '%s\n' "${en}"
	fi
}
