"""What reviewers see over REST of the papers that an order leans on, beside what its applicant wrote."""

from __future__ import annotations

from compliance_tenant import Tenant
from ocr_reader_stand_in import StandIn
from ocr_texts import letter_text
from rest_client import NOT_ASKED, RestClient

from hongyan.apis.rest import RestDoor, Services
from hongyan.identity import Identity
from hongyan.kernel.clock import ManualClock


async def _reviewer(identity: Identity, applicant: Tenant, clock: ManualClock) -> RestClient:
    door = RestDoor(Services(identity, applicant.compliance, None, clock, *NOT_ASKED))
    root = await identity.root_account()
    return RestClient(door, await identity.create_key(root.id, "li", actor="test"))


async def test_a_reviewer_sees_field_by_field_where_a_letter_differs_from_its_form(
    applicant: Tenant, reader: StandIn, identity: Identity, clock: ManualClock
) -> None:
    reader.says = letter_text(party="杭州别家有限公司")
    order = await applicant.lent_signature(scope=("杭州云雁", "杭州云雁科技"))
    li = await _reviewer(identity, applicant, clock)
    (waiting,) = (await li.ok("GET", f"/reviews/{order.order_id}"))["readings"]
    assert (waiting["object"], waiting["state"], waiting["reading"]) == ("letter", "waiting", None)

    await applicant.compliance.readings.read_due()
    (found,) = (await li.ok("GET", f"/reviews/{order.order_id}"))["readings"]
    assert (found["state"], found["papers"]) == ("read", [{"key": "1/letter.png", "pages": 1}])
    outcomes = {each["field"]: each["outcome"] for each in found["differences"]}
    assert outcomes == {
        "authorizer": "equal",
        "authorizer_code": "equal",
        "authorized_party": "differs",
        "scope": "widened",
        "validity": "equal",
    }
    (scope,) = [each for each in found["differences"] if each["field"] == "scope"]
    assert (scope["beyond"], found["effective_scope"]) == (["杭州云雁科技"], ["杭州云雁"])
    (party,) = [each for each in found["differences"] if each["field"] == "authorized_party"]
    assert (party["read"]["text"], party["read"]["page"], len(party["read"]["box"])) == (
        "杭州别家有限公司",
        1,
        4,
    )
    assert found["reading"]["pages"] == [{"width": 1240, "height": 1754}]


async def test_what_leans_on_no_paper_has_no_reading(
    patient_tenant: Tenant, identity: Identity, clock: ManualClock
) -> None:
    order = await patient_tenant.signature()
    li = await _reviewer(identity, patient_tenant, clock)
    assert (await li.ok("GET", f"/reviews/{order.order_id}"))["readings"] == []


async def test_without_a_reader_it_says_that_nothing_was_read(
    patient_tenant: Tenant, identity: Identity, clock: ManualClock
) -> None:
    order = await patient_tenant.qualification()
    li = await _reviewer(identity, patient_tenant, clock)
    (found,) = (await li.ok("GET", f"/reviews/{order.order_id}"))["readings"]
    assert (found["object"], found["state"], found["differences"]) == ("qualification", "not_read", [])
