"""Addresses of the shop."""

from django.urls import URLPattern, path

from tradewind.storefront import (
    answers,
    cart,
    category,
    checkout,
    feed,
    home,
    information,
    media,
    order,
    order_address,
    order_cancelling,
    order_contact,
    order_link,
    order_receipt,
    payment,
    product,
    reordering,
    search,
    sitemap,
    waiting,
    withdrawal,
)

app_name = "storefront"

_HERE = "<slug:market>/<slug:language>/"
urlpatterns: list[URLPattern] = [
    # Tried one after the other: first what is asked for most.
    path(f"{_HERE}product/<slug:slug>/", product.product_page, name="product"),
    path(f"{_HERE}c/<slug:slug>/", category.category_page, name="category"),
    path(f"{_HERE}search/", search.search_page, name="search"),
    path("", home.welcome, name="welcome"),
    path("robots.txt", information.robots, name="robots"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap/<slug:market>-<slug:language>/pages.xml", sitemap.pages, name="sitemap-pages"),
    path("sitemap/<slug:market>-<slug:language>/<int:number>.xml", sitemap.products, name="sitemap-products"),
    path("favicon.ico", information.favicon, name="favicon"),
    path("media/<path:path>", media.media_file, name="media"),
    path("payment/<slug:ref>/", payment.payment_page, name="payment"),
    path("payment/<slug:ref>/provider", payment.leaving_page, name="payment-leaving"),
    path("<slug:market>/", home.without_language, name="market"),
    path(_HERE, home.home, name="home"),
    path(f"{_HERE}new.rss", feed.new_goods, name="new"),
    path(f"{_HERE}search/suggestions", search.suggestions, name="suggestions"),
    path(f"{_HERE}cart/", cart.cart_page, name="cart"),
    path(f"{_HERE}cart/lines/", cart.add_to_cart, name="cart-lines"),
    path(f"{_HERE}cart/lines/<int:variant_id>/", cart.change_line, name="cart-line"),
    path(f"{_HERE}checkout/", checkout.checkout_page, name="checkout"),
    path(f"{_HERE}order/<str:token>/", order.order_page, name="order"),
    path(f"{_HERE}order/<str:token>/payments/", order.pay_for_order, name="order-payments"),
    path(f"{_HERE}waiting/", waiting.wishes, name="waiting"),
    path(f"{_HERE}waiting/<str:token>/", waiting.confirmation, name="waiting-confirmation"),
    path(f"{_HERE}waiting/<str:token>/end/", waiting.end, name="waiting-end"),
    path(f"{_HERE}order/<str:token>/cancellation/", order_cancelling.cancellation_page, name="order-cancellation"),
    path(f"{_HERE}order/<str:token>/address/", order_address.address_page, name="order-address"),
    path(f"{_HERE}order/<str:token>/address/code/", order_address.code_page, name="order-address-code"),
    path(f"{_HERE}order/<str:token>/contact/", order_contact.contact_page, name="order-contact"),
    path(f"{_HERE}order/<str:token>/receipt/", order_receipt.receipt_page, name="order-receipt"),
    path(f"{_HERE}order/<str:token>/again/", reordering.reorder, name="order-again"),
    path(f"{_HERE}order-link/", order_link.order_link_page, name="order-link"),
    path(f"{_HERE}withdrawal/", withdrawal.withdrawal_page, name="withdrawal"),
    path(f"{_HERE}pages/delivery/", information.delivery_page, name="delivery"),
    path(f"{_HERE}pages/<slug:page>/", answers.answer_page, name="page"),
]
