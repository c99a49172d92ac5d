"""The pages that open with an account's own link."""

from __future__ import annotations

from flask import Blueprint

from bot.desk.ask_views import ask_pages
from bot.desk.enter_views import enter_pages
from bot.desk.join_views import join_pages
from bot.desk.me_views import me_pages

account_pages = Blueprint("account", __name__)
for _pages in (enter_pages, ask_pages, join_pages, me_pages):
    account_pages.register_blueprint(_pages)
