"""The pages, one file per group. ROUTES is all there is; the gate protects them."""

from hongyan.console.pages import assets, codes, home, inbox, language, login, messages, replies

ROUTES = [
    *home.ROUTES,
    *login.ROUTES,
    *language.ROUTES,
    *messages.ROUTES,
    *replies.ROUTES,
    *codes.ROUTES,
    *inbox.ROUTES,
    *assets.ROUTES,
]
