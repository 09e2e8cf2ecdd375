"""Bot walls: who answers in a site's place, by marks that their makers put into each refusal."""

from __future__ import annotations

from rollkeeper.probes.web.http_head import ResponseHead

_STATUSES = frozenset({202, 401, 403, 405, 406, 409, 412, 418, 429, 451, 498, 503, 999})
"""With which walls answer; some let a script find out about the visitor under 202 or even 200."""
_SERVERS = {
    b"cloudflare": "Cloudflare",
    b"akamaighost": "Akamai",
    b"akamainetstorage": "Akamai",
    b"ddos-guard": "DDoS-Guard",
    b"sucuri/cloudproxy": "Sucuri",
    b"qrator": "Qrator",
    b"stackpath": "StackPath",
    b"variti": "Variti",
    b"yunjiasu": "Yunjiasu",
    b"wts/": "Wangsu",
    b"big-ip": "F5",
    b"incapsula": "Imperva",
    b"imperva": "Imperva",
    b"datadome": "DataDome",
    b"awselb": "AWS",
    b"cloudfront": "AWS CloudFront",
    b"vercel": "Vercel",
    b"rhino-core-shield": "Rhino",
    b"azion": "Azion",
    b"reblaze": "Reblaze",
    b"barracuda": "Barracuda",
    b"netlify": "Netlify",
}
"""The beginning of the Server header; proof only together with one of `_STATUSES`."""
_ALWAYS = {
    b"cf-mitigated": "Cloudflare",
    b"x-amzn-waf-action": "AWS WAF",
    b"x-datadome": "DataDome",
    b"x-dd-b": "DataDome",
    b"x-vercel-mitigated": "Vercel",
    b"x-kpsdk-ct": "Kasada",
}
"""Headers that only a wall's own answer has."""
_REFUSING = {
    b"cf-ray": "Cloudflare",
    b"x-iinfo": "Imperva",
    b"x-cdn-incapsula": "Imperva",
    b"x-sucuri-id": "Sucuri",
    b"x-sucuri-block": "Sucuri",
    b"x-akamai-transformed": "Akamai",
    b"akamai-grn": "Akamai",
    b"x-px": "HUMAN",
    b"x-px-block": "HUMAN",
    b"x-amz-cf-id": "AWS CloudFront",
    b"x-azure-ref": "Azure Front Door",
    b"x-distil-cs": "Imperva",
    b"x-fastly-request-id": "Fastly",
}
"""Headers of networks that carry whole sites; proof only together with one of `_STATUSES`."""
_COOKIES = {
    b"datadome=": "DataDome",
    b"_abck=": "Akamai",
    b"incap_ses_": "Imperva",
    b"visid_incap_": "Imperva",
    b"_px": "HUMAN",
    b"aws-waf-token=": "AWS WAF",
    b"__ddg": "DDoS-Guard",
    b"sucuri_cloudproxy": "Sucuri",
    b"__cf_bm=": "Cloudflare",
}
"""Beginnings of cookies; proof only together with one of `_STATUSES`."""
_TEXTS = {
    b"/cdn-cgi/challenge-platform/": "Cloudflare",
    b"cf-browser-verification": "Cloudflare",
    b"_cf_chl_opt": "Cloudflare",
    b"_Incapsula_Resource": "Imperva",
    b"geo.captcha-delivery.com": "DataDome",
    b"captcha.px-cdn.net": "HUMAN",
    b"px-captcha": "HUMAN",
    b"awswafintegration": "AWS WAF",
    b"awswaf.com/": "AWS WAF",
    b"errors.edgesuite.net": "Akamai",
    b"sucuri.net/privacy": "Sucuri",
    b"ddos-guard": "DDoS-Guard",
    b"/_sec/cp_challenge": "Akamai",
    b"The requested URL was rejected. Please consult with your administrator": "F5",
    b"_sgcaptcha": "SiteGround",
    b"/.well-known/sgcaptcha/": "SiteGround",
}
"""What the pages of walls contain."""
_CHALLENGES = frozenset({
    b"cf-browser-verification", b"_cf_chl_opt", b"_Incapsula_Resource",
    b"geo.captcha-delivery.com", b"/.well-known/sgcaptcha/", b"/_sec/cp_challenge",
})  # fmt: skip
"""Those of them that make up the whole of a page, so that they prove it under 200 as well."""
_SMALL = 8 * 1024
"""A page with more to say than this is the site's own, though a wall's script may stand in it."""


def wall_of(head: ResponseHead, body: bytes) -> str | None:
    """Name the bot wall that answered in a site's place; None where the site itself did."""
    headers = head.headers
    for name, wall in _ALWAYS.items():
        if name in headers and head.status != 200:  # noqa: PLR2004 - let in after all
            return wall
    if head.status in _STATUSES:
        return _by_carrier(head) or _by_text(body, _TEXTS)
    if head.status == 200 and len(body) < _SMALL:  # noqa: PLR2004 - see _CHALLENGES
        return _by_text(body, {text: _TEXTS[text] for text in _CHALLENGES})
    return None


def _by_carrier(head: ResponseHead) -> str | None:
    server = head.first(b"server").lower()
    for start, wall in _SERVERS.items():
        if server.startswith(start):
            return wall
    for name, wall in _REFUSING.items():
        if name in head.headers:
            return wall
    cookies = head.headers.get(b"set-cookie", ())
    for start, wall in _COOKIES.items():
        if any(cookie.lower().startswith(start) for cookie in cookies):
            return wall
    return None


def _by_text(body: bytes, texts: dict[bytes, str]) -> str | None:
    return next((wall for text, wall in texts.items() if text in body), None)
