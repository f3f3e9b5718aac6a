"""The 56 jurisdictions and CMS."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from icm_portal.accounts.jurisdictions import Loaded, load_jurisdictions
from icm_portal.accounts.models import Agency, Side


def test_all_jurisdictions_and_cms_are_created_once(db: None) -> None:
    out = StringIO()
    call_command("load_jurisdictions", stdout=out)
    assert out.getvalue() == "Agencies: 57 created, 0 updated, 0 unchanged.\n"
    assert Agency.objects.filter(side=Side.STATE).count() == 56
    assert list(Agency.objects.filter(side=Side.CMS).values_list("code", flat=True)) == ["CMS"]
    assert load_jurisdictions() == Loaded(0, 0, 57)


def test_a_state_comes_with_its_facts(db: None) -> None:
    load_jurisdictions()
    ohio = Agency.objects.get(code="OH")
    assert (ohio.name, ohio.jurisdiction, ohio.time_zone) == ("Ohio Department of Medicaid", "Ohio", "America/New_York")
    assert ohio.defaults == {"tribes": False, "fmap": "64.85", "fmap_year": 2026, "note": "", "confirmed": None}
    assert Agency.objects.get(code="GU").name == "Guam Medicaid agency"


@pytest.mark.parametrize("confirmed", [None, {"by": "Ann", "on": "2027-01-15"}])
def test_what_a_state_confirmed_stays(db: None, confirmed: dict[str, str] | None) -> None:
    load_jurisdictions()
    theirs = {"tribes": True, "fmap": "70.00", "fmap_year": 2027, "confirmed": confirmed}
    Agency.objects.filter(code="OH").update(name="Our own name", defaults=theirs)
    assert load_jurisdictions() == (Loaded(0, 0, 57) if confirmed else Loaded(0, 1, 56))
    ohio = Agency.objects.get(code="OH")
    assert (ohio.name, ohio.defaults["fmap"]) == ("Our own name", "70.00" if confirmed else "64.85")
