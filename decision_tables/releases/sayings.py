"""The words for each reason: what is wrong and what to do next, in Chinese and English."""

from __future__ import annotations

from decision_tables.releases.reasons import ReleaseReason
from decision_tables.text import Bilingual


def _saying(zh: str, en: str, hint_zh: str, hint_en: str) -> tuple[Bilingual, Bilingual]:
    return Bilingual(zh, en), Bilingual(hint_zh, hint_en)


SAYINGS: dict[ReleaseReason, tuple[Bilingual, Bilingual]] = {
    ReleaseReason.TEXT_REQUIRED: _saying(
        "没有填写{what}。",
        "There is nothing written as {what}.",
        "请写明，以便日后查证。",
        "Write it; somebody will ask for it later.",
    ),
    ReleaseReason.TEXT_TOO_LONG: _saying(
        "{what} 过长，最多 {most} 个字。", "{what} is longer than {most} characters.", "请缩短。", "Shorten it."
    ),
    ReleaseReason.TEXT_UNUSABLE: _saying(
        "{what} 含有控制字符或残缺的字符。",
        "{what} has control characters or broken ones.",
        "请重新输入，不要从别处粘贴。",
        "Type it again instead of pasting it.",
    ),
    ReleaseReason.WORKBOOK_HAS_ERRORS: _saying(
        "工作簿有 {errors} 个错误，不能发布。",
        "The workbook has {errors} errors and cannot be published.",
        "用 decision-tables check 查看并改正后再提交。",
        "See them with decision-tables check, correct them and publish again.",
    ),
    ReleaseReason.TOO_SLOW: _saying(
        "检查和编译超过了 {seconds} 秒，已中止。",
        "Checking and compiling took more than {seconds} seconds and was ended.",
        "把工作簿拆成几个模型，或用 {setting} 放宽。",
        "Divide the workbook into several models, or allow more with {setting}.",
    ),
    ReleaseReason.TOO_MUCH_MEMORY: _saying(
        "检查和编译需要的内存超过 {megabytes} MB，已中止。",
        "Checking and compiling took more than {megabytes} MB of memory and was ended.",
        "把工作簿拆成几个模型，或用 {setting} 放宽。",
        "Divide the workbook into several models, or allow more with {setting}.",
    ),
    ReleaseReason.CHECK_BROKE_DOWN: _saying(
        "检查程序意外中断：{why}",
        "The check broke down: {why}",
        "这是程序的缺陷，请把工作簿和这句话报告给维护者；什么也没有改变。",
        "That is a defect of the program: please report it with the workbook; nothing was changed.",
    ),
    ReleaseReason.WARNINGS_NOT_ACKNOWLEDGED: _saying(
        "工作簿有 {warnings} 个警告，尚未确认。",
        "The workbook has {warnings} warnings that nobody has acknowledged.",
        "逐条看过后加 --acknowledge-warnings，或在“已知问题”块里接受它们。",
        "Read them, then add --acknowledge-warnings, or accept them in a block “accepted”.",
    ),
    ReleaseReason.CONTRACT_BROKEN: _saying(
        "这次修改会使已有系统无法调用：{changes}",
        "This change would break programs that call the tables: {changes}",
        "改回来；如确需如此，加 --contract-version {next} 要求新的接口版本，旧版本会继续提供。",
        "Undo it; if it has to be, add --contract-version {next} for a new version of the contract. The old one goes "
        "on being served.",
    ),
    ReleaseReason.CONTRACT_VERSION_UNUSABLE: _saying(
        "接口不能是第 {wanted} 版；现在是第 {newest} 版。",
        "The contract cannot be version {wanted}; it is {newest} now.",
        "写 {newest} 或不写保持现有版本，写 {next} 要求新版本。",
        "Give {newest} or nothing to keep it, {next} for a new version.",
    ),
    ReleaseReason.CONTRACT_OVERTAKEN: _saying(
        "{release} 提交之后批准了别的版本，调用方已经可以使用它的接口，而 {release} 没有包括进去。",
        "Since {release} was proposed another release was approved, whose contract {release} does not keep.",
        "驳回它，用同一份工作簿重新提交。",
        "Reject it, and propose the same workbook again.",
    ),
    ReleaseReason.UNCHANGED: _saying(
        "这份工作簿与正在使用的 {release} 完全相同。",
        "This workbook is the very one of {release}, which is active.",
        "没有什么可发布的；请确认选对了文件。",
        "There is nothing to publish; check that it is the right file.",
    ),
    ReleaseReason.ALREADY_PROPOSED: _saying(
        "同一份工作簿已由 {author} 提交为 {release}，正等待审批。",
        "{author} has proposed this workbook as {release} already; it waits for approval.",
        "请审批或驳回 {release}。",
        "Approve or reject {release}.",
    ),
    ReleaseReason.UNKNOWN_MODEL: _saying(
        "库里没有标识为“{model}”的模型。",
        "The store has no model “{model}”.",
        "用 decision-tables releases 查看有哪些模型。",
        "See the models with decision-tables releases.",
    ),
    ReleaseReason.UNKNOWN_RELEASE: _saying(
        "没有“{reference}”这个版本。",
        "There is no release “{reference}”.",
        "写成 模型标识#号，或摘要的前 6 位以上；用 decision-tables releases 查看。",
        "Write MODEL#NUMBER or six or more digits of its digest; decision-tables releases lists them.",
    ),
    ReleaseReason.AMBIGUOUS_RELEASE: _saying(
        "“{reference}”对应多个版本：{found}。",
        "“{reference}” names several releases: {found}.",
        "请写出更多位摘要，或写成 模型标识#号。",
        "Give more digits of the digest, or MODEL#NUMBER.",
    ),
    ReleaseReason.ALREADY_DECIDED: _saying(
        "{release} 已由 {by} 在 {at} {decision}。",
        "{release} was {decision} by {by} at {at}.",
        "用 decision-tables show {release} 查看经过；什么也没有改变。",
        "See decision-tables show {release}; nothing was changed.",
    ),
    ReleaseReason.SAME_PERSON: _saying(
        "{name} 是 {release} 的提交人，不能审批自己的提交。",
        "{name} proposed {release} and cannot approve it.",
        "请另一人审批；单人使用时可由运维人员为这个模型关闭双人审批。",
        "Somebody else has to approve it; an installation of one person can turn this off for the model.",
    ),
    ReleaseReason.NOT_APPROVED: _saying(
        "{release} 尚未批准。",
        "{release} is not approved.",
        "先用 decision-tables approve {release} 审批。",
        "Approve it first: decision-tables approve {release}.",
    ),
    ReleaseReason.WITHDRAWN: _saying(
        "{release} 已由 {by} 在 {at} 撤回：{why}",
        "{release} was withdrawn by {by} at {at}: {why}",
        "撤回的版本仍可查阅，但不能再启用；请另行提交。",
        "A withdrawn release can be read but never activated again; publish another one.",
    ),
    ReleaseReason.ALREADY_ACTIVE: _saying(
        "{release} 正在使用。", "{release} is active.", "不需要再启用。", "There is nothing to activate."
    ),
    ReleaseReason.OVERTAKEN: _saying(
        "{release} 是对照 {expected} 准备的，而现在使用的是 {current}（{by} 于 {at} 启用）。",
        "{release} was prepared against {expected}, but {current} is active now (activated by {by} at {at}).",
        "先看清 {current} 改了什么；确认要用它取代时，加 --replacing {current}。",
        "See what {current} changed; if it is to be replaced, add --replacing {current}.",
    ),
    ReleaseReason.MOMENT_PAST: _saying(
        "{moment} 已经过去，启用时间不能早于现在。",
        "{moment} has passed; a release cannot become active in the past.",
        "给出将来的时间，或不写时间以立即启用。规则何时生效由表里的生效日期决定。",
        "Give a moment to come, or none for at once. Dates from which rules apply stand in the tables.",
    ),
    ReleaseReason.WAS_ACTIVE_BEFORE: _saying(
        "{release} 已经使用过，后来被取代。",
        "{release} has been active before and was superseded.",
        "要回到它，请用 decision-tables rollback {model} --to {release}。",
        "To go back to it: decision-tables rollback {model} --to {release}.",
    ),
    ReleaseReason.NEVER_ACTIVE: _saying(
        "{release} 从未使用过，谈不上回退。",
        "{release} was never active, so there is no going back to it.",
        "请用 decision-tables activate {release}。",
        "Use decision-tables activate {release}.",
    ),
    ReleaseReason.NOTHING_BEFORE: _saying(
        "{model} 在现用版本之前没有可以回到的版本。",
        "{model} has no release before the active one to go back to.",
        "用 decision-tables releases {model} 查看。",
        "See decision-tables releases {model}.",
    ),
    ReleaseReason.STILL_ACTIVE: _saying(
        "{release} 正在使用，不能直接撤回。",
        "{release} is active and cannot be withdrawn just so.",
        "先启用另一个版本或回退；若要让模型停止应答，加 --stop-serving。",
        "Activate another release or roll back first; to let the model answer no more, add --stop-serving.",
    ),
    ReleaseReason.NOT_SCHEDULED: _saying(
        "{release} 没有等待启用的安排。",
        "{release} is not scheduled.",
        "用 decision-tables releases {model} 查看。",
        "See decision-tables releases {model}.",
    ),
    ReleaseReason.BREAK_GLASS_NOT_ALLOWED: _saying(
        "模型 {model} 不允许紧急发布。",
        "The model {model} does not allow publishing in an emergency.",
        "走正常审批，或由运维人员用 decision-tables policy {model} --break-glass on 开启。",
        "Have it approved, or let an operator allow it: decision-tables policy {model} --break-glass on.",
    ),
    ReleaseReason.SAMPLE_OUT_OF_RANGE: _saying(
        "旁路比对的比例应为 1 到 100，而不是 {percent}。",
        "A shadow compares 1 to 100 per cent of the calls, not {percent}.",
        "请改正比例。",
        "Correct the share.",
    ),
    ReleaseReason.NOT_KNOWN_YET: _saying(
        "{moment} 还没有到，届时使用哪个版本尚不能确定。",
        "{moment} is still to come; which release will answer then is not known yet.",
        "给出过去的时间，或不写。",
        "Give a moment that has passed, or none.",
    ),
    ReleaseReason.NONE_ACTIVE: _saying(
        "模型 {model} 在 {moment} 没有使用中的版本。",
        "The model {model} had no active release at {moment}.",
        "用 decision-tables releases {model} 查看各版本的使用时间。",
        "See when releases were active with decision-tables releases {model}.",
    ),
    ReleaseReason.NOTHING_TO_COMPARE: _saying(
        "{release} 之前没有使用中的版本，没有可以对照的。",
        "No release was active before {release}, so there is nothing to compare it with.",
        "这是第一个版本，请直接看工作簿；或指明要对照的版本。",
        "It is the first one: read its workbook, or name the release to compare it with.",
    ),
    ReleaseReason.ANOTHER_MODEL: _saying(
        "{release} 和 {other} 不是同一个模型的版本。",
        "{release} and {other} are releases of different models.",
        "请指明同一个模型的两个版本。",
        "Name two releases of one model.",
    ),
    ReleaseReason.STORE_MISSING: _saying(
        "没有版本库：{address}。",
        "There is no store at {address}.",
        "用 decision-tables store init 建立，或用 --store 指明在哪里。",
        "Make one with decision-tables store init, or say where it is with --store.",
    ),
    ReleaseReason.STORE_EXISTS: _saying(
        "{address} 已经有版本库。",
        "There is a store at {address} already.",
        "不会覆盖它；请换一个地方。",
        "It is not overwritten; choose another place.",
    ),
    ReleaseReason.STORE_UNAVAILABLE: _saying(
        "版本库 {address} 无法使用：{why}",
        "The store {address} cannot be used: {why}",
        "什么也没有改变。检查数据库是否在运行、能否连接，然后重试。",
        "Nothing was changed. See that the database runs and can be reached, then try again.",
    ),
    ReleaseReason.STORE_BUSY: _saying(
        "版本库 {address} 正被他人占用。",
        "The store {address} is held by somebody else.",
        "什么也没有改变，请稍后重试。",
        "Nothing was changed; try again in a moment.",
    ),
    ReleaseReason.OUTCOME_UNKNOWN: _saying(
        "提交时与版本库 {address} 的连接中断，不知道是否已经生效：{why}",
        "The connection to {address} broke while committing; whether it took effect is not known: {why}",
        "恢复后先用 decision-tables releases 查看，再决定是否重做。",
        "When it is back, look with decision-tables releases before doing it again.",
    ),
    ReleaseReason.STORE_OUTDATED: _saying(
        "版本库 {address} 的结构是旧的（{found}，需要 {wanted}）。",
        "The store {address} has an older structure ({found}, {wanted} is needed).",
        "备份后运行 decision-tables store migrate。",
        "Make a backup, then run decision-tables store migrate.",
    ),
    ReleaseReason.STORE_NEWER: _saying(
        "版本库 {address} 是由更新的程序建立的（{found}）。",
        "The store {address} was made by a newer program ({found}).",
        "请升级本程序。",
        "Upgrade this program.",
    ),
    ReleaseReason.STORE_BEHIND: _saying(
        "版本库落后于或不同于本机见过的记录：本机见过第 {seen} 条，而库里{found}。",
        "The store is behind, or other than, what this machine has seen: entry {seen} was seen, the store {found}.",
        "若刚恢复了较旧的备份，运行 decision-tables audit accept-restore 说明原因；否则数据库可能被改动过，请先查明。",
        "After restoring an older backup, run decision-tables audit accept-restore with the reason; "
        "if nobody did that, the database was changed: find out first.",
    ),
    ReleaseReason.STORE_NOT_BEHIND: _saying(
        "版本库与本机见过的记录一致，没有需要说明的恢复。",
        "The store agrees with what this machine has seen; there is no restore to accept.",
        "不需要做什么。",
        "There is nothing to do.",
    ),
    ReleaseReason.HEAD_NOT_TRUSTED: _saying(
        "版本库最后一条记录（第 {seq} 条）的签名不可信。",
        "The signature of the store's last entry ({seq}) is not trusted.",
        "确认 --keys 指的是这个库的密钥；若是，请运行 decision-tables audit verify 查明改动。",
        "See that --keys names the keys of this store; if so, decision-tables audit verify tells what was changed.",
    ),
    ReleaseReason.RELEASE_NOT_TRUSTED: _saying(
        "{release} 与账本中签名的记录不一致，不能使用。",
        "{release} is not what the ledger has a trusted signature for, and is not used.",
        "运行 decision-tables audit verify 查明改动；确认 --keys 的文件夹里有这个库的公钥。",
        "decision-tables audit verify tells what was changed; see that --keys holds the public keys of this store.",
    ),
    ReleaseReason.NOT_LOADABLE: _saying(
        "{release} 的编译结果无法加载：{why}",
        "The compiled model of {release} cannot be loaded: {why}",
        "多半是由更新的程序发布的：请升级本程序。",
        "It was probably published by a newer program: upgrade this one.",
    ),
    ReleaseReason.CONTENT_DAMAGED: _saying(
        "内容 {digest} 缺失或已损坏。",
        "The content {digest} is missing or damaged.",
        "从备份恢复，并运行 decision-tables audit verify。",
        "Restore it from a backup, and run decision-tables audit verify.",
    ),
    ReleaseReason.CLOCK_BEHIND: _saying(
        "时钟 {now} 早于版本库最后一条记录的时间 {last}。",
        "The clock says {now}, which is before the store's last entry at {last}.",
        "校准时钟后重试。",
        "Set the clock right and try again.",
    ),
    ReleaseReason.KEY_MISSING: _saying(
        "没有签名密钥：{path}。",
        "There is no signing key at {path}.",
        "从保管处取回密钥，或用 --keys 指明所在文件夹；没有它不能更改版本库。",
        "Bring it back from where it is kept, or name its folder with --keys; nothing can be changed without it.",
    ),
    ReleaseReason.KEY_OF_ANOTHER: _saying(
        "{path} 里的签名密钥不是这个版本库现用的密钥。",
        "The signing key in {path} is not the one that signs for this store.",
        "取回这个库的密钥，或用 --keys 指明所在文件夹；换过密钥的，请用换后的。",
        "Bring the key of this store back, or name its folder with --keys; after a change of keys, the new one.",
    ),
    ReleaseReason.KEY_UNUSABLE: _saying(
        "密钥文件 {path} 不能使用：{why}",
        "The key file {path} cannot be used: {why}",
        "从备份恢复密钥文件。",
        "Restore the key file from its backup.",
    ),
    ReleaseReason.BACKUP_UNUSABLE: _saying(
        "备份 {path} 不能使用：{why}",
        "The backup {path} cannot be used: {why}",
        "什么也没有恢复；请用另一份备份。",
        "Nothing was restored; take another backup.",
    ),
    ReleaseReason.BAD_ADDRESS: _saying(
        "“{address}”不是版本库的地址。",
        "“{address}” is no address of a store.",
        "写成文件路径，或 postgresql://用户@主机/库名。",
        "Write the path of a file, or postgresql://USER@HOST/NAME.",
    ),
}
