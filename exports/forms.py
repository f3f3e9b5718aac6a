"""What a person chooses before a packet is made."""

from __future__ import annotations

from django import forms

from exports.queries.packets import Offer
from exports.status import Audience


class PacketForm(forms.Form):
    """One of the packets the person may ask for."""

    def __init__(self, *args: object, offers: list[Offer], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._offers = {offer.code: offer for offer in offers}
        self.fields["what"] = forms.ChoiceField(
            label="Which packet?",
            choices=[(offer.code, offer.label) for offer in offers],
            initial=offers[0].code if offers else None,
            widget=forms.RadioSelect,
            help_text=self._help(offers),
            error_messages={
                "required": "Choose which packet to make.",
                "invalid_choice": "This packet can no longer be made. Choose one from the list.",
            },
        )

    @staticmethod
    def _help(offers: list[Offer]) -> str:
        """What to know about the less usual ones among the offers."""
        if any(offer.audience == Audience.CMS for offer in offers):
            return "A packet with internal notes is for use inside CMS only; every page says so."
        return "The packet of a draft says so on every page."

    @property
    def offer(self) -> Offer:
        """What was chosen; only after the form was found valid."""
        return self._offers[self.cleaned_data["what"]]
