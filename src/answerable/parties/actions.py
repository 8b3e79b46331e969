"""Sign in, and who acts for whom."""

from __future__ import annotations

import datetime as dt
import re
import secrets

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction

from answerable.lib import vault
from answerable.lib.errors import Problem
from answerable.parties import errors
from answerable.parties.models import (
    Enterprise,
    FormerName,
    Membership,
    Person,
    RegisterEntry,
    SignInAddress,
    SignInFailure,
    SmsCode,
    Staff,
)
from answerable.parties.roles import INCOMPATIBLE, PERMISSIONS
from answerable.parties.sms import gateway
from answerable.trail.actions import record
from answerable.trail.actors import PUBLIC, Actor

CODE_LIVES = dt.timedelta(minutes=5)
CODE_RESEND = dt.timedelta(seconds=60)
CODES_A_DAY = 10
CODES_A_DAY_PER_ADDRESS = 60
CODE_TRIES = 5
FAILURES_ALLOWED = 8
"""For one name from one address, in the window."""
FAILURES_AN_ADDRESS = 40
"""For all names from one address, in the window."""
FAILURES_A_NAME_A_DAY = 200
"""For one name from everywhere: one-time codes guessed at this rate, 3 of 10^6 right at a time, take years."""
FAILURE_WINDOW = dt.timedelta(minutes=15)
PASSWORD_LEAST = 12
ADDRESS_KNOWN_FOR = dt.timedelta(days=90)
_DUMMY_HASH = ""


def send_sms_code(mobile: str, *, at: dt.datetime, address: str | None = None, about: str = "") -> SmsCode:
    """Send a six-digit code that confirms one thing (nothing named: a sign-in); raise MobileInvalid, CodeTooSoon or CodeCap."""
    if not re.fullmatch(r"1[3-9][0-9]{9}", mobile):
        raise errors.MobileInvalid
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        _lock_mobile(mobile)
        today = SmsCode.objects.filter(sent_at__gt=at - dt.timedelta(days=1))
        last = today.filter(mobile=mobile).order_by("-sent_at").first()
        if last and at - last.sent_at < CODE_RESEND:
            raise errors.CodeTooSoon(seconds=int((CODE_RESEND - (at - last.sent_at)).total_seconds()) + 1)
        if today.filter(mobile=mobile).count() >= CODES_A_DAY:
            raise errors.CodeCap
        if address and today.filter(address=address).count() >= CODES_A_DAY_PER_ADDRESS:
            raise errors.CodeCap
        sent = SmsCode.objects.create(
            mobile=mobile,
            code_hash=vault.keyed_hash(code, f"sms:{mobile}"),
            sent_at=at,
            expires_at=at + CODE_LIVES,
            address=address,
            about=about,
        )
        text = (
            f"【有应】验证码 {code}，5 分钟内有效。任何人索要都不要告诉他。 Code {code}, valid 5 minutes. Tell nobody."
        )
        transaction.on_commit(lambda: gateway().send(mobile, text))
    return sent


def sign_in_person(mobile: str, code: str, *, at: dt.datetime, language: str = "zh-hans") -> Person:
    """Check the newest code and return the person, new or known; raise CodeWrong or CodeExpired.

    A wrong try is counted even though the sign-in fails, so the count commits before the error is raised.
    """
    use_code(mobile, code, at=at)
    with transaction.atomic():
        person, is_new = Person.objects.get_or_create(mobile=mobile, defaults={"created_at": at, "language": language})
        record("person.signed_in", by=actor_of(person), at=at, subject=("person", person.pk), after={"is_new": is_new})
    return person


def use_code(mobile: str, code: str, *, at: dt.datetime, about: str = "") -> SmsCode:
    """Use the newest code for what it was sent for, once; raise CodeWrong or CodeExpired. A wrong try stays counted."""
    found = _use_code(mobile, code, at=at, about=about)
    if isinstance(found, Problem):
        raise found
    return found


def _use_code(mobile: str, code: str, *, at: dt.datetime, about: str) -> SmsCode | Problem:
    with transaction.atomic():
        # Only the newest code counts: an older one, still within its five minutes, is dead once a newer was sent.
        sent = SmsCode.objects.select_for_update().filter(mobile=mobile).order_by("-sent_at", "-id").first()
        if sent is None or sent.about != about or sent.used_at is not None or sent.tries >= CODE_TRIES:
            return errors.CodeWrong()
        if at >= sent.expires_at:
            return errors.CodeExpired()
        if not secrets.compare_digest(sent.code_hash, vault.keyed_hash(code.strip(), f"sms:{mobile}")):
            sent.tries += 1
            sent.save(update_fields=["tries"])
            return errors.CodeWrong()
        sent.used_at = at
        sent.save(update_fields=["used_at"])
    return sent


