"""The words by which a page shows that no one is behind it: one list for each meaning.

Every phrase must say the thing by itself. `domains` or `404` alone would do for honest pages, so
they are not here; where a phrase could stand in a long article, only short pages are judged by it.
All texts are compared in one form, see `plain`.
"""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST_NOTICE = 2_000
"""Characters of a page's text beyond which it is more than a notice: a shop, an article."""

_BLANKS = re.compile(r"[\W_]+")

FOR_SALE = (
    "this domain is for sale", "this domain name is for sale", "domain is for sale",
    "domain may be for sale", "domain name may be for sale", "domain name is for sale",
    "the domain name is for sale", "buy this domain", "make an offer on this domain",
    "this domain is available for purchase", "inquire about this domain",
    "diese domain steht zum verkauf", "diese domain kaufen", "domain steht zum verkauf",
    "ce nom de domaine est à vendre", "ce domaine est à vendre", "nom de domaine à vendre",
    "este dominio está en venta", "dominio en venta", "comprar este dominio",
    "este domínio está à venda", "domínio à venda", "questo dominio è in vendita",
    "dit domein is te koop", "deze domeinnaam is te koop", "ta domena jest na sprzedaż",
    "domena na sprzedaż", "домен продается", "домен продаётся", "этот домен продается",
    "bu alan adı satılıktır", "域名出售", "域名转让", "域名正在出售", "网域出售", "網域出售",
    "域名出讓", "このドメインは売り出し中", "このドメインを購入", "ドメイン販売中", "도메인 판매",
    "이 도메인은 판매",
)  # fmt: skip
PARKED = (
    "this domain is parked", "this domain name is parked", "is parked free courtesy of",
    "parked domain", "domain parking", "this web page is parked", "this domain has expired",
    "this domain name has expired", "domain name expired",
    "this domain has recently been registered", "this domain has been registered",
    "the sponsored listings displayed above are served automatically",
    "diese domain wurde registriert", "diese domain ist geparkt", "diese domain ist registriert",
    "ce domaine est réservé", "ce nom de domaine a expiré", "este dominio está estacionado",
    "este dominio ha caducado", "dominio registrato", "域名已过期", "该域名已过期", "域名停放",
    "域名已到期", "このドメインは お名前 com で取得されています", "домен припаркован",
    "срок регистрации домена истек",
)  # fmt: skip
DEFAULT_PAGES = (
    "welcome to nginx", "welcome to openresty", "welcome to caddy", "apache2 ubuntu default page",
    "apache2 debian default page", "apache http server test page", "test page for the apache",
    "test page for the nginx", "test page for the http server", "http server test page",
    "iis windows server", "default web site page", "web server s default page",
    "domain default page", "default plesk page", "success your new web server is ready to use",
    "congratulations your website is ready", "hello world caddy",
    "if you see this page the nginx", "this is the default web page for this server",
    "this page is used to test the proper operation", "恭喜 站点创建成功", "恭喜您 站点创建成功",
    "没有找到站点", "站点创建成功",
)  # fmt: skip
SUSPENDED = (
    "account suspended", "this account has been suspended", "this site has been suspended",
    "this website has been suspended", "website suspended", "site suspended",
    "hosting account has been suspended", "this site is temporarily suspended", "konto gesperrt",
    "diese website wurde gesperrt", "compte suspendu", "cuenta suspendida", "conta suspensa",
    "аккаунт заблокирован", "网站已暂停", "网站已关闭", "网站暂停访问", "该站点已被暂停",
    "站点已暂停",
)  # fmt: skip
NOT_YET = (
    "coming soon", "under construction", "site under construction", "website under construction",
    "website coming soon", "im aufbau", "website im aufbau", "en construction",
    "site en construction", "en construcción", "sitio en construcción", "em construção",
    "in costruzione", "сайт в разработке", "网站建设中", "网站正在建设中", "建设中", "工事中",
    "準備中",
)  # fmt: skip
"""What a page says that has yet to be made: judged only where it is the whole title."""
NOT_FOUND = (
    "page not found", "not found", "the page was not found",
    "page cannot be found", "page could not be found", "the requested page was not found",
    "page does not exist", "file not found", "seite nicht gefunden", "nicht gefunden",
    "page introuvable", "page non trouvée", "página no encontrada", "página não encontrada",
    "pagina non trovata", "pagina niet gevonden", "sidan hittades inte", "siden blev ikke fundet",
    "nie znaleziono strony", "strona nie została znaleziona", "stránka nenalezena",
    "sayfa bulunamadı", "страница не найдена", "сторінку не знайдено", "页面不存在", "页面未找到",
    "找不到页面", "未找到页面", "无法找到页面", "您访问的页面不存在",
    "找不到網頁", "頁面不存在", "找不到頁面", "ページが見つかりません",
    "お探しのページは見つかりません", "페이지를 찾을 수 없습니다",
)  # fmt: skip
"""What a title says of a page that there is not: judged where a part of the title is just that."""
CHALLENGES = (
    "just a moment", "attention required cloudflare", "checking your browser", "are you a robot",
    "access denied", "verify you are human", "please verify you are a human", "security check",
    "ddos guard", "robot check", "人机验证", "安全验证", "访问验证", "滑动验证页面",
)  # fmt: skip
"""Titles of the pages that ask whether the visitor is a person."""

