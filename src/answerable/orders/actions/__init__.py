"""Write: choose, sign, pay, open, keep. One file per stretch of an order's way."""

from answerable.orders.actions.agent_papers import allow_agent_papers, end_agent_papers, file_agent_paper
from answerable.orders.actions.choose import cancel, start
from answerable.orders.actions.contract import download_contract, sign, upload_page, upload_sealed
from answerable.orders.actions.keep import release, renew
from answerable.orders.actions.opening import (
    begin_test_call,
    end_test_call,
    follow_dossier,
    receive_receipt,
    register,
    request_test_call,
    show_record,
)
from answerable.orders.actions.payment import match, return_transfer
from answerable.orders.actions.remind import remind
from answerable.orders.actions.reserve import accept_invitation, reserve, withdraw_reservation
from answerable.orders.actions.stops import end_measure, lift, limit, permit_after_lift, stop, warn
from answerable.orders.actions.sweep import sweep
from answerable.orders.actions.takeover import take_over
from answerable.orders.actions.transfer import accept_transfer, begin_transfer, cancel_transfer, upload_consent

__all__ = [
    "accept_invitation",
    "accept_transfer",
    "allow_agent_papers",
    "begin_test_call",
    "begin_transfer",
    "cancel",
    "cancel_transfer",
    "download_contract",
    "end_agent_papers",
    "end_measure",
    "end_test_call",
    "file_agent_paper",
    "follow_dossier",
    "lift",
    "limit",
    "match",
    "permit_after_lift",
    "receive_receipt",
    "register",
    "release",
    "remind",
    "renew",
    "request_test_call",
    "reserve",
    "return_transfer",
    "show_record",
    "sign",
    "start",
    "stop",
    "sweep",
    "take_over",
    "upload_consent",
    "upload_page",
    "upload_sealed",
    "warn",
    "withdraw_reservation",
]
