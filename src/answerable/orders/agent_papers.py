"""The customer's leave for its order's agent to file papers of the organisation: its text, and what may be filed."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.orders.models import AgentPapersConsent, Order, Reservation
from answerable.orders.queries import holder_dossier
from answerable.verification.actions.stated import OPEN
from answerable.verification.models import AGENT_SLOTS, Dossier
from answerable.verification.slots import SLOTS, Slot, required

CURRENT = "2026-1"
TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "2026-1": (
        (
            "同意后，该代理商可以替贵单位上传单位材料：营业执照、业务许可证、行业许可证、租赁协议、办公实景照片、线路证明。",
            "If you agree, this agent may upload your organisation's papers: business licence, telecom and sector licences, lease, office photo, proof of the line.",
        ),
        (
            "不包括身份证件、手持证件照、须签字盖章的文件和合同：这些只能由您自己上传。",
            "Not included: ID cards, the hand-held photo, anything signed or sealed, and the contract. Only you upload these.",
        ),
        (
            "代理商只能看到以上各项要不要交、交了没有，看不到这里的任何材料，包括它自己上传的。",
            "The agent sees which of these items are asked for and whether each is filed. It sees nothing of what is in here, not even its own uploads.",
        ),
        (
            "它只能放入还空着的项目。您可以随时替换任何一份；核对和提交仍由您本人办理。",
            "It can only fill items that are empty. You can replace any paper at any time; checking and submitting stay yours.",
        ),
        (
            "您可以随时撤回。撤回前已上传的仍留在这里，您可以替换。",
            "You may withdraw at any time. What was uploaded before stays here, and you can replace it.",
        ),
    ),
}
"""By version, each paragraph in Chinese and English. A text that somebody agreed to is never changed: add a version."""


@dataclass(frozen=True)
class Item:
    """One item that an agent may file, and all it is told of it: whether something is there."""

    slot: Slot
    is_filed: bool


def reservation_behind(dossier: Dossier) -> Reservation | None:
    """Return what an agent prepared, where a dossier belongs to an order that came of it."""
    if dossier.kind != "holder" or not dossier.order_no:
        return None
    return Reservation.objects.filter(order=dossier.order_no).select_related("agent__organisation").first()


def consent_in_force(reservation: Reservation) -> AgentPapersConsent | None:
    """Return the customer's leave, if it was given and not withdrawn."""
    return reservation.papers_consents.filter(ended_at=None).first()


def items_for_agent(order: Order) -> list[Item]:
    """List the organisation's papers that an open dossier still asks for; none before it is opened or once it is submitted."""
    dossier = holder_dossier(order)
    if dossier is None or dossier.state not in OPEN:
        return []
    filed = set(dossier.documents.filter(slot__in=AGENT_SLOTS, replaced_at=None).values_list("slot", flat=True))
    return [Item(SLOTS[one.slot], one.slot in filed) for one in required(dossier) if one.slot in AGENT_SLOTS]
