"""Names of fields that rules of several groups look at."""

from __future__ import annotations

from typing import Final

SOUGHT: Final = "pr.authority:sought"
TRIBES: Final = "pr.context:tribes_present"

MODEL_TYPES: Final = "es.overview.model:model_types"
EXISTING: Final = "es.overview.authorities:existing"
GROUPS: Final = "es.program.population:groups"
PEOPLE: Final = "es.program.population:estimated_people"
ENTITY_TYPES: Final = "es.program.providers:entity_types"
GAPS: Final = "es.context.gaps:gaps"

BASIS: Final = "pd.participants.enrollment:basis"
REACH: Final = "pd.participants.geography:reach"
TARGETING: Final = "pd.providers.targeting:basis"
HIT: Final = "pd.providers.hit:requirements"

COMPONENTS: Final = "pm.overview.method:components"
SHARED_SAVINGS: Final = "pm.overview.method:shared_savings"
ADVANCED: Final = "pm.overview.method:advanced_payment"
TIERED: Final = "pm.overview.method:tiered"
TIERS: Final = "pm.overview.tiers:tiers"

POOL: Final = "pm.ss.population:people"
PROTECTIONS: Final = "pm.ss.riskadj.protections:protections"
RISK_MODEL: Final = "pm.ss.riskadj.method:model"

QUALITY_LINK: Final = "qs.payment_link:linked"
MEASURES: Final = "qs.metrics:measures"

DUALS: Final = ("duals_full", "duals_partial")
