"""The commands that change what becomes of a release."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator

from decision_tables.cli.releasing.session import (
    Usage,
    local,
    moment_of,
    opened,
    person_of,
    print_result,
    short,
)
from decision_tables.cli.releasing.shadow_counts import show_counts
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
            before = _answering(store, release)
            activation = store.approve_and_activate(
                person, release.name, arguments.comment, starts_at=starts_at, replacing=arguments.replacing
            )
            _tell_activation(store, release, activation, before, arguments)
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
        before = _answering(store, release)
        activation = store.activate(
            person,
            release.name,
            reason=arguments.reason,
            starts_at=moment_of(arguments.starts_at, release.manifest.time_zone),
            replacing=arguments.replacing,
        )
        _tell_activation(store, release, activation, before, arguments)
    return 0


def _answering(store: ReleaseStore, release: Release) -> str:
    """The name of the release that answers for the model now; empty where none does."""
    with store.view() as view:
        active = view.active(release.manifest.model)
    return f"{active.model}#{active.number}" if active else ""


def _tell_activation(
    store: ReleaseStore, release: Release, activation: Activation, before: str, arguments: argparse.Namespace
) -> None:
    """What answers from when on, instead of what, and what else is to come."""
    with store.view() as view:
        is_active = (active := view.active(activation.model)) is not None and active.number == activation.number
        others = [one for one in view.scheduled(activation.model) if one.number != activation.number]
    lines = [_active(release, activation), *_instead_of(release, before, is_active=is_active)]
    print_result(arguments, {**activation.as_json(), "before": before}, *lines, *map(_still_to_come, others))


def _instead_of(release: Release, before: str, *, is_active: bool) -> Iterator[Bilingual]:
    name = release.name
    if not before:
        yield Bilingual("在它之前没有版本回答。", "No release answered before it.")
    elif is_active:
        yield Bilingual(
            f"它代替 {before}；改了什么：decision-tables show {name} --compare --against {before}",
            f"It replaces {before}. What that changes: decision-tables show {name} --compare --against {before}",
        )
    else:
        yield Bilingual(
            f"在那之前仍由 {before} 回答；取消安排：decision-tables activate {name} --cancel --reason …",
            f"Until then {before} answers. To take it back: decision-tables activate {name} --cancel --reason …",
        )
    if is_active:
        yield Bilingual(
            "正在运行的服务器会自行换上，不必重启。", "Servers that run take it up by themselves, without a restart."
        )


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
    if arguments.counts:
        return show_counts(arguments)
    if arguments.target:
        raise Usage("--target 要和 --counts 一起用", "--target needs --counts")
    if not arguments.reason:
        raise Usage("请用 --reason 说明理由；查看结果用 --counts", "say why by --reason; --counts shows what was found")
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
