"""The blocks of which editors build pages, and the bridge to blocks of plugins."""

import json
import logging
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import Media
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.blocks.stream_block import StreamBlockAdapter
from wagtail.images.blocks import ImageBlock

from zelfregie_core.plugins.calls import log_failure, plugin_is_enabled
from zelfregie_core.plugins.manager import get_plugins
from zelfregie_core.plugins.running import run_plugin_code

logger = logging.getLogger("zelfregie.plugins")

RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(blocks.CharBlock):
    class Meta:
        icon = "title"
        label = _("Kop")
        template = "zelfregie_core/blocks/heading.html"


class ParagraphBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Tekst")
        template = "zelfregie_core/blocks/paragraph.html"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(**kwargs)


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("Afbeelding"))
    caption = blocks.CharBlock(label=_("Bijschrift"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Afbeelding")
        template = "zelfregie_core/blocks/image.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Citaat"))
    author = blocks.CharBlock(label=_("Van wie"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Citaat")
        template = "zelfregie_core/blocks/quote.html"


class TipsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Titel"), default="Tips", max_length=120)
    items = blocks.ListBlock(blocks.TextBlock(label=_("Tip")), label=_("Tips"))

    class Meta:
        icon = "list-ul"
        label = _("Tips")
        template = "zelfregie_core/blocks/tips.html"


class QuestionAnswerBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Vraag"), max_length=250)
    answer = blocks.RichTextBlock(label=_("Antwoord"), features=RICH_TEXT_FEATURES)


class FaqBlock(blocks.StructBlock):
    items = blocks.ListBlock(QuestionAnswerBlock(), label=_("Vragen en antwoorden"))

    class Meta:
        icon = "help"
        label = _("Vragen en antwoorden")
        template = "zelfregie_core/blocks/faq.html"


class CallToActionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Zin erboven"), required=False, max_length=250)
    label = blocks.CharBlock(label=_("Tekst op de knop"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Naar een pagina"), required=False)
    url = blocks.URLBlock(label=_("Of naar een adres"), required=False)

    class Meta:
        icon = "link"
        label = _("Knop")
        template = "zelfregie_core/blocks/call_to_action.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["url"]):
            message = _("Kies een pagina of vul een adres in; één van de twee.")
            raise blocks.StructBlockValidationError(block_errors={"page": ValidationError(message)})
        return cleaned


class ContactBlock(blocks.StaticBlock):
    """The organisation's own contact details, from the site settings, so that they are right everywhere."""

    class Meta:
        icon = "mail"
        label = _("Contactgegevens")
        admin_text = _("Toont de contactgegevens uit de instellingen van de site.")
        template = "zelfregie_core/blocks/contact.html"


class BodyStreamBlock(blocks.StreamBlock):
    """Core's blocks. Plugins' blocks are added by ``build_stream_block``."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    picture = PictureBlock()
    quote = QuoteBlock()
    tips = TipsBlock()
    faq = FaqBlock()
    call_to_action = CallToActionBlock()
    contact = ContactBlock()

    #: block name -> slug of the plugin that contributes it
    owners: dict[str, str] = {}

    def to_python(self, value: Any) -> Any:
        """A page is served without the blocks of a plugin that is gone; which ones is logged once per process.

        They are lost when somebody saves such a page, which is why no server starts without the plugin.
        """
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:  # Wagtail keeps what was no JSON as text
                return super().to_python(value)
        for item in value if isinstance(value, list | tuple) else ():
            if isinstance(item, dict) and item.get("type") not in self.child_blocks:
                _log_unknown(str(item.get("type")))
        return super().to_python(value)

    class Meta:
        template = "zelfregie_core/blocks/stream.html"


@lru_cache(maxsize=1000)
def _log_unknown(name: str) -> None:
    """Log a block that no installed plugin brings. Cached, so that a page that is read often says it once."""
    logger.error("Pages hold the block '%s', which no installed plugin brings; it is left out.", name)


class GuardedStreamBlockAdapter(StreamBlockAdapter):
    """Tells the page editor not to offer blocks of plugins that are off in this region.

    Their definitions are sent all the same, because a page may have such a block: it is shown, and saved as it was.
    """

    js_constructor = "zelfregie.GuardedStreamBlock"

    def js_args(self, block: Any) -> list[Any]:
        arguments = super().js_args(block)
        arguments[-1]["notOffered"] = sorted(
            name for name, owner in block.owners.items() if not plugin_is_enabled(owner)
        )
        return arguments

    @cached_property
    def media(self) -> Media:
        return super().media + Media(js=["zelfregie_core/js/stream_block.js"])


register(GuardedStreamBlockAdapter(), BodyStreamBlock)


def build_stream_block() -> BodyStreamBlock:
    """A stream block with core's blocks and those of all installed plugins, on or off."""
    contributed = get_plugins().contributed("register_blocks")
    block = BodyStreamBlock([(entry.item.name, _Guarded.wrap(entry.item.block, entry.plugin)) for entry in contributed])
    block.owners = {entry.item.name: entry.plugin for entry in contributed}
    return block


class _Guarded:
    """Makes a plugin's block render as nothing where the plugin is off, and where its template fails."""

    @staticmethod
    def wrap(block: Any, plugin: str) -> Any:
        render = block.render

        def guarded_render(value: Any, context: Any = None) -> SafeString | str:
            request = context.get("request") if context else None
            if not plugin_is_enabled(plugin, request):
                return mark_safe("")
            try:
                return run_plugin_code(plugin, f"block {block.name}", partial(render, value, context=context))
            except Exception as error:
                if settings.ZELFREGIE_RAISE_PLUGIN_ERRORS:
                    raise
                log_failure(plugin, f"block {block.name}", error)
                return mark_safe("")

        block.render = guarded_render
        return block
