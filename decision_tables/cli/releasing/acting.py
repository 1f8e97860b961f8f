"""The commands that change what becomes of a release."""

from __future__ import annotations

import argparse
import dataclasses

from decision_tables.cli.releasing.session import (
    Usage,
    local,
    moment_of,
    opened,
    person_of,
    print_result,
    short,
)
from decision_tables.releases.release import Activation, Policy, Release
from decision_tables.releases.store import ReleaseStore
from decision_tables.text import Bilingual


def approve(arguments: argparse.Namespace) -> int:
    """``approve``."""
    if not arguments.activate and (arguments.starts_at or arguments.replacing):
        raise Usage("--from 和 --replacing 要和 --activate 一起用", "--from and --replacing need --activate")
    person = person_of(arguments)
    with opened(arguments) as store:
        release = _find(store, arguments.release)
        if arguments.activate:
            starts_at = moment_of(arguments.starts_at, release.manifest.time_zone)
            activation = store.approve_and_activate(
                person, release.name, arguments.comment, starts_at=starts_at, replacing=arguments.replacing
            )
            print_result(arguments, activation.as_json(), _active(release, activation))
            return 0
        was_unconfirmed = release.unconfirmed
        approved = store.approve(person, release.name, arguments.comment)
        digest = short(approved.digest)
        said = (
            Bilingual(f"已确认 {approved.name}（{digest}）。", f"Confirmed {approved.name} ({digest}).")
            if was_unconfirmed
            else Bilingual(
                f"已批准 {approved.name}（{digest}）。启用：decision-tables activate {approved.name}",
                f"Approved {approved.name} ({digest}). To activate it: decision-tables activate {approved.name}",
            )
        )
        print_result(arguments, approved.as_json(), said)
    return 0


def reject(arguments: argparse.Namespace) -> int:
    """``reject``."""
    with opened(arguments) as store:
        release = store.reject(person_of(arguments), arguments.release, arguments.reason)
        print_result(arguments, release.as_json(), Bilingual(f"已驳回 {release.name}。", f"Rejected {release.name}."))
    return 0


def activate(arguments: argparse.Namespace) -> int:
    """``activate``."""
    person = person_of(arguments)
    with opened(arguments) as store:
        release = _find(store, arguments.release)
        if arguments.cancel:
            cancelled = store.cancel(person, release.name, arguments.reason)
            said = Bilingual(f"已取消 {release.name} 的启用安排。", f"{release.name} is no longer scheduled.")
            print_result(arguments, {"cancelled": [one.as_json() for one in cancelled]}, said)
            return 0
        activation = store.activate(
            person,
            release.name,
            reason=arguments.reason,
            starts_at=moment_of(arguments.starts_at, release.manifest.time_zone),
            replacing=arguments.replacing,
        )
        print_result(arguments, activation.as_json(), _active(release, activation))
    return 0


def roll_back(arguments: argparse.Namespace) -> int:
    """``rollback``; what is active when the command starts is what it goes back from."""
    person = person_of(arguments)
    with opened(arguments) as store:
        with store.view() as view:
            active = view.active(arguments.model)
            replacing = active.digest if active else ""
        activation = store.roll_back(
            person, arguments.model, reason=arguments.reason, to=arguments.to, replacing=replacing
        )
        with store.view() as view:
            release = view.release(arguments.model, activation.number)
            waiting = view.scheduled(arguments.model)
        print_result(arguments, activation.as_json(), _active(release, activation), *map(_still_to_come, waiting))
    return 0


def withdraw(arguments: argparse.Namespace) -> int:
    """``withdraw``."""
    with opened(arguments) as store:
        release = store.withdraw(
            person_of(arguments), arguments.release, arguments.reason, stop_serving=arguments.stop_serving
        )
        said = Bilingual(
            f"已撤回 {release.name}；它仍可查阅，但不能再启用。",
            f"Withdrew {release.name}; it can be read but never activated again.",
        )
        print_result(arguments, release.as_json(), said)
    return 0


def policy(arguments: argparse.Namespace) -> int:
    """``policy``; without an option it shows what holds."""
    with opened(arguments) as store:
        with store.view() as view:
            holds = view.policy(arguments.model)
        changes = {
            name: value == "on"
            for name, value in (("second_person", arguments.second_person), ("break_glass", arguments.break_glass))
            if value
        }
        if changes:
            holds = dataclasses.replace(holds, **changes)
            store.set_policy(person_of(arguments), arguments.model, holds, arguments.reason)
        print_result(arguments, holds.as_json(), *_policy(arguments.model, holds))
    return 0


def shadow(arguments: argparse.Namespace) -> int:
    """``shadow``."""
    person = person_of(arguments)
    with opened(arguments) as store:
        if arguments.stop:
            store.stop_shadow(person, arguments.release, arguments.reason)
            said = Bilingual("旁路比对已结束。", "The shadow has ended.")
            print_result(arguments, {"model": arguments.release, "number": 0}, said)
            return 0
        found = store.start_shadow(person, arguments.release, arguments.percent, arguments.reason)
        name, percent = f"{found.model}#{found.number}", found.percent
        said = Bilingual(
            f"{name} 将在 {percent}% 的请求上旁路比对，不影响答复。",
            f"{name} answers unseen beside the active release on {percent}% of the calls.",
        )
        print_result(arguments, found.as_json(), said)
    return 0


def _find(store: ReleaseStore, reference: str) -> Release:
    with store.view() as view:
        return view.find(reference)


def _active(release: Release, activation: Activation) -> Bilingual:
    moment = local(activation.starts_at, release.manifest.time_zone)
    digest = short(activation.digest)
    return Bilingual(
        f"{release.name}（{digest}）自 {moment} 起使用。", f"{release.name} ({digest}) is active from {moment} on."
    )


def _still_to_come(activation: Activation) -> Bilingual:
    name, moment = f"{activation.model}#{activation.number}", activation.starts_at.isoformat()
    return Bilingual(
        f"注意：{name} 仍安排在 {moment} 启用；不要时用 activate {name} --cancel 取消。",
        f"Note: {name} is still scheduled for {moment}; activate {name} --cancel takes that back.",
    )


def _policy(model: str, holds: Policy) -> tuple[Bilingual, Bilingual]:
    second = ("需要", "needs") if holds.second_person else ("不需要", "does not need")
    glass = ("允许", "may") if holds.break_glass else ("不允许", "may not")
    return (
        Bilingual(f"{model}：{second[0]}第二人审批", f"{model}: a release {second[1]} a second person"),
        Bilingual(f"{model}：{glass[0]}紧急发布", f"{model}: it {glass[1]} be published in an emergency"),
    )
