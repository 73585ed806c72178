"""Addresses of the console. Acts are nouns: posting to an order's cancellation cancels it."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter

from tradewind.console.account import own_access, passkeys, passwords, second_factor
from tradewind.console.account.factor_demand import factor_demand_page
from tradewind.console.account.log_in import log_in_page
from tradewind.console.account.log_out import log_out
from tradewind.console.account.profile import change_language
from tradewind.console.account.second_step import code_page
from tradewind.console.account.welcome import welcome_page
from tradewind.console.accounts import detail as account
from tradewind.console.accounts import listing as accounts
from tradewind.console.alerts import urls as alerts
from tradewind.console.answers import announcements, noticing
from tradewind.console.answers.overview import answers_page
from tradewind.console.answers.page import page_text_page, write
from tradewind.console.audit.page import audit_page
from tradewind.console.catalogue import runs, workbook
from tradewind.console.codes import listing as codes
from tradewind.console.connections import page as connections
from tradewind.console.hooks import detail as hook
from tradewind.console.hooks import listing as hooks
from tradewind.console.keys import detail as key
from tradewind.console.keys import listing as keys
from tradewind.console.markets.adding import add_method, add_way
from tradewind.console.markets.detail import market_page
from tradewind.console.markets.freight import delivery_page
from tradewind.console.markets.listing import markets_page, open_by_hand, open_from_presets
from tradewind.console.markets.offers import change_method, change_way, change_words
from tradewind.console.markets.rules import end, rule_page
from tradewind.console.markets.way import way_page
from tradewind.console.media.describing import describe, prepare, remove
from tradewind.console.media.listing import media_page
from tradewind.console.messages.allowing import allow_address
from tradewind.console.messages.channels import channels_page
from tradewind.console.messages.detail import message_page
from tradewind.console.messages.figures import figures_page
from tradewind.console.messages.listing import messages_page
from tradewind.console.messages.moments import (
    moment_markets,
    moment_preview,
    moment_preview_mail,
    moment_test,
    moments_page,
)
from tradewind.console.messages.received import received_mail, received_mails, received_raw
from tradewind.console.orderfiles import columns, unmatched
from tradewind.console.orderfiles import detail as order_file
from tradewind.console.orderfiles import listing as order_files
from tradewind.console.orders import bulk, bulk_runs, holding, marking, views
from tradewind.console.orders.buyer_messages import answered
from tradewind.console.orders.cancellation import cancel
from tradewind.console.orders.conversation import conversation_page
from tradewind.console.orders.customs import customs_file
from tradewind.console.orders.customs import fill as fill_customs
from tradewind.console.orders.customs_many import take_customs_papers
from tradewind.console.orders.detail import order_page
from tradewind.console.orders.dispatch import dispatch
from tradewind.console.orders.erasure import erase
from tradewind.console.orders.export import export_orders
from tradewind.console.orders.feedback import helped
from tradewind.console.orders.listing import orders_page
from tradewind.console.orders.merging import merge_page
from tradewind.console.orders.papers import make_papers, paper_file, proforma_file
from tradewind.console.orders.papers_many import take_papers
from tradewind.console.orders.refunds import decide_refund, record_refund_sent
from tradewind.console.orders.revising import revise_goods
from tradewind.console.orders.splitting import split_page
from tradewind.console.orders.tracking import tell
from tradewind.console.orders.transfers import confirm
from tradewind.console.parcels import arrivals, event_files
from tradewind.console.parcels.lanes import lanes_page
from tradewind.console.parcels.listing import parcels_page, tell_trackers_again
from tradewind.console.products import attributes
from tradewind.console.products.customs import customs_page
from tradewind.console.products.detail import product_page
from tradewind.console.products.editing import edit_texts, new_product
from tradewind.console.products.fading import fading_page
from tradewind.console.products.leading_on import change_address, change_successor
from tradewind.console.products.listing import products_page
from tradewind.console.products.packing import change_packing
from tradewind.console.products.place import change_place
from tradewind.console.products.price_table import edit_prices
from tradewind.console.products.prices import change_price
from tradewind.console.products.publication import publish_product, return_product, withdraw_product
from tradewind.console.products.stock import correct_stock, say_shelf
from tradewind.console.products.synonyms import synonyms_page
from tradewind.console.products.variants import edit_variants
from tradewind.console.quotations import acts as quotation_acts
from tradewind.console.quotations.beginning import copy, copy_order, new_quotation
from tradewind.console.quotations.detail import quotation_page
from tradewind.console.quotations.listing import quotations_page
from tradewind.console.search.results import search_page
from tradewind.console.settings import installation, overview
from tradewind.console.settings import page as settings
from tradewind.console.shop import page as shop
from tradewind.console.shop import warehouses
from tradewind.console.staff import detail as colleague
from tradewind.console.staff import listing as staff
from tradewind.console.staff import viewing
from tradewind.console.staff.factor_rule import save_factor_rule
from tradewind.console.staff.vouching import change_languages
from tradewind.console.today.page import finish_todo, today_page
from tradewind.console.troubles import urls as troubles
from tradewind.console.typed import LARGEST_ID
from tradewind.console.visits.page import visits_page
from tradewind.console.warehouse.addresses import addresses as warehouse_addresses
from tradewind.console.withdrawals.detail import withdrawal_page
from tradewind.console.wording import detail as word
from tradewind.console.wording import files as word_files
from tradewind.console.wording import listing as wording
from tradewind.console.work.decisions import drop_work, retry_work
from tradewind.console.work.overview import work_page


class RowConverter(IntConverter):
    """The number of a row. What no database can hold is no address, rather than an error when it is looked up."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = super().to_python(value)
        if number > LARGEST_ID:
            raise ValueError(number)
        return number