def _lock_mobile(mobile: str) -> None:
    """Serialise codes for one mobile, so that two requests at once send one code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"sms:{mobile}"])


def sign_in_staff(
    username: str, password: str, one_time_code: str, *, at: dt.datetime, address: str | None = None
) -> Staff:
    """Check password (Argon2) and one-time code (RFC 6238, one step of drift, each used once).

    Raise SignInThrottled after too many failures; a stranger's failures do not lock the address its owner signs in from.
    """
    _throttle(username[:30], address, at)
    staff = Staff.objects.filter(username=username, is_active=True).first()
    # The hash is computed for an unknown name too, so that time does not tell which names exist.
    is_right = check_password(password, staff.password if staff else _dummy_hash())
    step = _matching_step(staff, one_time_code, at) if staff and is_right else None
    if staff is None or step is None:
        SignInFailure.objects.create(username=username[:30], address=address, at=at)
        raise errors.SignInRefused
    with transaction.atomic():
        if not Staff.objects.filter(pk=staff.pk, totp_last_step__lt=step).update(totp_last_step=step):
            raise errors.SignInRefused
        if address:
            SignInAddress.objects.update_or_create(staff=staff, address=address, defaults={"last_at": at})
        record("staff.signed_in", by=actor_of(staff), at=at, subject=("staff", staff.pk))
    return staff


def _throttle(username: str, address: str | None, at: dt.datetime) -> None:
    """Count by name and address first; by name alone only against addresses its owner has not signed in from."""
    here = SignInFailure.objects.filter(address=address, at__gt=at - FAILURE_WINDOW)
    if here.filter(username=username).count() >= FAILURES_ALLOWED:
        raise errors.SignInThrottled
    if address and here.count() >= FAILURES_AN_ADDRESS:
        raise errors.SignInThrottled
    is_known = SignInAddress.objects.filter(
        staff__username=username, address=address, last_at__gt=at - ADDRESS_KNOWN_FOR
    ).exists()
    a_day = SignInFailure.objects.filter(username=username, at__gt=at - dt.timedelta(days=1))
    if not is_known and a_day.count() >= FAILURES_A_NAME_A_DAY:
        raise errors.SignInThrottled


def _dummy_hash() -> str:
    global _DUMMY_HASH  # noqa: PLW0603 (computed once a process; Argon2 is slow on purpose)
    _DUMMY_HASH = _DUMMY_HASH or make_password("nobody")
    return _DUMMY_HASH


def _matching_step(staff: Staff, code: str, at: dt.datetime) -> int | None:
    totp = pyotp.TOTP(totp_secret(staff))
    now = int(at.timestamp()) // 30
    return next(
        (s for s in (now, now - 1, now + 1) if secrets.compare_digest(totp.generate_otp(s), code.strip())), None
    )


def totp_secret(staff: Staff) -> str:
    """Open a member's one-time-code secret."""
    return vault.open_bytes(staff.totp_secret, f"totp:{staff.username}").decode()


def add_staff(
    username: str, *, name: str, roles: list[str], password: str, by: Actor, at: dt.datetime, **fields: object
) -> Staff:
    """Add a member of staff with a fresh one-time-code secret; refuse roles one person may not hold together.

    Raise NotPermitted, UsernameInvalid or PasswordTooShort.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,29}", username) or Staff.objects.filter(username=username).exists():
        raise errors.UsernameInvalid
    if len(password) < PASSWORD_LEAST:
        raise errors.PasswordTooShort(least=PASSWORD_LEAST)
    if not roles or not set(roles) <= PERMISSIONS.keys() or any(pair <= set(roles) for pair in INCOMPATIBLE):
        raise errors.NotPermitted
    with transaction.atomic():
        staff = Staff.objects.create(
            username=username,
            name=name,
            roles=roles,
            password=make_password(password),
            totp_secret=vault.seal_bytes(pyotp.random_base32().encode(), f"totp:{username}"),
            **fields,
        )
        record("staff.added", by=by, at=at, subject=("staff", staff.pk), after={"username": username, "roles": roles})
    return staff


def act_for(person: Person, entry: RegisterEntry, *, role: str, at: dt.datetime) -> Enterprise:
    """Let a person act for the organisation of a register entry, making it known if it is new.

    The register's own words are kept; nobody types a holder's name. Proof of the person's role follows with the dossier.
    """
    with transaction.atomic():
        lock_organisation(entry)
        enterprise = know(entry, by=actor_of(person), at=at)
        others = enterprise.memberships.exclude(person=person)
        if others.filter(proven_at=None).exists() and not enterprise.memberships.filter(person=person).exists():
            # Two unproven people for one organisation: one of them is wrong. A second handler beside a proven one is not.
            raise errors.EnterpriseHasOthers
        Membership.objects.update_or_create(
            person=person, enterprise=enterprise, defaults={"role": role}, create_defaults={"role": role, "since": at}
        )
        record(
            "enterprise.acted_for",
            by=actor_of(person),
            at=at,
            subject=("enterprise", enterprise.pk),
            after={"role": role},
        )
    return enterprise


def lock_organisation(entry: RegisterEntry) -> None:
    """Serialise what is decided by counting an organisation's people, orders or numbers, known to us yet or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"organisation:{entry.credit_code}"])


