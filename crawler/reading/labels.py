"""The words that head page furniture, in all our languages: "Related articles", "Читайте также". Pure.

Two kinds: what stands over boxes and ends an article, and what announces one link inside it.
"""

import re
from enum import Enum
from functools import lru_cache

from core.text import fold_text, normalise_space


class Label(Enum):
    """What a label announces."""

    BOX = "box"
    """Other stories; the article is over where such a label stands in its flow."""
    LINK = "link"
    """One or a few links inside the article, which may go on behind them."""


def _labels(table: str) -> frozenset[str]:
    return frozenset(
        fold_text(normalise_space(label)) for label in re.split(r"[|\n]", table) if label.strip()
    )


_BOX = _labels("""
    related articles | related article | related news | related stories | related story
    related content | related posts | related topics | related coverage | related publications
    related materials | related items | related | you may also like | you might also like
    you may also be interested in | you might also be interested in | you may be interested in
    recommended | recommended for you | recommended reading | recommended articles | recommended stories
    recommended news | editor's choice | editors' choice | editors choice | editor's pick
    editor's picks | editors' picks | editors picks | popular | popular news | popular articles
    popular posts | popular stories | popular now | most popular | most read | most viewed | most shared
    most commented | most discussed | trending | trending now | trending news | trending stories
    top stories | top news | latest news | latest stories | latest articles | latest posts
    latest publications | latest updates | recent news | recent posts | recent articles
    recent publications | more news | more stories | more articles | more posts | more like this
    more in this section | other news | other articles | other stories | other publications
    similar articles | similar news | similar posts | similar stories | what to read next
    around the web | from around the web | from the web | promoted stories | sponsored content
    sponsored stories | newsletter | subscribe to our newsletter | sign up for our newsletter
    comments | kommentare | commentaires | comentarios | comentários | commenti | komentarze | yorumlar
    комментарии | пікірлер | комментарийлер | пикирлер | izohlar | изоҳлар | шарҳҳо | teswirler | коментарі
    leave a comment | leave a reply | post a comment | add a comment | share this article
    share this story | share this post | next article | previous article | материалы по теме
    новости по теме | статьи по теме | публикации по теме | ещё по теме | другие материалы по теме
    похожие новости | похожие материалы | похожие статьи | похожие публикации | похожие записи | похожие
    похожее | другие новости | другие материалы | другие статьи | другие публикации | последние новости
    последние материалы | последние публикации | последние события | свежие новости | свежие записи
    лента новостей | популярное | популярные новости | популярные статьи | популярные материалы
    популярные публикации | самое популярное | самое читаемое | самые читаемые | самые читаемые новости
    самое обсуждаемое | самое интересное | выбор редакции | выбор редактора | рекомендуем
    рекомендуем почитать | рекомендуем прочитать | рекомендуемое | рекомендуемые материалы
    вам может быть интересно | вам может понравиться | вам будет интересно | вас может заинтересовать
    вас может также заинтересовать | главные новости | главное за день | главное за неделю
    главное сегодня | новости партнёров | новости сми2 | материалы партнёров | ещё новости
    ещё в рубрике | больше новостей | связанные новости | связанные материалы | топ новостей
    топ-новости | все новости | оставить комментарий | добавить комментарий | поделиться новостью
    предыдущая новость | следующая новость | ұқсас жаңалықтар | ұқсас мақалалар | ұқсас материалдар
    ұқсас жазбалар | танымал | танымал жаңалықтар | танымал мақалалар | ең көп оқылған
    ең көп оқылғандар | көп оқылған | көп оқылғандар | көп оқылған жаңалықтар | соңғы жаңалықтар
    басқа жаңалықтар | басқа да жаңалықтар | басты жаңалықтар | барлық жаңалықтар | жаңалықтар лентасы
    жаңалықтар таспасы | редакция таңдауы | редактор таңдауы | ұсынамыз | сізге ұнауы мүмкін
    сізді қызықтыруы мүмкін | пікір қалдыру | окшош жаңылыктар | окшош макалалар | окшош материалдар
    популярдуу | популярдуу жаңылыктар | көп окулган | көп окулгандар | эң көп окулган
    эң көп окулгандар | акыркы жаңылыктар | башка жаңылыктар | башкы жаңылыктар | бардык жаңылыктар
    редакциянын тандоосу | редактордун тандоосу | сунуштайбыз | сизге кызыктуу болушу мүмкүн
    жаңылыктар тилкеси | o'xshash yangiliklar | o'xshash maqolalar | o'xshash xabarlar
    tegishli yangiliklar | ko'p o'qilgan | ko'p o'qilganlar | ko'p o'qilgan yangiliklar
    eng ko'p o'qilgan | eng ko'p o'qilganlar | ommabop | ommabop yangiliklar | mashhur
    so'nggi yangiliklar | so'nggi xabarlar | boshqa yangiliklar | asosiy yangiliklar
    barcha yangiliklar | kun yangiliklari | muharrir tanlovi | tahririyat tanlovi | tavsiya etamiz
    tavsiya qilamiz | sizga qiziq bo'lishi mumkin | yangiliklar lentasi | ўхшаш янгиликлар
    ўхшаш мақолалар | ўхшаш хабарлар | тегишли янгиликлар | кўп ўқилган | кўп ўқилганлар
    энг кўп ўқилган | энг кўп ўқилганлар | оммабоп | оммабоп янгиликлар | машҳур | сўнгги янгиликлар
    сўнгги хабарлар | бошқа янгиликлар | асосий янгиликлар | барча янгиликлар | кун янгиликлари
    муҳаррир танлови | таҳририят танлови | тавсия этамиз | янгиликлар лентаси | мақолаҳои монанд
    хабарҳои монанд | маводи монанд | серхонанда | серхонандатарин | маъмултарин | хабарҳои охирин
    навгониҳои охирин | ахбори охирин | дигар хабарҳо | хабарҳои дигар | интихоби муҳаррир
    тавсия медиҳем | meňzeş habarlar | meňzeş makalalar | soňky habarlar | soňky täzelikler
    beýleki habarlar | beýleki täzelikler | iň köp okalan | iň köp okalanlar | köp okalanlar | meşhur
    redaksiýanyň saýlany | okamagy maslahat berýäris | ilgili haberler | ilgili içerikler
    ilgili yazılar | benzer haberler | benzer yazılar | benzer içerikler | son haberler | diğer haberler
    çok okunanlar | en çok okunanlar | en çok okunan haberler | popüler | popüler haberler
    editörün seçimi | editörün seçtikleri | önerilen haberler | önerilenler | ilginizi çekebilir
    bunlar da ilginizi çekebilir | günün haberleri | öne çıkanlar | öne çıkan haberler
    ähnliche artikel | ähnliche beiträge | ähnliche themen | verwandte artikel | verwandte beiträge
    verwandte themen | weitere artikel | weitere artikel zum thema | weitere beiträge | weitere meldungen
    weitere nachrichten | weitere themen | mehr artikel | kommentierte artikel | top-themen | topthemen
    meistgelesen | meistgelesene artikel | meist gelesen | beliebte artikel | aktuelle artikel
    aktuelle meldungen | neueste artikel | neueste beiträge | das könnte sie auch interessieren
    das könnte sie interessieren | das könnte dich auch interessieren | das könnte dich interessieren
    das könnte ihnen auch gefallen | das thema könnte dich auch interessieren | empfehlungen der redaktion
    schreibe einen kommentar | articles similaires | articles liés | articles connexes | à lire aussi sur
    sur le même sujet | sur le même thème | les plus lus | les articles les plus lus | dernières actualités
    les dernières actualités | vous aimerez aussi | vous pourriez aussi aimer | dans la même rubrique
    laisser un commentaire | noticias relacionadas | notas relacionadas | artículos relacionados
    contenido relacionado | temas relacionados | lo más leído | lo más visto | más leídas | más noticias
    últimas noticias | te puede interesar | le puede interesar | también te puede interesar
    deja un comentario | notícias relacionadas | artigos relacionados | você pode gostar
    você também pode gostar | mais lidas | últimas notícias
    articoli correlati | notizie correlate | articoli simili | potrebbe interessarti
    potrebbe interessarti anche | i più letti | ultime notizie | powiązane artykuły | podobne artykuły
    najczęściej czytane | najnowsze wiadomości | polecane | polecamy
    gerelateerde artikelen | meest gelezen | схожі новини | схожі матеріали | останні новини
    новини за темою | популярні новини | найпопулярніше
""")