register_converter(RowConverter, "row")

app_name = "console"
urlpatterns: list[URLPattern] = [
    path("", today_page, name="today"),
    path("login", log_in_page, name="login"),
    path("logout", log_out, name="logout"),
    path("login/code", code_page, name="login-code"),
    path("welcome/<str:token>", welcome_page, name="welcome"),
    path("profile", own_access.own_access_page, name="own-access"),
    path("profile/password", passwords.change_password, name="own-password"),
    path("profile/second-factor", second_factor.begin_second_factor, name="second-factor"),
    path("profile/second-factor/confirmation", second_factor.confirm_second_factor, name="second-factor-confirmation"),
    path("profile/second-factor/removal", second_factor.turn_off_second_factor, name="second-factor-removal"),
    path("profile/second-factor/demand", factor_demand_page, name="factor-demand"),
    path("profile/recovery-codes", second_factor.renew_codes, name="recovery-codes"),
    path("login/passkey/question", passkeys.question_at_the_door, name="login-question"),
    path("login/passkey", passkeys.log_in_with_passkey, name="login-passkey"),
    path("profile/passkeys", passkeys.add, name="passkey-adding"),
    path("profile/passkeys/question", passkeys.question, name="passkey-question"),
    path("profile/passkeys/<row:passkey_id>/name", passkeys.rename, name="passkey-name"),
    path("profile/passkeys/<row:passkey_id>/removal", passkeys.remove, name="passkey-removal"),
    path("profile/devices/removal", own_access.log_out_others, name="devices-removal"),
    path("profile/devices/<row:device_id>/removal", own_access.log_out_one, name="device-removal"),
    path("profile/language", change_language, name="language"),
    path("todos/<row:todo_id>/completion", finish_todo, name="todo-completion"),
    path("orders", orders_page, name="orders"),
    path("orders/views", views.views_page, name="order-views"),
    path("orders/views/keeping", views.keep, name="order-view-keeping"),
    path("orders/views/<row:view_id>/change", views.change, name="order-view-change"),
    path("orders/views/<row:view_id>/removal", views.remove_view, name="order-view-removal"),
    path("orders/views/<row:view_id>/place", views.place, name="order-view-place"),
    path("orders/export", export_orders, name="order-export"),
    path("orders/papers", take_papers, name="papers-taking"),
    path("orders/customs", take_customs_papers, name="customs-papers"),
    path("orders/columns", views.choose_columns, name="order-columns"),
    path("orders/bulk", bulk_runs.runs_page, name="bulk-runs"),
    path("orders/bulk/choosing", bulk.choose_orders, name="bulk-choosing"),
    path("orders/bulk/<row:bulk_id>", bulk_runs.run_page, name="bulk-run"),
    path("orders/bulk/<row:bulk_id>/tag", bulk_runs.say_tag, name="bulk-tag"),
    path("orders/bulk/<row:bulk_id>/beginning", bulk_runs.begin_run, name="bulk-beginning"),
    path("orders/bulk/<row:bulk_id>/leaving", bulk_runs.leave_run, name="bulk-leaving"),
    path("orders/bulk/<row:bulk_id>/undoing", bulk_runs.undo_run, name="bulk-undoing"),
    path("orders/<row:order_id>", order_page, name="order"),
    path("orders/<row:order_id>/cancellation", cancel, name="order-cancellation"),
    path("orders/<row:order_id>/erasure", erase, name="order-erasure"),
    path("orders/<row:order_id>/dispatch", dispatch, name="order-dispatch"),
    path("orders/<row:order_id>/customs", fill_customs, name="order-customs"),
    path("orders/<row:order_id>/customs/file", customs_file, name="order-customs-file"),
    path("orders/<row:order_id>/tracking", tell, name="order-tracking"),
    path("orders/<row:order_id>/arrival", arrivals.one, name="order-arrival"),
    path("orders/<row:order_id>/revision", revise_goods, name="order-revision"),
    path("orders/<row:order_id>/split", split_page, name="order-split"),
    path("orders/<row:order_id>/merge", merge_page, name="order-merge"),
    path("orders/<row:order_id>/conversation", conversation_page, name="order-conversation"),
    path("orders/<row:order_id>/feedback", helped, name="feedback-helped"),
    path("orders/<row:order_id>/holds", holding.hold, name="order-holds"),
    path("orders/<row:order_id>/holds/<row:hold_id>/release", holding.release, name="order-hold-release"),
    path("orders/<row:order_id>/holds/<row:hold_id>/address-question", holding.ask_address, name="address-question"),
    path("orders/<row:order_id>/tags", marking.add_tag, name="order-tags"),
    path("orders/<row:order_id>/tags/<row:tag_id>/removal", marking.remove_tag, name="order-tag-removal"),
    path("orders/<row:order_id>/notes", marking.add_note, name="order-notes"),
    path("orders/<row:order_id>/notes/<row:note_id>", marking.edit_note, name="order-note"),
    path("orders/<row:order_id>/buyer-messages/<row:message_id>/answer", answered, name="buyer-message-answer"),
    path("orders/<row:order_id>/refunds", decide_refund, name="order-refunds"),
    path("orders/<row:order_id>/refunds/<row:refund_id>/sending", record_refund_sent, name="refund-sending"),
    path("orders/<row:order_id>/papers", make_papers, name="order-papers"),
    path("orders/<row:order_id>/papers/<row:paper_id>", paper_file, name="order-paper"),
    path("orders/<row:order_id>/proforma", proforma_file, name="order-proforma"),
    path("orders/<row:order_id>/transfers", confirm, name="order-transfers"),
    path("orders/<row:order_id>/copy", copy_order, name="order-copy"),
    *warehouse_addresses(),
    path("quotations", quotations_page, name="quotations"),
    path("quotations/new", new_quotation, name="quotation-new"),
    path("quotations/<row:quotation_id>", quotation_page, name="quotation"),
    path("quotations/<row:quotation_id>/saving", quotation_acts.save, name="quotation-saving"),
    path("quotations/<row:quotation_id>/copy", copy, name="quotation-copy"),
    path("quotations/<row:quotation_id>/link", quotation_acts.show_link, name="quotation-link"),
    path("quotations/<row:quotation_id>/paper", quotation_acts.paper_file, name="quotation-paper"),
    path("quotations/<row:quotation_id>/removal", quotation_acts.remove, name="quotation-removal"),
    path("orders/files", order_files.files_page, name="order-files"),
    path("orders/files/upload", order_files.upload, name="order-file-upload"),
    path("orders/files/layouts/<row:layout_id>/removal", order_files.remove_layout, name="file-layout-removal"),
    path("orders/files/<row:file_id>", order_file.file_page, name="order-file"),
    path("orders/files/<row:file_id>/columns", columns.columns_page, name="order-file-columns"),
    path("orders/files/<row:file_id>/decision", order_file.decide, name="order-file-decision"),
    path("orders/files/<row:file_id>/leaving", order_file.leave_it, name="order-file-leaving"),
    path("orders/files/<row:file_id>/rejects", order_file.rejects, name="order-file-rejects"),
    path("orders/files/<row:file_id>/undo", order_file.look_back, name="order-file-undo"),
    path("orders/files/<row:file_id>/undo/decision", order_file.take_back, name="order-file-undo-decision"),
    path("orders/files/<row:file_id>/undo/leaving", order_file.keep_it, name="order-file-undo-leaving"),
    path("orders/unmatched", unmatched.unmatched_page, name="unmatched"),
    path("orders/unmatched/matching", unmatched.look_again, name="matching"),
    path("products", products_page, name="products"),
    path("catalogue/workbook", workbook.workbook_page, name="catalogue-workbook"),
    path("catalogue/workbook/export", workbook.export_workbook, name="catalogue-export"),
    path("catalogue/workbook/exports", workbook.export_large, name="catalogue-export-large"),
    path("catalogue/workbook/imports", workbook.upload, name="catalogue-import"),
    path("catalogue/workbook/<row:run_id>", runs.run_page, name="catalogue-run"),
    path("catalogue/workbook/<row:run_id>/decision", runs.decide, name="catalogue-run-decision"),
    path("catalogue/workbook/<row:run_id>/leaving", runs.leave_it, name="catalogue-run-leaving"),
    path("catalogue/workbook/<row:run_id>/file", runs.download, name="catalogue-run-file"),
    path("catalogue/workbook/<row:run_id>/report", runs.report, name="catalogue-run-report"),
    path("products/new", new_product, name="product-new"),
    path("products/<row:product_id>/texts", edit_texts, name="product-texts"),
    path("products/<row:product_id>/variants", edit_variants, name="product-variants"),
    path("products/<row:product_id>/media", media_page, name="product-media"),
    path("media/<row:medium_id>/description", describe, name="media-description"),
    path("media/<row:medium_id>/removal", remove, name="media-removal"),
    path("media/<row:medium_id>/preparation", prepare, name="media-preparation"),
    path("products/<row:product_id>/price-table", edit_prices, name="product-price-table"),
    path("products/<row:product_id>/publication", publish_product, name="product-publication"),
    path("products/<row:product_id>/withdrawal", withdraw_product, name="product-withdrawal"),
    path("products/<row:product_id>/successor", change_successor, name="product-successor"),
    path("products/<row:product_id>/place", change_place, name="product-place"),
    path("products/<row:product_id>/packing", change_packing, name="product-packing"),
    path("products/<row:product_id>/address", change_address, name="product-address"),
    path("products/<row:product_id>/return", return_product, name="product-return"),
    path("products/attributes", attributes.attributes_page, name="attributes"),
    path("products/attributes/choices/<row:choice_id>", attributes.choice_page, name="choice"),
    path("products/attributes/choices/<row:choice_id>/saving", attributes.save, name="choice-saving"),
    path("products/attributes/choices/<row:choice_id>/merging", attributes.merge, name="choice-merging"),
    path("products/customs", customs_page, name="products-customs"),
    path("products/fading", fading_page, name="fading"),
    path("products/synonyms", synonyms_page, name="synonyms"),
    path("products/<row:product_id>", product_page, name="product"),
    path("products/<row:product_id>/prices", change_price, name="product-prices"),
    path("products/<row:product_id>/stock", correct_stock, name="product-stock"),
    path("products/<row:product_id>/shelf", say_shelf, name="product-shelf"),
    path("codes", codes.codes_page, name="codes"),
    path("codes/making", codes.make, name="code-making"),
    path("codes/<row:code_id>/end", codes.end, name="code-end"),
    path("connections", connections.connections_page, name="connections"),
    path("connections/<slug:key>", connections.connection_page, name="connection"),
    path("connections/<slug:key>/saving", connections.save, name="connection-saving"),
    path("connections/<slug:key>/before/<row:entry_id>", connections.take_back, name="connection-before"),
    path("settings", overview.settings_page, name="settings"),
    path("settings/installation", installation.installation_page, name="installation"),
    path("settings/<slug:key>", settings.setting_page, name="setting"),
    path("settings/<slug:key>/saving", settings.save, name="setting-saving"),
    path("settings/<slug:key>/before/<row:entry_id>", settings.take_back, name="setting-before"),
    path("markets", markets_page, name="markets"),
    path("markets/opening", open_by_hand, name="market-opening"),
    path("markets/presets", open_from_presets, name="market-presets"),
    path("markets/<row:market_id>", market_page, name="market"),
    path("markets/<row:market_id>/words", change_words, name="market-words"),
    path("markets/<row:market_id>/options", change_way, name="market-options"),
    path("markets/<row:market_id>/options/adding", add_way, name="market-options-adding"),
    path("markets/<row:market_id>/delivery", delivery_page, name="market-delivery"),
    path("markets/<row:market_id>/delivery/<row:option_id>", way_page, name="market-way"),
    path("markets/<row:market_id>/methods/adding", add_method, name="market-methods-adding"),
    path("markets/<row:market_id>/methods", change_method, name="market-methods"),
    path("markets/<row:market_id>/rules/<str:key>", rule_page, name="market-rule"),
    path("markets/<row:market_id>/rules/<str:key>/end", end, name="market-rule-end"),
    path("withdrawals/<row:withdrawal_id>", withdrawal_page, name="withdrawal"),
    path("parcels", parcels_page, name="parcels"),
    path("parcels/arrivals", arrivals.many, name="parcel-arrivals"),
    *troubles.addresses(),
    *alerts.addresses(),
    path("parcels/following", tell_trackers_again, name="parcels-following"),
    path("parcels/lanes", lanes_page, name="lanes"),
    path("parcels/files", event_files.event_files_page, name="event-files"),
    path("parcels/files/upload", event_files.upload, name="event-file-upload"),
    path("parcels/files/<row:event_file_id>", event_files.event_file_page, name="event-file"),
    path("parcels/files/<row:event_file_id>/taking", event_files.take, name="event-file-taking"),
    path("messages", messages_page, name="messages"),
    path("messages/figures", figures_page, name="message-figures"),
    path("messages/<row:message_id>/allowing", allow_address, name="message-allowing"),
    path("messages/channels", channels_page, name="message-channels"),
    path("messages/moments", moments_page, name="moments"),
    path("messages/moments/<slug:moment>/markets", moment_markets, name="moment-markets"),
    path("messages/moments/<slug:moment>/preview", moment_preview, name="moment-preview"),
    path("messages/moments/<slug:moment>/preview/mail", moment_preview_mail, name="moment-preview-mail"),
    path("messages/moments/<slug:moment>/test", moment_test, name="moment-test"),
    path("messages/words", wording.words_page, name="words"),
    path("messages/words/file", word_files.words_file, name="words-out"),
    path("messages/words/files", word_files.take_file, name="words-file"),
    path("messages/words/languages/<slug:language>", wording.language_letters, name="language-letters"),
    path("messages/words/versions/<row:version_id>/review", word.review_words, name="word-review"),
    path("messages/words/<slug:sentence>/<slug:language>", word.word_page, name="word"),
    path("messages/words/<slug:sentence>/<slug:language>/versions", word.save_words, name="word-versions"),
    path("messages/<row:message_id>", message_page, name="message"),
    path("received-mails", received_mails, name="received-mails"),
    path("received-mails/<row:mail_id>", received_mail, name="received-mail"),
    path("received-mails/<row:mail_id>/raw", received_raw, name="received-raw"),
    path("accounts", accounts.accounts_page, name="accounts"),
    path("accounts/making", accounts.make, name="account-making"),
    path("accounts/<row:account_id>", account.account_page, name="account"),
    path("accounts/<row:account_id>/name", account.rename, name="account-name"),
    path("accounts/<row:account_id>/closing", account.close, name="account-closing"),
    path("accounts/<row:account_id>/opening", account.open_again, name="account-opening"),
    path("staff", staff.staff_page, name="staff"),
    path("staff/invitations", staff.invite_colleague, name="invitations"),
    path("staff/invitations/<row:invitation_id>/removal", staff.take_invitation_back, name="invitation-removal"),
    path("staff/second-factor", save_factor_rule, name="factor-rule"),
    path("staff/viewing/end", viewing.end_viewing, name="viewing-end"),
    path("staff/<row:staff_id>", colleague.colleague_page, name="colleague"),
    path("staff/<row:staff_id>/languages", change_languages, name="colleague-languages"),
    path("staff/<row:staff_id>/work", colleague.change_colleague, name="colleague-work"),
    path("staff/<row:staff_id>/leaving", colleague.let_colleague_go, name="colleague-leaving"),
    path("staff/<row:staff_id>/return", colleague.let_colleague_in_again, name="colleague-return"),
    path("staff/<row:staff_id>/password", colleague.give_new_password, name="colleague-password"),
    path("staff/<row:staff_id>/second-factor/removal", colleague.remove_second_factor, name="colleague-second-factor"),
    path("staff/<row:staff_id>/devices/removal", colleague.log_colleague_out, name="colleague-devices"),
    path("staff/<row:staff_id>/viewing", viewing.view_as, name="colleague-viewing"),
    path("audit", audit_page, name="audit"),
    path("hooks", hooks.hooks_page, name="hooks"),
    path("hooks/making", hooks.make, name="hook-making"),
    path("hooks/<row:hook_id>", hook.hook_page, name="hook"),
    path("hooks/<row:hook_id>/saving", hook.save, name="hook-saving"),
    path("hooks/<row:hook_id>/switching", hook.switch, name="hook-switching"),
    path("hooks/<row:hook_id>/secret", hook.renew_secret, name="hook-secret"),
    path("hooks/<row:hook_id>/removal", hook.remove, name="hook-removal"),
    path("hooks/<row:hook_id>/test", hook.send_test, name="hook-test"),
    path("hooks/<row:hook_id>/messages/<row:message_id>/sending", hook.send_again, name="hook-sending"),
    path("keys", keys.keys_page, name="keys"),
    path("keys/making", keys.make, name="key-making"),
    path("keys/<row:key_id>", key.key_page, name="key"),
    path("keys/<row:key_id>/name", key.rename, name="key-name"),
    path("keys/<row:key_id>/revocation", key.revoke, name="key-revocation"),
    path("work", work_page, name="work"),
    path("work/<str:kind>/<row:work_id>/retry", retry_work, name="work-retry"),
    path("work/<str:kind>/<row:work_id>/drop", drop_work, name="work-drop"),
    path("search", search_page, name="search"),
    path("visits", visits_page, name="visits"),
    path("shop", shop.shop_page, name="shop"),
    path("shop/saving", shop.save, name="shop-saving"),
    path("warehouses", warehouses.warehouses_page, name="warehouses"),
    path("warehouses/new", warehouses.new_warehouse, name="warehouse-new"),
    path("warehouses/<row:warehouse_id>", warehouses.warehouse_page, name="warehouse"),
    path("warehouses/<row:warehouse_id>/saving", warehouses.save, name="warehouse-saving"),
    path("warehouses/<row:warehouse_id>/switching", warehouses.switch, name="warehouse-switching"),
    path("answers", answers_page, name="answers"),
    path("answers/announcements", announcements.make, name="announcements"),
    path("answers/announcements/new", announcements.new, name="announcement-new"),
    path("answers/announcements/<row:announcement_id>", announcements.notice_page, name="announcement"),
    path("answers/announcements/<row:announcement_id>/changing", announcements.change, name="announcement-changing"),
    path("answers/announcements/<row:announcement_id>/end", announcements.end, name="announcement-end"),
    path("answers/announcements/<row:announcement_id>/telling", noticing.tell, name="announcement-telling"),
    path("answers/announcements/<row:announcement_id>/stopping", noticing.stop, name="announcement-stopping"),
    path("answers/<row:market_id>/<slug:name>", page_text_page, name="page-text"),
    path("answers/<row:market_id>/<slug:name>/writing", write, name="page-text-writing"),
]
