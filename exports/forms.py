"""What a person chooses before a packet is made."""

from __future__ import annotations

from django import forms

from exports.queries.packets import Offer


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
            error_messages={
                "required": "Choose which packet to make.",
                "invalid_choice": "This packet can no longer be made. Choose one from the list.",
            },
        )

    @property
    def offer(self) -> Offer:
        """What was chosen; only after the form was found valid."""
        return self._offers[self.cleaned_data["what"]]
