"""Words of the warehouse that several pages say."""

from typing import Final

from django.utils.translation import gettext_noop

PART_NAMES: Final = {
    "material": gettext_noop("Material"),
    "workmanship": gettext_noop("Workmanship"),
    "size": gettext_noop("Size"),
    "function": gettext_noop("Function"),
}
