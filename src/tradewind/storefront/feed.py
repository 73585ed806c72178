"""New goods as RSS, for each market in each of its languages."""

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed
from django.views.decorators.http import require_safe

from tradewind.catalog.queries import newest_published
from tradewind.core.words import TAGS, pick, say
from tradewind.markets.shop import shop_profile
from tradewind.storefront.being_found import absolute
from tradewind.storefront.place import Place, in_place


@in_place
@require_safe
def new_goods(request: HttpRequest, place: Place) -> HttpResponse:  # noqa: ARG001  # every view takes it
    shop = shop_profile()
    name = pick(shop.name, place.language)
    feed = Rss201rev2Feed(
        title=f"{name}: {say(place.language, 'New goods')}",
        link=absolute(place.url("home")),
        description=pick(shop.tagline, place.language) or name,
        language=TAGS[place.language].lower(),
        feed_url=absolute(place.url("new")),
    )
    for slug, since, texts in newest_published(place.market.id, place.language):
        address = absolute(place.url("product", slug=slug))
        feed.add_item(
            title=texts["title"],
            link=address,
            description=texts["subtitle"] or " ".join(texts["description"][:1]),
            unique_id=address,
            pubdate=since,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