def leave(person: Person, enterprise: Enterprise, *, by: Actor, at: dt.datetime) -> None:
    """End a person's acting for an organisation that was never proven: an order that came to nothing must not lock it out."""
    if Membership.objects.filter(person=person, enterprise=enterprise, proven_at=None).delete()[0]:
        record("enterprise.left", by=by, at=at, subject=("enterprise", enterprise.pk), after={"person": person.pk})


def prove(person: Person, enterprise: Enterprise, *, by: Actor, at: dt.datetime) -> None:
    """Write down that a person's acting for an organisation is proven; only the approval of their dossier calls this."""
    if Membership.objects.filter(person=person, enterprise=enterprise, proven_at=None).update(proven_at=at):
        record("enterprise.proven", by=by, at=at, subject=("enterprise", enterprise.pk), after={"person": person.pk})


def follow_register(enterprise: Enterprise, entry: RegisterEntry, *, by: Actor, at: dt.datetime) -> None:
    """Take over name and legal representative as the register now says, and keep what they were until now.

    Only the approval of a change calls this; all numbers of the organisation follow, they are its own.
    """
    now = {"name": entry.name, "legal_representative": entry.legal_representative}
    with transaction.atomic():
        locked = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        changed = sorted(field for field, value in now.items() if getattr(locked, field) != value)
        if not changed:
            return
        FormerName.objects.create(
            enterprise=locked, name=locked.name, legal_representative=locked.legal_representative, until=at
        )
        Enterprise.objects.filter(pk=locked.pk).update(**now)
        # The organisation's name is public; a person's stays out of the fact, which names the field.
        names = ({"name": locked.name}, {"name": entry.name}) if "name" in changed else ({}, {})
        record(
            "enterprise.changed", by=by, at=at, subject=("enterprise", locked.pk), before=names[0],
            after=names[1] | {"fields": changed},
        )  # fmt: skip


def replace_handler(enterprise: Enterprise, mobile: str, *, name: str, by: Actor, at: dt.datetime) -> Person:
    """Let a new handler act for an organisation and end every other handler's acting; only an approval calls this."""
    with transaction.atomic():
        person, _ = Person.objects.get_or_create(mobile=mobile, defaults={"created_at": at, "name": name})
        others = Membership.objects.filter(enterprise=enterprise, role="handler").exclude(person=person)
        left = sorted(others.values_list("person", flat=True))
        others.delete()
        Membership.objects.update_or_create(
            person=person, enterprise=enterprise, defaults={"role": "handler", "proven_at": at}, create_defaults={
                "role": "handler", "proven_at": at, "since": at,
            },
        )  # fmt: skip
        after = {"person": person.pk, "left": left}
        record("enterprise.handler_changed", by=by, at=at, subject=("enterprise", enterprise.pk), after=after)
    return person


def know(entry: RegisterEntry, *, by: Actor, at: dt.datetime) -> Enterprise:
    """Return the organisation of a register entry, written down in the register's own words if it is new."""
    enterprise, is_new = Enterprise.objects.get_or_create(
        credit_code=entry.credit_code,
        defaults={
            "name": entry.name, "subject_type": entry.subject_type, "legal_representative": entry.legal_representative,
            "address": entry.address, "created_at": at,
        },
    )  # fmt: skip
    if is_new:
        record("enterprise.known", by=by, at=at, subject=("enterprise", enterprise.pk))
    return enterprise


def set_name(person: Person, name: str) -> None:
    """Keep the name a person gave in an application."""
    Person.objects.filter(pk=person.pk).update(name=name)


def set_language(who: Person | Staff, language: str) -> None:
    """Remember the language somebody chose, for messages too."""
    type(who).objects.filter(pk=who.pk).exclude(language=language).update(language=language)


def read_notices(person: Person, *, at: dt.datetime) -> None:
    """Mark all notices as read."""
    person.notices.filter(read_at=None).update(read_at=at)


def actor_of(who: Person | Staff | None) -> Actor:
    """Name somebody as the actor of a fact: their name, never their number."""
    if who is None:
        return PUBLIC
    if isinstance(who, Staff):
        return Actor("staff", who.username, who.name)
    return Actor("person", str(who.pk), who.name)