_LINK = _labels("""
    read also | also read | also on | read more | read next | read this next | see also | see more
    related reading | related link | related links | further reading | more on this story
    more on this topic | more on this | don't miss | must read | watch also | up next | читайте также
    читать также | читайте ещё | читайте по теме | читайте далее | смотрите также | смотри также
    см. также | по теме | по этой теме | в тему | ранее по теме | подробнее по теме | оқи отырыңыз
    тағы оқыңыз | тағы да оқыңыз | сондай-ақ оқыңыз | осыған қатысты | тақырып бойынша
    осы тақырып бойынша | дагы окуңуз | дагы караңыз | ошондой эле окуңуз | тема боюнча
    ушул тема боюнча | shuningdek o'qing | shuningdek, o'qing | yana o'qing | mavzuga oid | mavzuga doir
    mavzu bo'yicha | шунингдек ўқинг | шунингдек, ўқинг | яна ўқинг | мавзуга оид | мавзуга доир
    мавзу бўйича | инчунин хонед | ҳамчунин хонед | ҳамчунин бихонед | боз хонед | дар ин мавзуъ
    дар ин мавзӯъ | şeýle hem okaň | şeýle-de okaň | tema boýunça | ayrıca okuyun | bunu da okuyun
    ilgili konular | lesen sie auch | lesen sie mehr | lies auch | mehr dazu | mehr zum thema | zum thema
    auch interessant | schon gelesen | siehe auch | lire aussi | à lire aussi | à lire également
    lire également | voir aussi | pour aller plus loin | lea también | lee también | lea además | lea más
    leer más | vea también | ver también | mire también | leia também | leia mais | veja também | saiba mais
    leggi anche | vedi anche | czytaj też | czytaj także | czytaj również | zobacz też | zobacz także
    przeczytaj też | lees ook | čtěte také | citește și | читайте також | дивіться також | чытайце таксама
""")

