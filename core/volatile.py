"""Lines of a page that change by themselves: counters, "2 hours ago", "updated at", calls to read and share.

Words of nine languages. A line must be short: in prose "three days ago" is what somebody wrote. Pure.
"""

import re

_SHORT = 8
_INVITATION = 20

_COUNTED = (
    r"views?|reads?|comments?|shares?|likes?|"
    r"просмотр\w*|прочита\w*|прочтени\w*|комментари\w*|лайк\w*|"
    r"көрілім\w*|қаралым\w*|қаралды|оқылды|пікір\w*|"
    r"көрүү\w*|көрүлдү|окулду|пикир\w*|"
    r"ko['’ʻ‘ʼ]?ril\w*|ko['’ʻ‘ʼ]?rish\w*|o['’ʻ‘ʼ]?qildi|izoh\w*|кўрил\w*|кўриш\w*|ўқилди|изоҳ\w*|"
    r"тамошо\w*|дида\s?шуд|хонда\s?шуд|назар\w*|"
    r"görülen\w*|görkezil\w*|okaldy|okunma|görüntülen\w*|yorum\w*"
)
_AGO = (
    r"(?:\d+|an?|one|a few)\s+(?:second|minute|hour|day|week|month|year)s?\s+ago|just now|"
    r"(?:\d+\s+)?(?:секунд\w*|минут\w*|час\w*|день|дня|дней|недел\w+|месяц\w*)\s+назад|только что|"
    r"\d+\s+(?:секунд|минут|сағат|күн|апта|ай)\s+бұрын|"
    r"\d+\s+(?:секунд|мүнөт|саат|күн|жума|ай)\s+(?:мурун|мурда)|"
    r"\d+\s+(?:soniya|daqiqa|soat|kun|hafta|oy)\s+(?:oldin|avval)|"
    r"\d+\s+(?:сония|дақиқа|соат|кун|ҳафта|ой)\s+(?:олдин|аввал)|"
    r"\d+\s+(?:сония|дақиқа|соат|рӯз|ҳафта|моҳ)\s+(?:пеш|қабл)|"
    r"\d+\s+(?:sekunt|minut|sagat|gün|hepde|aý)\s+(?:öň|ozal)|"
    r"\d+\s+(?:saniye|dakika|saat|gün|hafta|ay)\s+önce"
)
_UPDATED = (
    r"(?:last\s+)?updated|обновлено|жаңартылды|жаңартылған|жаңыланды|yangilandi|янгиланди|навсозӣ|"
    r"täzelendi|güncellendi|güncelleme"
)
_INVITES = (
    r"read (?:also|more|next)|also read|see also|related|share|subscribe|follow us|print|tags?:|photo:|"
    r"читайте (?:также|ещё|еще)|поделиться|подпи[сш]\w+|следите за|фото:|теги:|"
    r"сондай-ақ оқыңыз|тағы оқыңыз|бөлісу|жазылыңыз|ошондой эле окуңуз|бөлүшүү|жазылыңыз|"
    r"shuningdek,? o['’ʻ‘ʼ]qing|ulashish|ulashing|obuna bo['’ʻ‘ʼ]ling|шунингдек,? ўқинг|улашиш|обуна бўлинг|"
    r"инчунин хонед|мубодила|обуна шавед|şeýle hem okaň|paýlaş|ayrıca okuyun|paylaş|abone ol"
)
_COUNTER = re.compile(rf"(?<!\w)(?:{_COUNTED})(?!\w)", re.IGNORECASE)
_RELATIVE = re.compile(rf"(?<!\w)(?:{_AGO})(?!\w)", re.IGNORECASE)
_UPDATE = re.compile(rf"\W*(?:{_UPDATED})(?!\w)", re.IGNORECASE)
_INVITE = re.compile(rf"\W*(?:{_INVITES})(?!\w)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


def volatile(line: str) -> str | None:
    """Say what a line is that pages change by themselves; None for a line that somebody wrote."""
    words = len(line.split())
    if words <= _INVITATION and _INVITE.match(line):
        return "furniture"
    if not words or words > _SHORT:
        return None
    if _RELATIVE.search(line):
        return "a relative date"
    if _UPDATE.match(line):
        return "furniture"
    if _COUNTER.search(line) and _DIGIT.search(line):
        return "a counter"
    return None
