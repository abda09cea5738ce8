"""Says of a read page that it is no whole article: a challenge, consent or error page, or a paywall's teaser.

Only short texts are judged so: an article about cookies or robots is an article. Pure.
"""

import re

from core.text import fold_text
from crawler.reading.labels import asks_for_money

CHALLENGE = "a challenge page"
CONSENT = "a consent page"
ERROR = "an error page"
TEASER = "a paywall's teaser"

_SHORT = 120
_TEASER_WORDS = 250
_WHOLE_SHARE = 0.6

_CHALLENGE_TITLE = re.compile(
    r"^(?:just a moment|attention required|checking your browser|ddos-guard|access denied|one more step"
    r"|are you (?:a )?(?:robot|human)|verify(?:ing)? you are (?:a )?human|human verification|security check"
    r"|please wait|robot or human|проверка браузера|вы не робот|доступ ограничен|доступ запрещ[её]н"
    r"|подтвердите, что (?:вы )?(?:не робот|запросы))"
)
# Of a page in lower case: a search that ignores case looks at each alternative in every place.
_CHALLENGE_MARK = re.compile(
    r"cf-browser-verification|cf[-_]chl|challenge-form|ddos-guard|_incapsula_resource|px-captcha|g-recaptcha"
    r"|h-captcha|smart-?captcha|captcha-form|checking if the site connection is secure"
    r"|enable javascript and cookies to continue"
)
_CONSENT = re.compile(
    r"cookie|consent|gdpr|your privacy|personal data|персональных данных|конфиденциальност|файлы куки"
    r"|çerez|kişisel veri|datenschutz|zustimm"
)
_CONSENT_TITLE = re.compile(r"before you continue|consent|privacy|cookie|конфиденциальност|çerez|zustimm")
_CONSENT_MARKS = 3
_ERROR_TITLE = re.compile(
    r"^\W*(?:(?:error|ошибка|hata|қате|ката|xato|хато)?\W*(?:40[0134]|410|500|50[234])\b"
    r"|(?:the )?page (?:is )?not found|not found|page (?:does not|doesn't) exist|oops\b|internal server error"
    r"|bad gateway|service (?:temporarily )?unavailable|(?:site )?(?:is )?under (?:maintenance|construction)"
    r"|страница не (?:найдена|существует)|материал не найден|ничего не найдено|(?:сайт|сервис) (?:временно )?"
    r"(?:недоступен|на реконструкции|закрыт)|технические работы|бет(?:ті)? табылмады|барак табылган жок"
    r"|баракча табылган жок"
    r"|sahifa topilmadi|саҳифа топилмади|саҳифа (?:ёфт|пайдо) нашуд|sahypa tapylmady|sayfa bulunamadı"
    r"|seite nicht gefunden)"
)


def not_an_article(
    html: str, title: str | None, text: str, *, is_free: bool | None, words_said: int | None
) -> str | None:
    """Return what the page is instead of an article, None if it looks like one.

    `is_free` and `words_said` are JSON-LD's isAccessibleForFree and wordCount; `text` is as it was extracted,
    calls to subscribe included.
    """
    words = len(text.split())
    if words <= _SHORT:
        folded = fold_text(title or "")
        if _CHALLENGE_TITLE.match(folded) or (words < _SHORT / 2 and _CHALLENGE_MARK.search(html.lower())):
            return CHALLENGE
        if _ERROR_TITLE.match(folded):
            return ERROR
        marks = len(_CONSENT.findall(fold_text(text)))
        if marks >= _CONSENT_MARKS or (marks and _CONSENT_TITLE.search(folded)):
            return CONSENT
    if words > _TEASER_WORDS:
        return None
    is_part = words_said is not None and words < _WHOLE_SHARE * words_said
    if asks_for_money(text) or (is_free is False and (is_part or words <= _SHORT)):
        return TEASER
    return None