# A label that names its site: "More on this story from Example Wire".
_AT_SITE = re.compile(
    r"(.{4,40}?) (?:on|from|at|in|auf|bei|aus|sur|dans|en|de|su|na|w|на|от|из|в) \S+(?: \S+){0,3}"
)

_ALSO_AT_SITE = re.compile(
    r"(?:also|auch|aussi|también|también|также|тоже) (?:on|at|in|auf|bei|sur|en|na|на) \S+\.[a-zа-я]{2,4}"
)

_LONGEST = max(len(label) for label in _BOX | _LINK)
# What no label has as its first word is none: nearly all of a page's texts are told so at once.
_BEGINNINGS = frozenset(label.split(" ", 1)[0].strip(",") for label in _BOX | _LINK)

_MARKS = ' \t:：.…!?»«›>→▶•|*-–—"“”'
_LINE = re.compile(r"(?P<label>[^:：|]{4,40}?)\s*[:：|]\s*(?P<rest>\S.*)", re.DOTALL)
_LINE_WORDS = 30

_PROMOTION_WORDS = 45
_PROMOTION = re.compile(
    r"^\W*(?:(?:please\s+)?(?:follow|subscribe|sign up|join us|join our|get (?:the|our|all)|like us|find us"
    r"|stay tuned|download our|for (?:the latest|more) (?:news|stories|updates))"
    r"|e-?mail \S+ \S+ at|reach the reporters?|have a tip\b"
    r"|folge(?:n sie)? uns|abonnier|suivez-nous|abonnez-vous|rejoignez"
    r"|síguenos|suscríbete|únete|mira lo que tiene nuestro|ya sabías que|siga-nos|seguici"
    r"|подпис(?:ывай|аться)|подпиш|читайте нас|следите за|присоединяйтесь|больше новостей|наш телеграм|мы в "
    r"|(?:біздің|telegram|телеграм|whatsapp|instagram).{0,40}(?:жазыл|қосыл|тіркел)|жазылыңыз"
    r"|биздин .{0,40}(?:жазыл|кошул|катталы)|катталыңыз|кошулуңуз"
    r"|kanalimizga|bizni .{0,40}kuzat|obuna bo'l|каналимизга|бизни .{0,40}кузат|обуна бўл"
    r"|обуна шавед|моро .{0,40}пайгирӣ|bizi .{0,40}takip|abone ol|agza bolu)",
)
_PAYWALL = re.compile(
    r"\b(?:to|and) (?:view|read|continue|access|see|unlock|keep reading)\b.{0,60}"
    r"\b(?:subscri|log ?in\b|sign ?in\b|sign up|regist|become a member)"
    r"|\b(?:subscribe|log ?in|sign ?in|sign up|register|become a member)\b.{0,40}\bto "
    r"(?:view|read|continue|access|see|unlock|keep)\b"
    r"|already a (?:subscriber|member)|this (?:article|content|story|page) is (?:only )?(?:for|available to) "
    r"(?:our )?(?:paid |paying |registered )?(?:subscribers|members)"
    r"|(?:subscriber|member)s?[- ]only (?:content|article)"
    r"|(?:полный текст|доступ|статья|материал|продолжение).{0,40}(?:доступ\w*|только) .{0,20}подписчик"
    r"|чтобы (?:про)?читать.{0,30}(?:оформите|подпишитесь|войдите|зарегистрируйтесь)"
    r"|(?:оформите|купите) подписку"
)
_DISCLOSURE = re.compile(
    r"we may (?:receive|earn) (?:a )?(?:small )?(?:compensation|commission)|affiliate links?\b"
    r"|(?:download|install) (?:the|our) \S+ (?:mobile )?apps?\b|latest .{0,40}\bdownload the\b"
)
_APPEAL_WORDS = 100
_APPEAL = re.compile(
    r"^\W*(?:gefällt (?:dir|ihnen|euch)\b"
    r"|hat (?:dir|ihnen|euch) (?:der|dieser)\b|(?:did|do) you (?:like|enjoy)"
    r"|(?:if you )?(?:like|enjoy)(?:ed)? (?:this|our|what you)\b|(?:вам )?понравил\w+|te (?:ha gustado|gustó)"
    r"|(?:vous avez|tu as) aimé|ti è piaciut|beğendiniz mi|мақала ұнады|макала жакты|maqola yoqdi)"
    r"[\s\S]*(?:unterstütz|support|spend|donat|subscri|teil(?:e|t)\b|\bshare|abonn|подпис|поделит|поддерж|пожертв"
    r"|compart|suscr|apoy|partag|souten|condivid|destek|paylaş|бөліс|бөлүш|ulash)"
)
_CHANNEL = re.compile(
    r"telegram|телеграм|whatsapp|ватсап|facebook|фейсбук|instagram|инстаграм|twitter|твиттер|youtube"
    r"|ютуб|tiktok|viber|вконтакте|дзен|google news|newsletter|рассылк|subscription|subscribe|app store"
    r"|\bx\.com|@\w"
)