PARKING_HOSTS = frozenset({
    "4.cn", "above.com", "afternic.com", "atom.com", "bodis.com", "brandbucket.com",
    "buydomains.com", "dan.com", "dn.com", "domainmarket.com", "domainnamesales.com", "ename.com",
    "fabulous.com", "hugedomains.com", "juming.com", "parkingcrew.net", "parklogic.com",
    "perfectdomain.com", "sedo.com", "sedoparking.com", "skenzo.com", "smartname.com",
    "squadhelp.com", "uniregistry.com", "undeveloped.com",
})  # fmt: skip
"""Registrable domains of those who trade in domain names; nothing else is ever shown there."""
PARKING_NAMES = frozenset({
    "forsale.godaddy.com", "parkingpage.namecheap.com", "mi.aliyun.com", "parking.reg.ru",
    "parked.porkbun.com", "landing.namesilo.com", "expired.namebright.com",
})  # fmt: skip
"""Hosts for parked names of companies whose other hosts are honest."""

REDIRECTORS = frozenset({
    "aka.ms", "amzn.to", "bit.ly", "buff.ly", "doi.org", "dwz.cn", "fb.me", "forms.gle", "g.co",
    "git.io", "goo.gl", "handle.net", "is.gd", "lnkd.in", "ow.ly", "purl.org", "suo.im", "t.cn",
    "t.co", "tinyurl.com", "url.cn", "w3id.org", "youtu.be",
})  # fmt: skip
"""Domains that do nothing but redirect to others: no one has moved."""

LOGIN_STEPS = frozenset({
    "login", "log-in", "signin", "sign-in", "sso", "oauth", "oauth2", "auth", "consent",
    "accounts", "account", "cookie-consent", "captcha", "challenge", "age-check", "region",
    "country-selector",
})  # fmt: skip
"""Parts of a host or path where visitors are asked something before they see the page."""
LOCALE = re.compile(r"[a-z]{2}(?:[-_][a-z0-9]{2,4})?\Z", re.IGNORECASE)
"""A part of a path that only names a language, such as `en` or `zh-cn`."""
FRONT_STEPS = frozenset({"home", "index", "main", "start", "default", "welcome", "site", "web"})
"""Parts of a path that are another name of the front page."""


@lru_cache(maxsize=8)
def plain(text: str) -> str:
    """Return a text as the lists are written: folded, and one blank for all that is no letter."""
    return _BLANKS.sub(" ", text.casefold()).strip()


def _whole(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Return phrases as whole words, but for scripts that put no blanks between words."""
    made = (plain(phrase) for phrase in phrases)
    return tuple(f" {each} " if max(each) < _FIRST_IDEOGRAPH else each for each in made)


_FIRST_IDEOGRAPH = "\u2e80"
_FOR_SALE, _PARKED = _whole(FOR_SALE), _whole(PARKED)
_DEFAULT, _SUSPENDED = _whole(DEFAULT_PAGES), _whole(SUSPENDED)
_BARE = frozenset({"it works", "it works it works"})
"""All that the page of one server says, with or without a title."""
_NOT_YET = frozenset(map(plain, NOT_YET))
_NOT_FOUND = frozenset(map(plain, NOT_FOUND))
_AROUND_404 = frozenset({"404", "error", "http", "oops", "sorry", "抱歉"})
_CHALLENGES = tuple(f"{plain(phrase)} " for phrase in CHALLENGES)
_TITLE_PARTS = re.compile(r"\s[-–—|·•:»/]+\s|[|·•»:!。！]")


def _says(phrases: tuple[str, ...], *texts: str) -> bool:
    padded = " \n ".join(f" {text} " for text in texts)
    return any(phrase in padded for phrase in phrases)


def parked(title: str, excerpt: str, length: int) -> str | None:
    """Return that a page offers its own domain or only keeps it, or None."""
    short = plain(excerpt) if length <= LONGEST_NOTICE else ""
    if _says(_FOR_SALE, plain(title), short):
        return "its domain is for sale"
    if length <= LONGEST_NOTICE and _says(_PARKED, plain(title), short):
        return "its domain is parked or has expired"
    return None


def empty(title: str, excerpt: str, length: int) -> str | None:
    """Return that a page is what a host shows where there is no site, or None."""
    if length > LONGEST_NOTICE:
        return None
    head, text = plain(title), plain(excerpt)
    if _says(_SUSPENDED, head, text):
        return "its host says that the account or the site is suspended"
    if head.startswith("index of"):
        return "it shows a list of files"
    if _says(_DEFAULT, head, text) or f"{head} {text}".strip() in _BARE:
        return "it shows the page that a new web server comes with"
    if head in _NOT_YET:
        return "it says that the site has yet to be made"
    return None


def not_found(title: str) -> str | None:
    """Return that a title, or a part of it, says that there is no such page, or None."""
    for part in (title, *_TITLE_PARTS.split(title)):
        said = plain(part).split()
        rest = " ".join(word for word in said if word not in _AROUND_404)
        if rest in _NOT_FOUND or (not rest and "404" in said):
            return "its title says that there is no such page"
    return None


def challenge(title: str, length: int) -> str | None:
    """Return that a page asks if its visitor is a person, or None."""
    if length <= LONGEST_NOTICE and f"{plain(title)} ".startswith(_CHALLENGES):
        return "it asks whether its visitor is a person"
    return None
