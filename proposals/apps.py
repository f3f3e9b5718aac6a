"""The proposals room: what happens to a proposal, from the first draft to the decision."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """Registers the models of this room."""

    name = "proposals"
    verbose_name = "Proposals"