def asks_for_money(text: str) -> bool:
    """Say whether a text tells its reader to subscribe or to log in for the rest of it."""
    return _PAYWALL.search(fold_text(text)) is not None


def is_promotion(text: str) -> bool:
    """Say whether a paragraph only asks to subscribe or to follow a channel."""
    words = len(text.split())
    if words > _APPEAL_WORDS:
        return False
    folded = fold_text(text)
    if _APPEAL.match(folded) is not None:
        return True
    if words > _PROMOTION_WORDS:
        return False
    if _PAYWALL.search(folded) is not None or _DISCLOSURE.search(folded) is not None:
        return True
    return _PROMOTION.match(folded) is not None and _CHANNEL.search(folded) is not None


def label_of(text: str) -> Label | None:
    """Say what a text announces if it is a label and nothing else; marks around it do not count."""
    text = text.strip()
    if not 3 < len(text) <= _LONGEST + 20:
        return None
    return _label_of(text)


@lru_cache(maxsize=4096)
def _label_of(text: str) -> Label | None:
    """Look a text up; the same ones are asked for in a page's tree, its outline and its text."""
    folded = fold_text(normalise_space(text)).strip(_MARKS)
    if folded.partition(" ")[0].strip(",") not in _BEGINNINGS:
        return None
    if folded in _BOX:
        return Label.BOX
    if folded in _LINK:
        return Label.LINK
    if _ALSO_AT_SITE.fullmatch(folded):
        return Label.LINK
    site = _AT_SITE.fullmatch(folded)
    return label_of(site[1]) if site is not None else None


def is_labelled_link(text: str) -> bool:
    """Say whether a line is a label, a colon and the title of another story."""
    match = _LINE.fullmatch(text.strip())
    if match is None or len(match["rest"].split()) > _LINE_WORDS:
        return False
    return label_of(match["label"]) is not None
