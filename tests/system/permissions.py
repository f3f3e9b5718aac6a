"""Who gets what answer from which address: the table that every new address needs a row in."""

from __future__ import annotations

PERSONAS = (
    "nobody", "outsider", "expired", "texas", "viewer", "editor", "signatory", "observer", "reviewer", "lead", "approver",
)  # fmt: skip

#: addresses without an argument -> the answers to GET
PLAIN = {
    "proposals:home": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:list": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:new": "in 403 403 200 403 200 200 403 403 403 403",
    "proposals:word_new": "in 403 403 200 403 200 200 403 403 403 403",
    "proposals:default_reviewers": "in 403 403 404 404 404 404 200 200 200 200",
    "proposals:divisions": "in 403 403 404 404 404 404 200 200 200 200",
    "proposals:administration": "in 403 403 404 404 404 404 404 404 404 404",
    "proposals:feed": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:notifications": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:mail": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:calendar": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:glossary": "in 403 403 200 200 200 200 200 200 200 200",
    "accounts:people": "in 403 403 200 200 200 200 200 200 200 200",
    "accounts:invite": "in 403 403 403 403 403 403 403 403 200 403",
    "accounts:facts": "in 403 403 403 403 403 403 403 403 403 403",
    "accounts:clearance": "in 405 405 405 405 405 405 405 405 405 405",
    "accounts:target": "in 403 403 403 403 403 403 403 403 200 403",
    "accounts:account": "in 200 200 200 200 200 200 200 200 200 200",
    "accounts:switch": "in 405 405 405 405 405 405 405 405 405 405",
    "accounts:session": "in 200 200 200 200 200 200 200 200 200 200",
    "accounts:keepalive": "in 405 405 405 405 405 405 405 405 405 405",
    "health": "200 200 200 200 200 200 200 200 200 200 200",
    "account_login": "200 302 302 302 302 302 302 302 302 302 302",
    "account_logout": "in 200 200 200 200 200 200 200 200 200 200",
    "account_inactive": "200 200 200 200 200 200 200 200 200 200 200",
    "account_signup": "200 302 302 302 302 302 302 302 302 302 302",
    "account_reauthenticate": "in 200 200 200 200 200 200 200 200 200 200",
    "account_change_password": "in 200 200 200 200 200 200 200 200 200 200",
    "account_set_password": "in 302 302 302 302 302 302 302 302 302 302",
    "account_reset_password": "200 200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_done": "200 200 200 200 200 200 200 200 200 200 200",
    "account_reset_password_from_key_done": "200 200 200 200 200 200 200 200 200 200 200",
}

#: addresses of one thing of Ohio's -> the answers to GET
OF_ONE_THING = {
    "accounts:membership": "in 403 403 404 403 403 403 404 404 404 404",
    "accounts:end_membership": "in 403 403 404 403 403 403 404 404 404 404",
    "accounts:resend_invitation": "in 405 405 405 405 405 405 405 405 405 405",
    "accounts:withdraw_invitation": "in 405 405 405 405 405 405 405 405 405 405",
    "accounts:accept_invitation": "410 410 410 410 410 410 410 410 410 410 410",
    "proposals:default_reviewers_of": "in 403 403 404 404 404 404 403 403 200 200",
    "proposals:division": "in 403 403 404 404 404 404 403 403 200 200",
    "proposals:sign_off": "in 403 403 404 200 200 200 404 404 404 404",
    "proposals:sign_off_change": "in 403 403 404 403 403 403 404 404 404 404",
    "proposals:early_look": "in 403 403 404 200 200 200 404 200 404 404",
    "proposals:early_section": "in 403 403 404 200 200 200 404 200 404 404",
    "proposals:note_change": "in 403 403 404 403 200 403 404 404 404 404",
    "proposals:draft_comment": "in 403 403 404 404 404 404 403 200 200 200",
    "proposals:reply": "in 403 403 404 403 200 200 403 403 403 403",
    "proposals:correct_comment": "in 403 403 404 404 404 404 404 404 404 404",
    "proposals:calendar_feed": "404 404 404 404 404 404 404 404 404 404 404",
    "proposals:example": "in 403 403 200 200 200 200 200 200 200 200",
    "proposals:thread_status": "in 403 403 404 403 403 403 403 403 403 403",
    "proposals:note_ask": "in 403 403 404 404 404 404 403 200 200 200",
    "proposals:note_wordings": "in 403 403 404 200 200 200 404 404 404 404",
    "proposals:drop_draft": "in 403 403 404 404 404 404 403 200 200 200",
    "proposals:draft_wordings": "in 403 403 404 404 404 404 200 200 200 200",
    "proposals:word_match": "in 403 403 404 404 200 404 404 404 404 404",
    "proposals:aside": "in 403 403 404 200 200 200 404 404 404 404",
    "proposals:attachment_file": "in 403 403 404 200 200 200 404 404 404 404",
    "proposals:attachment_remove": "in 403 403 404 403 200 200 404 404 404 404",
    "exports:packet": "in 403 403 404 200 200 200 404 404 404 404",
    "exports:download": "in 403 403 404 404 404 404 404 404 404 404",
}
#: addresses that also or only take a POST -> the answers to one that resolves, resends or withdraws
POSTS = {
    "accounts:resend_invitation": "in 403 403 404 403 403 403 404 404 404 404",
    "accounts:withdraw_invitation": "in 403 403 404 403 403 403 404 404 404 404",
    "proposals:thread_status": "403 403 403 404 403 403 403 403 409 409 409",
}
#: an address that allauth makes for one mail; its own tests open it
ELSEWHERE = {"account_reset_password_from_key"}
