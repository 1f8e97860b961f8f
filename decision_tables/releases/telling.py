"""Entries of the ledger in words, the same on every surface."""

from __future__ import annotations

from decision_tables.releases.entry import Entry, EntryKind
from decision_tables.text import Bilingual

KINDS = {
    EntryKind.CREATED: Bilingual("建立", "created"),
    EntryKind.PROPOSED: Bilingual("提交", "proposed"),
    EntryKind.APPROVED: Bilingual("批准", "approved"),
    EntryKind.REJECTED: Bilingual("驳回", "rejected"),
    EntryKind.CONFIRMED: Bilingual("确认", "confirmed"),
    EntryKind.ACTIVATED: Bilingual("启用", "activated"),
    EntryKind.STOPPED: Bilingual("停用", "stopped"),
    EntryKind.CANCELLED: Bilingual("取消安排", "cancelled"),
    EntryKind.WITHDRAWN: Bilingual("撤回", "withdrawn"),
    EntryKind.POLICY_SET: Bilingual("设置规矩", "policy set"),
    EntryKind.SHADOW_SET: Bilingual("旁路比对", "shadow set"),
    EntryKind.REFUSED: Bilingual("被拒绝", "refused"),
    EntryKind.KEY_CHANGED: Bilingual("更换密钥", "key changed"),
    EntryKind.RESTORE_ACCEPTED: Bilingual("认可恢复", "restore accepted"),
}
_EMERGENCY = Bilingual("【紧急】", "[EMERGENCY] ")


def telling(entry: Entry) -> Bilingual:
    """What was done, about which release, and why."""
    return Bilingual(_telling(entry, "zh"), _telling(entry, "en"))


def _telling(entry: Entry, language: str) -> str:
    number = entry.data.get("number")
    about = f"{entry.model}#{number}" if number else entry.model
    loud = _EMERGENCY.in_language(language) if entry.data.get("unconfirmed") else ""
    parts = (loud + KINDS[entry.kind].in_language(language), about, _why(entry, language))
    return "  ".join(part for part in parts if part)


def _why(entry: Entry, language: str) -> str:
    data = entry.data
    match entry.kind:
        case EntryKind.REFUSED:
            return str(data["message"][language])
        case EntryKind.PROPOSED:
            return str(data["proposal"]["reason"])
        case EntryKind.APPROVED:
            return str(data["approval"]["comment"])
        case _:
            return str(data.get("reason", ""))
